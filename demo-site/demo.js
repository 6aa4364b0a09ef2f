/**
 * Shared by every page of the demo shop: tolerant storage, the basket, prices, small DOM helpers.
 * The shop is made up: nothing here talks to a server.
 */

const BASKET_KEY = 'hollow-lane.basket';

/** Most pieces of one thing in a basket. */
export const QUANTITY_MAX = 20;

/** Below this a delivery costs money, in euros. */
export const FREE_DELIVERY_FROM_EUR = 80;

/** What is kept when the browser refuses storage: it lives as long as the page. */
const memory = new Map();

/**
 * Keeps a JSON value. Storage may be denied or full, and the shop must go on all the same.
 * @param {'localStorage' | 'sessionStorage'} area
 * @param {string} key
 * @param {unknown} value `null` forgets it
 */
export function remember(area, key, value) {
  const name = `${area}/${key}`;
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, JSON.stringify(value));
    memory.delete(name);
  } catch {
    memory.set(name, value);
  }
}

/**
 * @param {'localStorage' | 'sessionStorage'} area
 * @param {string} key
 * @returns {unknown} the value kept last, or `null`; text that is not JSON counts as nothing
 */
export function recall(area, key) {
  const name = `${area}/${key}`;
  if (memory.has(name)) return memory.get(name);
  try {
    return JSON.parse(window[area].getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** @param {number} amount in euros */
export const money = (amount) => euros.format(amount);

const isLine = (line) =>
  typeof line === 'object' &&
  line !== null &&
  typeof line.id === 'string' &&
  typeof line.option === 'string' &&
  Number.isInteger(line.quantity);

const clamp = (quantity) => Math.min(QUANTITY_MAX, Math.max(1, Math.round(quantity) || 1));

/** The basket: lines `{id, option, quantity}`, kept in localStorage where that is allowed. */
export const basket = {
  lines() {
    const kept = recall('localStorage', BASKET_KEY);
    return Array.isArray(kept) ? kept.filter(isLine) : [];
  },

  count() {
    return basket.lines().reduce((sum, line) => sum + line.quantity, 0);
  },

  add(id, option, quantity = 1) {
    const lines = basket.lines();
    const same = lines.find((line) => line.id === id && line.option === option);
    if (same) same.quantity = clamp(same.quantity + quantity);
    else lines.push({ id, option, quantity: clamp(quantity) });
    keep(lines);
  },

  setQuantity(id, option, quantity) {
    const lines = basket.lines();
    const line = lines.find((each) => each.id === id && each.option === option);
    if (line) line.quantity = clamp(quantity);
    keep(lines);
  },

  remove(id, option) {
    keep(basket.lines().filter((line) => line.id !== id || line.option !== option));
  },

  clear() {
    keep([]);
  },
};

function keep(lines) {
  remember('localStorage', BASKET_KEY, lines);
  showCount();
}

function showCount() {
  const badge = document.querySelector('[data-basket-count]');
  if (!badge) return;
  const count = basket.count();
  badge.textContent = String(count);
  badge.hidden = count === 0;
}

/** Says something politely in the page's status line, which screen readers announce. */
export function announce(text) {
  const status = document.querySelector('[data-status]');
  if (status) status.textContent = text;
}

showCount();
addEventListener('storage', showCount);
