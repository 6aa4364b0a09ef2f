/**
 * A stored row is not what was written. It is never served: what stands in it, even who may read it, is unknown.
 * Answered to clients as `unavailable`; the operator restores a backup.
 */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
  readonly stream: string;
  /** Which row: `event 12`, `command …`, `heads`. */
  readonly part: string;

  constructor(stream: string, part: string) {
    super(`Damaged: ${part} of ${stream} is not what was stored.`);
    this.stream = stream;
    this.part = part;
  }
}
