import type { ControlValues } from './control-values.ts';
import type { TextGuard } from './text-guard.ts';

const MASKED_TEXTS_MAX = 5_000;
const MASKED_TEXT_MIN_LENGTH = 4;

/** Knows texts that say what was masked elsewhere: copies of masked texts, and repeated values. */
export class Copies {
  readonly #guard: TextGuard;
  readonly #values: ControlValues;
  readonly #texts = new Set<string>();
  readonly #decided = new WeakMap<Node, { readonly content: string; readonly isCopy: boolean }>();
  /** Parents of texts that repeated a value: what they are split into stays masked. */
  readonly #parents = new WeakSet<Node>();

  constructor(guard: TextGuard, values: ControlValues) {
    this.#guard = guard;
    this.#values = values;
  }

  /** A text that was masked because of where it stands. */
  remember(content: string): void {
    const text = content.trim();
    if (text.length >= MASKED_TEXT_MIN_LENGTH && this.#texts.size < MASKED_TEXTS_MAX) this.#texts.add(text);
  }

  /** Decided when a text is first told of, so that one that was seen does not vanish because another is masked. */
  #isCopy(text: Node, content: string): boolean {
    const known = this.#decided.get(text);
    if (known?.content === content) return known.isCopy;
    const isCopy = this.#texts.has(content.trim());
    this.#decided.set(text, { content, isCopy });
    return isCopy;
  }

  /** Whether a text repeats something; `isNew` when it came or changed while being watched. */
  includes(text: Node, content: string, isNew: boolean): boolean {
    const parent = text.parentNode;
    if ((parent && this.#parents.has(parent)) || this.#isCopy(text, content)) return true;
    if (isNew && parent?.ownerDocument && this.#values.isFirstEcho(content, parent.ownerDocument))
      return true;
    if (!this.#guard.isTainted(content)) return false;
    if (parent) this.#parents.add(parent);
    return true;
  }
}
