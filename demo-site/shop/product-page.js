/** One product, named by `?id=`. */

import { QUANTITY_MAX, announce, basket, element, money } from '../demo.js';
import { findProduct, products } from './catalogue.js';
import { drawing } from './drawings.js';
import { productCard } from './product-card.js';

const RELATED_COUNT = 4;

const reviews = [
  ['Two winters in, no rust and no creaking. Fitting it took ten minutes.', 'Jonas, Linden'],
  ['I asked which size I need and had an answer before my tea was cold.', 'Amira, Oldhaven'],
  ['Does what it says. The box was made of paper, which I like.', 'Pieter, Brae'],
];

const place = document.querySelector('[data-product]');

function buyForm(product) {
  const option = element(
    'select',
    { id: 'option', name: 'option' },
    ...product.options.map((each) => element('option', { value: each }, each)),
  );
  const quantity = element('input', {
    id: 'quantity',
    name: 'quantity',
    type: 'number',
    min: '1',
    max: String(QUANTITY_MAX),
    value: '1',
    inputmode: 'numeric',
    autocomplete: 'off',
  });
  const form = element(
    'form',
    { class: 'buy', 'aria-label': 'Buy' },
    element('p', { class: 'field' }, element('label', { for: 'option' }, 'Kind'), option),
    element('p', { class: 'field' }, element('label', { for: 'quantity' }, 'Pieces'), quantity),
    element('button', { class: 'button', type: 'submit' }, 'Add to the basket'),
  );
  const added = element('p', { class: 'note good', hidden: '' });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    basket.add(product.id, option.value, quantity.valueAsNumber);
    added.replaceChildren(
      `${product.name}, ${option.value}, is in your basket. `,
      element('a', { href: 'basket.html' }, 'Go to the basket'),
    );
    added.hidden = false;
    announce(`${product.name} is in your basket.`);
  });
  return [form, added];
}

function facts(product) {
  const list = element('dl', { class: 'facts' });
  for (const [name, value] of Object.entries(product.facts)) {
    list.append(element('dt', {}, name), element('dd', {}, value));
  }
  return list;
}

function section(title, ...content) {
  return element('section', { class: 'section' }, element('h2', {}, title), ...content);
}

function review([text, by]) {
  return element(
    'figure',
    { class: 'panel' },
    element('blockquote', {}, element('p', {}, text)),
    element('figcaption', {}, by),
  );
}

function show(product) {
  document.title = `${product.name} · Hollow Lane Cycles`;
  document.querySelector('[data-crumb]').textContent = product.name;
  const related = products
    .filter((each) => each !== product)
    .sort(
      (one, other) => Number(other.category === product.category) - Number(one.category === product.category),
    )
    .slice(0, RELATED_COUNT);
  place.append(
    element(
      'div',
      { class: 'product-page' },
      element('div', { class: 'art' }, drawing(product.drawing)),
      element(
        'div',
        {},
        element('h1', {}, product.name),
        element('p', { class: 'lead' }, product.brief),
        element('p', { class: 'price' }, money(product.price)),
        element('p', {}, element('span', { class: 'tag' }, 'In the shop, sent tomorrow')),
        ...buyForm(product),
        element('p', {}, product.text),
        facts(product),
      ),
    ),
    section('What riders say', element('div', { class: 'reviews' }, ...reviews.map(review))),
    section(
      'Goes well with it',
      element('ul', { class: 'products' }, ...related.map((each) => productCard(each, 'h3'))),
    ),
  );
}

function showNothing() {
  document.title = 'Not found · Hollow Lane Cycles';
  place.append(
    element('h1', {}, 'We do not sell that'),
    element('p', { class: 'lead' }, 'There is no product under this address. It may have been renamed.'),
    element('p', {}, element('a', { class: 'button', href: './' }, 'Back to the shop')),
  );
}

const product = findProduct(new URLSearchParams(location.search).get('id'));
if (product) show(product);
else showNothing();
