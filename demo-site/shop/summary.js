/** Sums of a basket, for the basket's page and the checkout. */

import { FREE_DELIVERY_FROM_EUR, basket, element, money } from '../demo.js';
import { findProduct } from './catalogue.js';

const POST_EUR = 4.9;
const CARGO_BIKE_EUR = 6.5;

/** Lines whose product is still sold, each with its product. */
export const soldLines = () =>
  basket.lines().flatMap((line) => {
    const product = findProduct(line.id);
    return product ? [{ ...line, product }] : [];
  });

/** @param {string} way `post`, `bike` or `shop` */
function deliveryCost(way, goods) {
  if (way === 'shop') return 0;
  if (way === 'bike') return CARGO_BIKE_EUR;
  return goods >= FREE_DELIVERY_FROM_EUR ? 0 : POST_EUR;
}

const row = (label, value, kind = '') => [
  element('dt', { class: kind }, label),
  element('dd', { class: kind }, value),
];

/**
 * @param {string} [way] of delivery
 * @returns {HTMLDListElement} goods, delivery and total
 */
export function sums(way = 'post') {
  const goods = soldLines().reduce((sum, line) => sum + line.product.price * line.quantity, 0);
  const delivery = deliveryCost(way, goods);
  return element(
    'dl',
    { class: 'facts' },
    ...row('Goods', money(goods)),
    ...row('Delivery', delivery === 0 ? 'free' : money(delivery)),
    ...row('Total', money(goods + delivery), 'total'),
  );
}
