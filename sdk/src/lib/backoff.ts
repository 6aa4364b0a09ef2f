import type { RandomBytes } from './ids.ts';

/** A number from 0 up to, but without, 1. */
export function fraction(random: RandomBytes): number {
  return random(4).reduce((sum, byte) => (sum + byte) / 256, 0);
}

/**
 * How long to wait before try number `tries` (from 1): anything up to a step that doubles from `firstMs` to
 * `maxMs` ("full jitter", AWS Architecture Blog 2015), so that many clients do not come back together.
 */
export function backoff(tries: number, firstMs: number, maxMs: number, jitter: number): number {
  return jitter * Math.min(maxMs, firstMs * 2 ** Math.max(0, tries - 1));
}
