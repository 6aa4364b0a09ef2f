import type { Clock } from '@alongside/sdk/shared';

/** A transaction that is open longer waits for itself: somebody uses the store from inside of it. */
const TURN_WAIT_MAX_MS = 15_000;

/**
 * Lets users of one connection go one after the other, in the order in which they asked. Waiting ends with an error
 * rather than never: a query outside of a transaction that is made inside of it would wait for ever otherwise.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the turn where nobody has it. */
  tryTake(): boolean {
    if (this.#taken) return false;
    this.#taken = true;
    return true;
  }

  /** Resolves when the turn is taken. */
  take(): Promise<void> {
    if (this.tryTake()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const enter = () => {
        cancel();
        resolve();
      };
      const cancel = this.#clock.after(TURN_WAIT_MAX_MS, () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(new Error('The store was not free in time; is it used from inside its own transaction?'));
      });
      this.#waiting.push(enter);
    });
  }

  /** Hands the turn to whoever waits longest. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
