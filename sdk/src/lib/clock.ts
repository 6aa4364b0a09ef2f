/**
 * The only source of time outside `lib/`: simulations run a whole centre on a clock of their own.
 * `now` is wall-clock (milliseconds since 1970, may jump, for display only); `monotonic` never goes back.
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls `then` once after `milliseconds`; the answer cancels it. */
  after(milliseconds: number, then: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, then) {
    const timer = setTimeout(then, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};
