import { maskDraft } from '@alongside/sdk';
import { DRAFT_EVERY_MS } from '@alongside/sdk/protocol';

/**
 * Tells what is being typed, masked, at most five times a second, the newest winning; and nothing at all unless it was
 * said to the visitor that it may be seen.
 */
export class DraftSender {
  readonly #tell: (text: string) => void;
  #may = false;
  /** As it stands before the agents now. */
  #told = '';
  #next: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** The visitor has pressed a key in the field. */
  typed(text: string): void {
    if (!this.#may) return;
    this.#next = maskDraft(text);
    if (this.#timer === undefined) this.#flush();
  }

  /**
   * It is said who sees what is typed. What stood in the field before is not told: only a key does that. What was told
   * and has been sent or changed since is told anew.
   */
  mayShow(current: string): void {
    this.#may = true;
    if (this.#told || this.#next !== undefined) this.typed(current);
  }

  /** From now on nothing is told, and what was is taken back at once. */
  hide(): void {
    this.#may = false;
    this.#next = undefined;
    if (this.#told) this.#send('');
  }

  #flush(): void {
    const next = this.#next;
    this.#next = undefined;
    this.#timer = undefined;
    if (next === undefined || next === this.#told) return;
    this.#timer = setTimeout(() => this.#flush(), DRAFT_EVERY_MS);
    this.#send(next);
  }

  #send(text: string): void {
    this.#told = text;
    this.#tell(text);
  }
}
