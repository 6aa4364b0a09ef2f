const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A token bucket of one owner that may go into debt: what came has come, and what follows waits until it is paid. */
export class Allowance {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #at: number;

  /** `now`: monotonic milliseconds. */
  constructor(burst: number, perMs: number, now: number) {
    this.#burst = burst;
    this.#perMs = perMs;
    this.#left = burst;
    this.#at = now;
  }

  static perSecond(burst: number, perSecond: number, now: number): Allowance {
    return new Allowance(burst, perSecond / SECOND_MS, now);
  }

  static of(rate: { readonly burst: number; readonly perMinute: number }, now: number): Allowance {
    return new Allowance(rate.burst, rate.perMinute / MINUTE_MS, now);
  }

  /** Takes it whatever is left; answers for how many milliseconds nothing more may follow. */
  spend(amount: number, now: number): number {
    this.#fill(now);
    this.#left -= amount;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left / this.#perMs);
  }

  /** Takes one if there is one. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #fill(now: number): void {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
