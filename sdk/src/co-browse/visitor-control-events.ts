import type { TextField } from './visitor-control-checks.ts';

/** The classes of the document that an element is in: a frame has its own. */
type View = Window & typeof globalThis;
const viewOf = (element: Element): View => element.ownerDocument.defaultView as View;

/** Presses an element as a person would: pointer, mouse, focus, click. */
export function press(element: Element, x: number, y: number): void {
  const view = viewOf(element);
  const base = { bubbles: true, cancelable: true, composed: true, view, clientX: x, clientY: y, button: 0 };
  const pointer = (type: string, buttons: number): boolean =>
    element.dispatchEvent(
      new view.PointerEvent(type, { ...base, buttons, pointerId: 1, pointerType: 'mouse', isPrimary: true }),
    );
  const mouse = (type: string, buttons: number): boolean =>
    element.dispatchEvent(
      new view.MouseEvent(type, { ...base, buttons, detail: type === 'mousemove' ? 0 : 1 }),
    );
  pointer('pointerover', 0);
  mouse('mouseover', 0);
  pointer('pointermove', 0);
  mouse('mousemove', 0);
  pointer('pointerdown', 1);
  // A page that does not want the focus moved says so here.
  if (mouse('mousedown', 1)) focus(element);
  pointer('pointerup', 0);
  mouse('mouseup', 0);
  mouse('click', 0);
}

/** Gives the focus to the element, or to what around it can have it. */
export function focus(element: Element): void {
  for (let each: Element | null = element; each; each = each.parentElement) {
    const isFocusable = each.matches(
      'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]',
    );
    if (!isFocusable) continue;
    (each as HTMLElement).focus({ preventScroll: true });
    return;
  }
}

/** Sets a value as the browser does, past what a framework put in its place on the element itself. */
function setValue(field: TextField, value: string): void {
  const view = viewOf(field);
  const { prototype } = field.localName === 'textarea' ? view.HTMLTextAreaElement : view.HTMLInputElement;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
}

/** Replaces a part of a field's text; false where the page did not let it. */
export function write(field: TextField, from: number, to: number, text: string): boolean {
  const view = viewOf(field);
  const { value } = field;
  const kind = text === '' ? 'deleteContentBackward' : from === to ? 'insertText' : 'insertReplacementText';
  const details = {
    bubbles: true,
    cancelable: true,
    composed: true,
    inputType: kind,
    data: text === '' ? null : text,
  };
  if (!field.dispatchEvent(new view.InputEvent('beforeinput', details))) return false;
  const before = field.value;
  if (before !== value) return false;
  setValue(field, value.slice(0, from) + text + value.slice(to));
  try {
    field.setSelectionRange(from + text.length, from + text.length);
  } catch {
    // Numbers and dates have no caret.
  }
  field.dispatchEvent(new view.InputEvent('input', { ...details, cancelable: false }));
  return true;
}

/** Tells the page that the editing of a field is over. */
export function changed(field: Element): void {
  field.dispatchEvent(new (viewOf(field).Event)('change', { bubbles: true }));
}

/** Chooses an option, as the list of the browser would. */
export function choose(list: HTMLSelectElement, option: HTMLOptionElement): void {
  const view = viewOf(list);
  focus(list);
  if (list.multiple) option.selected = !option.selected;
  else
    Object.getOwnPropertyDescriptor(view.HTMLSelectElement.prototype, 'selectedIndex')?.set?.call(
      list,
      option.index,
    );
  list.dispatchEvent(new view.Event('input', { bubbles: true, composed: true }));
  changed(list);
}

/** Scrolls the nearest thing around an element that can scroll that way. */
export function scroll(element: Element, by: { x: number; y: number }): void {
  const { scrollingElement } = element.ownerDocument;
  for (let each: Element | null = element; each && each !== scrollingElement; each = each.parentElement) {
    const { overflowX, overflowY } = viewOf(each).getComputedStyle(each);
    const down = by.y !== 0 && /auto|scroll/.test(overflowY) && each.scrollHeight > each.clientHeight;
    const across = by.x !== 0 && /auto|scroll/.test(overflowX) && each.scrollWidth > each.clientWidth;
    if (!down && !across) continue;
    each.scrollBy({ left: by.x, top: by.y, behavior: 'instant' });
    return;
  }
  viewOf(element).scrollBy({ left: by.x, top: by.y, behavior: 'instant' });
}
