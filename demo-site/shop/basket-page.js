/** The basket: quantities, removal, sums. */

import { QUANTITY_MAX, announce, basket, element, money } from '../demo.js';
import { drawing } from './drawings.js';
import { productLink } from './product-card.js';
import { soldLines, sums } from './summary.js';

const place = document.querySelector('[data-basket]');
const totals = element('div', {});

function quantityField(line, amount) {
  const id = `quantity-${line.id}-${line.product.options.indexOf(line.option)}`;
  const input = element('input', {
    id,
    type: 'number',
    min: '1',
    max: String(QUANTITY_MAX),
    value: String(line.quantity),
    inputmode: 'numeric',
    autocomplete: 'off',
  });
  input.addEventListener('change', () => {
    basket.setQuantity(line.id, line.option, input.valueAsNumber);
    const kept = basket.lines().find((each) => each.id === line.id && each.option === line.option);
    input.value = String(kept?.quantity ?? 1);
    amount.textContent = money(line.product.price * (kept?.quantity ?? 1));
    totals.replaceChildren(sums());
  });
  return [element('label', { class: 'small', for: id }, 'Pieces'), input];
}

function lineItem(line) {
  const amount = element('span', { class: 'price' }, money(line.product.price * line.quantity));
  const remove = element(
    'button',
    { class: 'button text', type: 'button', 'aria-label': `Remove ${line.product.name}` },
    'Remove',
  );
  remove.addEventListener('click', () => {
    basket.remove(line.id, line.option);
    announce(`${line.product.name} is out of your basket.`);
    show();
    document.querySelector('main').focus();
  });
  return element(
    'li',
    { class: 'basket-line' },
    element('div', { class: 'art' }, drawing(line.product.drawing)),
    element(
      'div',
      {},
      element('h2', {}, element('a', { href: productLink(line.product) }, line.product.name)),
      element('p', { class: 'soft small' }, `${line.option} · ${money(line.product.price)} each`),
    ),
    amount,
    element('div', { class: 'line-tools' }, ...quantityField(line, amount), remove),
  );
}

function showEmpty() {
  place.replaceChildren(
    element('p', { class: 'lead' }, 'Nothing in it yet.'),
    element('p', {}, element('a', { class: 'button', href: './' }, 'Look round the shop')),
  );
}

function show() {
  const lines = soldLines();
  if (lines.length === 0) {
    showEmpty();
    return;
  }
  totals.replaceChildren(sums());
  place.replaceChildren(
    element(
      'div',
      { class: 'two-columns' },
      element('ul', { class: 'lines' }, ...lines.map(lineItem)),
      element(
        'aside',
        { class: 'panel summary', 'aria-label': 'Sums' },
        totals,
        element('a', { class: 'button', href: 'checkout.html' }, 'To the checkout'),
      ),
    ),
  );
}

show();
