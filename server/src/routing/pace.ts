import { PACE_LASTS_MS, PACE_SAMPLES_MIN, PACE_WINDOW } from './routing-limits.ts';
import { type Pace, type WorkItem, agesFrom } from './routing-model.ts';

/** RT15: how long the one at a place of the queue will wait, in seconds; never zero. */
export interface WaitRange {
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile: eight of ten waits are meant to lie within the range. */
const EIGHT_OF_TEN = 1.28;

/** The key of a pace: ids hold no space. */
export function paceKey({ queue, channel }: Pick<WorkItem, 'queue' | 'channel'>): string {
  return `${queue} ${channel}`;
}

/**
 * The pace after an item was taken: an exponential mean of the gaps between takings. A gap begins when somebody
 * waited, so that a quiet hour is no slow one.
 */
export function paceAfter(before: Pace | undefined, item: WorkItem, at: number): Pace {
  const gap = Math.max(0, at - Math.max(agesFrom(item), before?.lastAt ?? 0));
  const samples = Math.min(PACE_WINDOW, (before?.samples ?? 0) + 1);
  // The plain mean until the window is full.
  const weight = Math.max(1 / samples, 2 / (PACE_WINDOW + 1));
  const mean = (before?.mean ?? 0) + weight * (gap - (before?.mean ?? 0));
  return { mean: Math.round(mean), samples, lastAt: at };
}

/** None where too few were taken to say, or nobody lately. `position` 1 is who comes next. */
export function waitRange(pace: Pace | undefined, position: number, now: number): WaitRange | undefined {
  if (!pace || pace.samples < PACE_SAMPLES_MIN || now - pace.lastAt > PACE_LASTS_MS) return undefined;
  const low = Math.max(1, Math.floor((pace.mean * gammaQuantile(position, -EIGHT_OF_TEN)) / 1_000));
  const high = Math.max(low + 1, Math.ceil((pace.mean * gammaQuantile(position, EIGHT_OF_TEN)) / 1_000));
  return { low, high };
}

/** Of the time until the n-th of events that come at random, one per unit (Wilson and Hilferty, 1931). */
function gammaQuantile(n: number, normal: number): number {
  return n * (1 - 1 / (9 * n) + normal / (3 * Math.sqrt(n))) ** 3;
}
