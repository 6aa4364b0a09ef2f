import type { ControlValues } from './control-values.ts';
import type { TextGuard } from './text-guard.ts';

const MASKED_TEXTS_MAX = 5_000;
const MASKED_TEXT_MIN_LENGTH = 4;

/** Knows texts that say what was masked elsewhere: copies of masked texts, and repeated values. */
export class Copies {
  readonly #guard: TextGuard;
  readonly #values: ControlValues;
  readonly #texts = new Set<string>();
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

  /** Whether a text repeats something; `isNew` when it came or changed while being watched. */
  includes(parent: Node | null, content: string, isNew: boolean): boolean {
    if (parent && this.#parents.has(parent)) return true;
    if (this.#texts.has(content.trim())) return true;
    if (isNew && parent?.ownerDocument && this.#values.isFirstEcho(content, parent.ownerDocument))
      return true;
    if (!this.#guard.isTainted(content)) return false;
    if (parent) this.#parents.add(parent);
    return true;
  }
}
