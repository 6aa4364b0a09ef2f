import { editorText, MASK } from '@alongside/sdk/shared';
import { boxOf } from './page-geometry.ts';
import { lay } from './private-parts.ts';

/** Characters of one edit on the wire. */
const EDIT_TEXT_MAX = 2_000;
/** After a refusal because the field has changed: until its new value has come. */
const SETTLE_MS = 200;
/** Types of `input` that one writes text into; all others are pressed. */
const TEXT_TYPES = new Set(['text', 'search', 'email', 'tel', 'url', 'number', 'password', '']);

/** Replace characters `from`–`to` by `text`, if the field is still at `version`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly version: number;
}
type Outcome = { readonly refused?: string; readonly again?: boolean; readonly version?: number };

export interface FieldPorts {
  /** Sends an edit; `then` gets what became of it. */
  type(edit: Edit, then: (outcome: Outcome) => void): void;
  closed(): void;
}

/** A box of our own over a field, in which the agent writes. */
export interface FieldEditing {
  place(): void;
  close(): void;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/** What stands in a field or editor. */
const textIn = (field: Element): string => (isTextField(field) ? field.value : editorText(field).text);

/** Whether an element that is shown stands for a field to write in. */
export function isTextField(element: Element): element is Field {
  if (element.localName === 'textarea') return true;
  return element.localName === 'input' && TEXT_TYPES.has((element as HTMLInputElement).type);
}

/** The smallest edit that makes `after` out of `before`; never splits a surrogate pair. */
export function editBetween(before: string, after: string): Pick<Edit, 'from' | 'to' | 'text'> | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  if (isHighSurrogate(before.charCodeAt(from - 1))) from--;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail--;
  const text = after.slice(from, after.length - tail).slice(0, EDIT_TEXT_MAX);
  return { from, to: before.length - tail, text };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Opens a box over the field. One edit is under way at a time: each is made on the version that the one before left. */
export function editField(
  root: HTMLElement,
  field: Element,
  version: number,
  ports: FieldPorts,
): FieldEditing {
  const isLong = field.localName !== 'input';
  const box: Field = document.createElement(isLong ? 'textarea' : 'input');
  // What is private is never written over: the box begins empty, and the page decides.
  const shown = (): string => (textIn(field).includes(MASK) ? '' : textIn(field));
  let known = shown();
  let isFlying = false;
  let isOpen = true;
  box.className = 'field-box';
  box.value = known;
  box.setAttribute('aria-label', 'Write in their field');
  box.autocomplete = 'off';
  box.spellcheck = false;
  copyLook(field, box);

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    box.remove();
    ports.closed();
  };
  const send = (): void => {
    const edit = editBetween(known, box.value);
    if (isFlying || !edit || !isOpen) return;
    isFlying = true;
    const sent = known.slice(0, edit.from) + edit.text + known.slice(edit.to);
    ports.type({ ...edit, version }, (outcome) => {
      isFlying = false;
      if (outcome.version !== undefined) version = outcome.version;
      if (outcome.refused === undefined) {
        known = sent;
        send();
      } else if (outcome.again === true) window.setTimeout(renew, SETTLE_MS);
      else close();
    });
  };
  /** The visitor wrote in the same field: theirs stands, and the agent goes on from there. */
  const renew = (): void => {
    known = shown();
    box.value = known;
  };
  box.addEventListener('input', send);
  box.addEventListener('blur', close);
  const ended = (event: KeyboardEvent): void => {
    // Sending a form is the visitor's; Enter only ends the writing.
    if (event.key !== 'Enter' || isLong || event.isComposing) return;
    event.preventDefault();
    close();
  };
  box.addEventListener('keydown', ended as EventListener);
  const place = (): void => {
    if (field.isConnected) lay(box, boxOf(field));
    else close();
  };
  root.append(box);
  place();
  box.focus();
  return { place, close };
}

function copyLook(field: Element, box: HTMLElement): void {
  const look = field.ownerDocument.defaultView?.getComputedStyle(field);
  if (!look) return;
  const { style } = box;
  style.font = look.font;
  style.padding = look.padding;
  style.textAlign = look.textAlign;
  style.borderRadius = look.borderRadius;
}
