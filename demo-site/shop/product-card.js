import { announce, basket, element, money } from '../demo.js';
import { drawing } from './drawings.js';

/** @returns {string} the address of a product's page, seen from the shop's folder */
export const productLink = (product) => `product.html?id=${encodeURIComponent(product.id)}`;

/** A product as it stands on the shelf: picture, name, price and "Add". */
export function productCard(product, heading = 'h3') {
  const add = element(
    'button',
    { class: 'button quiet', type: 'button', 'aria-label': `Add ${product.name}` },
    'Add',
  );
  add.addEventListener('click', () => {
    basket.add(product.id, product.options[0]);
    announce(`${product.name} is in your basket.`);
    add.textContent = 'Added';
  });
  return element(
    'li',
    { class: 'product' },
    element('div', { class: 'art' }, drawing(product.drawing)),
    element(
      'div',
      { class: 'product-text' },
      element(heading, {}, element('a', { href: productLink(product) }, product.name)),
      element('p', { class: 'soft' }, product.brief),
      element(
        'div',
        { class: 'product-foot' },
        element('span', { class: 'price' }, money(product.price)),
        add,
      ),
    ),
  );
}
