/** Validation of the demo's forms: the browser's own constraints, said in the page instead of in bubbles. */

import { element } from './demo.js';

const holder = (field) => field.closest('.field') ?? field.parentElement;

const labelOf = (field) =>
  (field.type === 'radio'
    ? field.closest('fieldset')?.querySelector('legend')
    : field.labels?.[0]
  )?.firstChild?.textContent?.trim() ?? field.name;

function sentence(field) {
  const { validity } = field;
  if (validity.customError) return field.validationMessage;
  if (field.dataset.message) return field.dataset.message;
  if (validity.valueMissing && field.type === 'radio') return `Choose one: ${labelOf(field)}.`;
  if (validity.valueMissing && field.type === 'checkbox') return 'Tick this box to go on.';
  if (validity.valueMissing) return `Fill in: ${labelOf(field)}.`;
  return field.validationMessage;
}

function describe(field, id, on) {
  const ids = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  if (on) ids.add(id);
  else ids.delete(id);
  if (ids.size > 0) field.setAttribute('aria-describedby', [...ids].join(' '));
  else field.removeAttribute('aria-describedby');
}

/**
 * Shows or clears the message of one field.
 * @returns {boolean} whether the field is fine
 */
export function checkField(field) {
  const box = holder(field);
  const id = `${field.id}-error`;
  const fine = field.validity.valid;
  let message = box.querySelector('.error');
  if (fine) {
    message?.remove();
    field.removeAttribute('aria-invalid');
    describe(field, id, false);
    return true;
  }
  if (!message) {
    message = element('span', { class: 'error', id });
    box.append(message);
  }
  message.textContent = sentence(field);
  field.setAttribute('aria-invalid', 'true');
  describe(field, message.id, true);
  return false;
}

/** Fields of one group of radio buttons count once. */
function fieldsIn(scope) {
  const groups = new Set();
  return [...scope.querySelectorAll('input, select, textarea')].filter((field) => {
    if (field.disabled || field.type === 'hidden') return false;
    if (field.type !== 'radio') return true;
    if (groups.has(field.name)) return false;
    groups.add(field.name);
    return true;
  });
}

/**
 * Checks everything in a form or in a part of it, and puts the focus on the first field that needs attention.
 * @param {Element} scope
 * @returns {boolean} whether all is fine
 */
export function checkFields(scope) {
  const wrong = fieldsIn(scope).filter((field) => !checkField(field));
  wrong[0]?.focus();
  return wrong.length === 0;
}

/** A message that is already there goes as soon as its reason does; none appears while somebody is typing. */
export function clearWhenFixed(form) {
  const recheck = ({ target }) => {
    const marked = target.type === 'radio' ? fieldsIn(holder(target))[0] : target;
    if (marked?.getAttribute('aria-invalid') === 'true') checkField(marked);
  };
  form.addEventListener('input', recheck);
  form.addEventListener('change', recheck);
}
