import { isControl, type NodePrivacy } from './node-privacy.ts';
import type { TaintGuard } from './taint-guard.ts';

/** Values on the way: what was typed some seconds ago, ten keys a second, may be printed only now. */
const RECENT_MAX = 64;
/** What these hold is a label, a switch or a place on a scale. */
const NO_SECRET_TYPES = new Set(['button', 'submit', 'reset', 'image', 'checkbox', 'range', 'color']);
const TEXT_TYPES = new Set(['text', 'password', 'email', 'tel', 'url', 'search', '']);
const SHORT_MAX_LENGTH = 3;

/** Elements that are looked at between two looks at the clock: about a millisecond. */
const ELEMENTS_PER_STEP = 1_000;
/** Controls of which nothing is written, only chosen among what the page offers. */
const CHOICES = /^(?:radio|checkbox|switch|option|listbox|menuitem)/;

const typeOf = (control: Element): string => (control.getAttribute('type') ?? '').trim().toLowerCase();

/** Whether what a control says was written by the page, and only chosen by somebody. */
const isChoice = (control: Element): boolean =>
  control.localName === 'select' || CHOICES.test(control.getAttribute('role') ?? typeOf(control));

/** All that a control says, now. */
function valuesOf(control: Element): string[] {
  const type = typeOf(control);
  switch (control.localName) {
    case 'input': {
      const { value, defaultValue, checked } = control as HTMLInputElement;
      if (NO_SECRET_TYPES.has(type) || (type === 'radio' && !checked)) return [];
      return type === 'file' ? [value.replace(/^.*[\\/]/, '')] : [value, defaultValue];
    }
    case 'textarea': {
      const { value, defaultValue } = control as HTMLTextAreaElement;
      return [value, defaultValue];
    }
    case 'select': {
      const { selectedOptions } = control as HTMLSelectElement;
      return [...selectedOptions].flatMap((option) => [option.value, option.text]);
    }
    case 'option':
    case 'optgroup':
    case 'datalist':
      return [];
    default:
      return [control.textContent.trim(), 'value' in control ? String(control.value) : ''];
  }
}

function deepActiveElement(document: Document): Element | null {
  let active = document.activeElement;
  for (let inner = active; inner; active = inner) {
    inner = inner.shadowRoot?.activeElement ?? null;
    if (!inner) break;
  }
  return active;
}

/**
 * Tells the taint guard what stands in masked controls. Values are read again before each event, because scripts and
 * autofill set them without telling anybody.
 */
export class ControlValues {
  readonly #privacy: NodePrivacy;
  readonly #taint: TaintGuard;
  readonly #last = new Map<Element, string[]>();
  readonly #recent = new WeakMap<Element, string[]>();

  constructor(privacy: NodePrivacy, taint: TaintGuard) {
    this.#privacy = privacy;
    this.#taint = taint;
  }

  /** Looks at an element that is about to be told of. */
  meet(element: Element): void {
    if (!isControl(element) || this.#last.has(element)) return;
    this.#last.set(element, []);
    this.#read(element);
  }

  /**
   * Looks at a control right after a key: a page may print each step of what is typed when the control holds more
   * already, and what is longer is not found in what is shorter.
   */
  typed(control: Element): void {
    if (this.#last.has(control)) this.#read(control);
    else this.meet(control);
  }

  /**
   * Looks at all controls below a node, in shadow roots and frames too, in steps: a page of tens of thousands of nodes
   * takes longer than one task may.
   */
  *meetBelow(root: Node): Generator<undefined, void> {
    const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    let looked = 0;
    for (let node: Node | null = root; node; node = walker.nextNode()) {
      if (++looked % ELEMENTS_PER_STEP === 0) yield;
      if (node.nodeType !== 1) continue;
      const { shadowRoot, contentDocument } = node as HTMLIFrameElement;
      this.meet(node as Element);
      if (shadowRoot) yield* this.meetBelow(shadowRoot);
      if (contentDocument) yield* this.meetBelow(contentDocument);
    }
  }

  /** Reads all known controls; those that left the page are forgotten, what they held is not. */
  readAgain(): void {
    for (const control of this.#last.keys()) {
      this.#read(control);
      if (!control.isConnected) this.#last.delete(control);
    }
  }

  #read(control: Element): void {
    const values = this.#privacy.showsValue(control) ? [] : valuesOf(control);
    const last = this.#last.get(control) ?? [];
    if (values.length === last.length && values.every((value, index) => value === last[index])) return;
    this.#last.set(control, values);
    for (const [index, value] of values.entries()) {
      if (value === last[index]) continue;
      this.#taint.remember(value, isChoice(control));
      this.#replace(control, last[index] ?? '', value);
    }
  }

  /** While somebody types, all but the last few beginnings are forgotten. */
  #replace(control: Element, before: string, now: string): void {
    const grows = before !== '' && (now.startsWith(before) || before.startsWith(now));
    const recent = grows ? (this.#recent.get(control) ?? []) : [];
    if (grows) recent.push(before);
    const oldest = recent.length > RECENT_MAX ? recent.shift() : undefined;
    if (oldest !== undefined) this.#taint.forget(oldest);
    this.#recent.set(control, recent);
  }

  /** Whether a text that just changed repeats the first characters somebody is typing, too short to be remembered. */
  isFirstEcho(text: string, document: Document): boolean {
    const active = deepActiveElement(document);
    if (!active || !this.#last.has(active) || this.#privacy.showsValue(active)) return false;
    if (active.localName === 'input' && !TEXT_TYPES.has(typeOf(active))) return false;
    const value = ('value' in active ? String(active.value) : active.textContent).trim().toLowerCase();
    if (value === '' || value.length > SHORT_MAX_LENGTH) return false;
    return (
      text
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .includes(value) || text.trim().toLowerCase() === value
    );
  }
}
