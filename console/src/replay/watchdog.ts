/** Without a sign of life for so long a view is stuck and is loaded anew (T5). */
const SILENCE_MAX_MS = 3_000;

/** Timers, as a window has them. */
export interface WatchdogTimers {
  setTimeout(then: () => void, milliseconds: number): number;
  clearTimeout(timer: number): void;
}

/** Calls `isStuck` when nobody called `alive` for three seconds; starts with the first sign of life. */
export class Watchdog {
  readonly #timers: WatchdogTimers;
  readonly #isStuck: () => void;
  #timer: number | undefined;

  constructor(timers: WatchdogTimers, isStuck: () => void) {
    this.#timers = timers;
    this.#isStuck = isStuck;
  }

  alive(): void {
    this.stop();
    this.#timer = this.#timers.setTimeout(() => {
      this.#timer = undefined;
      this.#isStuck();
    }, SILENCE_MAX_MS);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
