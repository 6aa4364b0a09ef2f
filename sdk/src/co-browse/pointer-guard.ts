import { composedParent, isControl, type NodePrivacy } from './node-privacy.ts';

/** The distance that coarse positions are apart, in CSS pixels. */
const GRID_PIXELS = 64;
/** A masked part up to this size is one place. */
const PLACE_MAX_PIXELS = 480;
const KEYS_MIN = 6;
const KEYPAD_LEVELS = 4;
const KEYS_LOOKED_AT = 120;
const KEY_LABEL_MAX_LENGTH = 2;

/** Where something happened, as an agent may know it. */
export interface Place {
  readonly target: Node;
  readonly x: number;
  readonly y: number;
}

function isKey(element: Element): boolean {
  if (element.localName === 'script' || element.localName === 'style') return false;
  const label = element.textContent.trim() || element.getAttribute('aria-label')?.trim() || '';
  const value = label || (element.getAttribute('value') ?? '').trim();
  return value.length > 0 && value.length <= KEY_LABEL_MAX_LENGTH;
}

/** Children, and theirs where a child only arranges them in a row. */
function* keysIn(element: Element): Generator<Element> {
  for (const child of element.children) {
    if (child.children.length > 1) yield* child.children;
    else yield child;
  }
}

function isKeypad(element: Element): boolean {
  let keys = 0;
  let seen = 0;
  for (const child of keysIn(element)) {
    if (++seen > KEYS_LOOKED_AT) break;
    if (isKey(child) && ++keys >= KEYS_MIN) return true;
  }
  return false;
}

const snap = (value: number): number => Math.round(value / GRID_PIXELS) * GRID_PIXELS;

/** Makes pointers inside of masked parts and keypads so coarse that they spell nothing (rule 8). */
export class PointerGuard {
  readonly #privacy: NodePrivacy;
  readonly #isStrict: boolean;
  #keypads = new WeakMap<Node, Element | null>();

  constructor(privacy: NodePrivacy, isStrict: boolean) {
    this.#privacy = privacy;
    this.#isStrict = isStrict;
  }

  /** The keypad that a node is a key of: many small elements with one sign each. */
  keypadOf(node: Node): Element | undefined {
    const known = this.#keypads.get(node);
    if (known !== undefined) return known ?? undefined;
    let at = composedParent(node);
    for (let level = 0; at && level < KEYPAD_LEVELS; level++, at = composedParent(at)) {
      if (at.nodeType !== 1 || !isKeypad(at as Element)) continue;
      this.#keypads.set(node, at as Element);
      return at as Element;
    }
    return undefined;
  }

  /** The outermost element for which a node's privacy holds. */
  #rootOf(node: Node): Element | undefined {
    const { blocked, masked, control } = this.#privacy.of(node);
    if (blocked) {
      let root = node;
      for (let at = composedParent(node); at && this.#privacy.of(at).blocked; at = composedParent(at))
        root = at;
      return root as Element;
    }
    if (masked) return masked;
    const keypad = this.keypadOf(node);
    if (keypad) return keypad;
    return control && !this.#privacy.showsValue(control) ? control : undefined;
  }

  /** A position as it may be told. */
  place(node: Node, x: number, y: number): Place {
    const root = this.#rootOf(node);
    if (root) {
      const box = root.getBoundingClientRect();
      const isSmall = box.width <= PLACE_MAX_PIXELS && box.height <= PLACE_MAX_PIXELS;
      const centre = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
      return { target: root, ...(isSmall ? centre : { x: snap(x), y: snap(y) }) };
    }
    if (!this.#isStrict || (node.nodeType === 1 && isControl(node as Element))) return { target: node, x, y };
    const document = node.nodeType === 9 ? (node as Document) : node.ownerDocument;
    return { target: document?.body ?? node, x: snap(x), y: snap(y) };
  }
}
