import type { Clock } from '../lib/clock.ts';
import { type Author, TYPING_EVERY_MS, TYPING_LASTS_MS } from '../protocol/index.ts';

/** Tells others that somebody writes here: at most one signal a second, and one when it ends. */
export class OwnTyping {
  readonly #clock: Clock;
  readonly #tell: (on: boolean) => void;
  #toldAt = -Infinity;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, tell: (on: boolean) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  typing(on: boolean): void {
    if (!on) {
      this.#end();
      return;
    }
    this.#stopTimer?.();
    this.#stopTimer = this.#clock.after(TYPING_LASTS_MS, () => this.#end());
    if (this.#clock.monotonic() - this.#toldAt < TYPING_EVERY_MS) return;
    this.#toldAt = this.#clock.monotonic();
    this.#tell(true);
  }

  /** Forgets it without a word: the message itself says that it ended. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#toldAt = -Infinity;
  }

  #end(): void {
    if (!this.#stopTimer) return;
    this.stop();
    this.#tell(false);
  }
}

/** Who else writes now; each for as long as a signal lasts. */
export class OthersTyping {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #writers = new Map<string, { author: Author; stop: () => void }>();

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get authors(): readonly Author[] {
    return [...this.#writers.values()].map(({ author }) => author);
  }

  signal(author: Author, on: boolean): void {
    const known = this.#forget(author);
    if (on) {
      const stop = this.#clock.after(TYPING_LASTS_MS, () => this.signal(author, false));
      this.#writers.set(keyOf(author), { author, stop });
    }
    if (known !== on) this.#changed();
  }

  /** Somebody's message is there: they no longer write it. */
  wrote(author: Author): void {
    this.#forget(author);
  }

  clear(): void {
    for (const { author } of [...this.#writers.values()]) this.#forget(author);
  }

  #forget(author: Author): boolean {
    this.#writers.get(keyOf(author))?.stop();
    return this.#writers.delete(keyOf(author));
  }
}

function keyOf({ kind, id }: Author): string {
  return `${kind} ${id ?? ''}`;
}
