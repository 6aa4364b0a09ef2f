/** From 0 up to, not including, 1; for jitter, never for secrets. */
export function randomFraction(): number {
  return Math.random();
}
