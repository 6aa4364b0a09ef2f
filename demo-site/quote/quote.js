/**
 * The insurance quote: four steps, checked one by one, with a read-back before the end. What was typed is kept in this tab's
 * sessionStorage, so that a reload loses nothing; files and the IBAN are not kept.
 */

import { announce, element, money, recall, remember } from '../demo.js';
import { checkFields, clearWhenFixed } from '../forms.js';
import { monthlyPrice } from './price.js';

const DRAFT_KEY = 'hollow-lane.quote';
const AGE_MIN_YEARS = 16;
const NOT_KEPT = new Set(['iban', 'receipt', 'declaration-true', 'declaration-terms']);

const form = document.querySelector('#quote');
const field = form.elements;
const steps = [...form.querySelectorAll('[data-step]')];
const marks = [...form.querySelector('[data-steps]').children];
const back = form.querySelector('[data-back]');
const next = form.querySelector('[data-next]');
const claims = form.querySelector('[data-claims]');

let current = 0;

const today = () => new Date().toISOString().slice(0, 10);

function yearsAgo(years) {
  const date = new Date();
  date.setFullYear(date.getFullYear() - years);
  return date.toISOString().slice(0, 10);
}

/** What depends on another field: the claims' story, the excess in words, the price. */
function followUp() {
  const claimed = field.claims.value === 'yes';
  claims.hidden = !claimed;
  field['claims-text'].disabled = !claimed;
  document.querySelector('#excess-value').textContent = `€${field.excess.value}`;
  const price = monthlyPrice(new FormData(form));
  document.querySelector('[data-price]').textContent = price === null ? '–' : money(price);
  document.querySelector('[data-price-line]').textContent =
    price === null
      ? 'Tell us the price of the bicycle to see yours.'
      : 'Can be cancelled every month. Taxes are included.';
}

function go(to) {
  current = to;
  steps.forEach((step, n) => {
    step.hidden = n !== to;
  });
  marks.forEach((mark, n) => {
    mark.classList.toggle('done', n < to);
    if (n === to) mark.setAttribute('aria-current', 'step');
    else mark.removeAttribute('aria-current');
  });
  back.hidden = to === 0;
  next.textContent = to === steps.length - 1 ? 'Ask for the quote' : 'Continue';
  if (to === steps.length - 1) review();
  steps[to].querySelector('h2').focus();
}

function labelOf(input) {
  const named = ['radio', 'checkbox'].includes(input.type)
    ? input.closest('fieldset').querySelector('legend')
    : input.labels[0];
  return named.firstChild.textContent.trim();
}

function valueOf(input) {
  if (input.type === 'radio' || input.type === 'checkbox') {
    return input.labels[0].querySelector('span').firstChild.textContent.trim();
  }
  if (input.type === 'file') return [...input.files].map((file) => file.name).join(', ');
  if (input.tagName === 'SELECT') return input.selectedOptions[0].textContent;
  return input.type === 'range' ? `€${input.value}` : input.value;
}

/** The stated answers of one step, several ticks of one question in one line. */
function answers(step) {
  const found = new Map();
  for (const input of step.querySelectorAll('input, select, textarea')) {
    const tick = input.type === 'radio' || input.type === 'checkbox';
    if (input.disabled || input.value === '' || (tick && !input.checked)) continue;
    const label = labelOf(input);
    found.set(label, found.has(label) ? `${found.get(label)}, ${valueOf(input)}` : valueOf(input));
  }
  return found;
}

function review() {
  const parts = steps.slice(0, -1).map((step, n) => {
    const title = step.querySelector('h2').textContent;
    const change = element(
      'button',
      { class: 'button text', type: 'button', 'aria-label': `Change: ${title}` },
      'Change',
    );
    change.addEventListener('click', () => go(n));
    const list = element('dl', { class: 'facts' });
    for (const [label, value] of answers(step))
      list.append(element('dt', {}, label), element('dd', {}, value));
    return element('div', { class: 'review' }, element('h3', {}, title, change), list);
  });
  form.querySelector('[data-review]').replaceChildren(...parts);
}

function keepDraft() {
  const draft = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && !NOT_KEPT.has(name)) draft[name] = value;
  }
  remember('sessionStorage', DRAFT_KEY, draft);
}

function restoreDraft() {
  const draft = recall('sessionStorage', DRAFT_KEY);
  if (typeof draft !== 'object' || draft === null) return;
  for (const [name, value] of Object.entries(draft)) {
    const input = field.namedItem(name);
    if (!input || NOT_KEPT.has(name) || typeof value !== 'string') continue;
    if (input.type === 'checkbox') input.checked = true;
    else input.value = value;
  }
}

function finish() {
  document.querySelector('[data-quote-number]').textContent = `HQ-${String(Date.now()).slice(-6)}`;
  form.parentElement.hidden = true;
  const done = document.querySelector('[data-done]');
  done.hidden = false;
  done.querySelector('h2').focus();
  remember('sessionStorage', DRAFT_KEY, null);
  form.reset();
  announce('Your quote is ready.');
}

field['birth-date'].max = yearsAgo(AGE_MIN_YEARS);
field['bought-on'].max = today();
field['start-on'].min = today();
restoreDraft();
field['frame-number'].addEventListener('input', ({ target }) => {
  target.value = target.value.toUpperCase();
});
form.addEventListener('input', () => {
  followUp();
  keepDraft();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!checkFields(steps[current])) return;
  if (current === steps.length - 1) finish();
  else go(current + 1);
});
back.addEventListener('click', () => go(current - 1));
clearWhenFixed(form);
followUp();
