/** The shelf: search, category and order. */

import { element } from '../demo.js';
import { categories, products } from './catalogue.js';
import { productCard } from './product-card.js';

const list = document.querySelector('[data-products]');
const nothing = document.querySelector('[data-nothing]');
const filters = document.querySelector('[data-filters]');
const cards = new Map(products.map((product) => [product, productCard(product)]));

let category = null;

const orders = {
  shelf: () => 0,
  cheap: (one, other) => one.price - other.price,
  dear: (one, other) => other.price - one.price,
};

function show() {
  const words = filters.elements.search.value.trim().toLowerCase();
  const shown = products
    .filter((product) => category === null || product.category === category)
    .filter((product) => `${product.name} ${product.brief} ${product.category}`.toLowerCase().includes(words))
    .sort(orders[filters.elements.sort.value]);
  list.replaceChildren(...shown.map((product) => cards.get(product)));
  nothing.hidden = shown.length > 0;
}

function chip(label, value) {
  const button = element(
    'button',
    { class: 'chip', type: 'button', 'aria-pressed': String(value === category) },
    label,
  );
  button.addEventListener('click', () => {
    category = value;
    for (const other of button.parentElement.children)
      other.setAttribute('aria-pressed', String(other === button));
    show();
  });
  return button;
}

document
  .querySelector('[data-categories]')
  .append(chip('All', null), ...categories.map((each) => chip(each, each)));
filters.addEventListener('input', show);
filters.addEventListener('submit', (event) => event.preventDefault());
show();
