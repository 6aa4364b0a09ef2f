/**
 * The checkout. Its fields are formatted and checked as real shops do, so that masking, forms and control meet handlers that
 * change or refuse what was typed. Placing the order sends nothing.
 */

import { announce, basket, element, money } from '../demo.js';
import { checkFields, clearWhenFixed } from '../forms.js';
import { soldLines, sums } from './summary.js';

const ORDER_NUMBER_FIRST = 20_419;
const CARD_DIGITS_MAX = 19;
const CARD_DIGITS_MIN = 13;

const form = document.querySelector('#checkout');
const summary = document.querySelector('[data-summary]');
const field = form.elements;

/** Luhn's check digit, ISO/IEC 7812-1. */
function luhn(digits) {
  let sum = 0;
  for (let n = 0; n < digits.length; n += 1) {
    const digit = Number(digits.at(-1 - n));
    const doubled = digit * 2;
    sum += n % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function formatCard() {
  const digits = field['cc-number'].value.replace(/\D/g, '').slice(0, CARD_DIGITS_MAX);
  field['cc-number'].value = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
  const fine = digits.length >= CARD_DIGITS_MIN && luhn(digits);
  field['cc-number'].setCustomValidity(digits === '' || fine ? '' : 'This card number has a typing mistake.');
}

function formatExpiry() {
  const digits = field['cc-exp'].value.replace(/\D/g, '').slice(0, 4);
  field['cc-exp'].value = digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2)}` : digits;
  const [month, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
  const good = digits.length === 4 && month >= 1 && month <= 12 && new Date(year, month) > new Date();
  field['cc-exp'].setCustomValidity(
    digits === '' || good ? '' : 'Enter a month and year that are still to come.',
  );
}

function formatPostcode() {
  field['postal-code'].value = field['postal-code'].value.toUpperCase();
}

function showSummary() {
  const lines = soldLines();
  const goods = lines.map((line) =>
    element(
      'li',
      { class: 'order-line' },
      element('span', {}, `${line.quantity} × ${line.product.name}`),
      element('span', {}, money(line.product.price * line.quantity)),
    ),
  );
  summary.replaceChildren(
    lines.length > 0
      ? element('ul', { class: 'lines order-lines' }, ...goods)
      : element('p', { class: 'soft' }, 'The basket is empty. You can try the form all the same.'),
    sums(field.delivery.value),
  );
}

function showDone() {
  const number = `HL-${ORDER_NUMBER_FIRST + basket.count()}`;
  const done = document.querySelector('[data-done]');
  const heading = document.querySelector('[data-heading]');
  heading.textContent = 'Thank you';
  done.append(
    element('p', { class: 'lead' }, 'Your order has the number ', element('strong', {}, number), '.'),
    element('p', {}, 'It exists on this page only: nothing was sent, and nothing will arrive.'),
    element('p', {}, element('a', { class: 'button', href: './' }, 'Back to the shop')),
  );
  done.hidden = false;
  document.querySelector('[data-checkout]').hidden = true;
  form.reset();
  basket.clear();
  heading.focus();
  announce(`Your order has the number ${number}.`);
}

field['cc-number'].addEventListener('input', formatCard);
field['cc-exp'].addEventListener('input', formatExpiry);
field['postal-code'].addEventListener('input', formatPostcode);
form.addEventListener('change', ({ target }) => {
  if (target.name === 'delivery') showSummary();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (checkFields(form)) showDone();
});
clearWhenFixed(form);
showSummary();
