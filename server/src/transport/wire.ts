import type { CloseCode } from '@alongside/sdk/protocol';

/** What carries a connection's frames: a WebSocket, or a stream of events with posts beside it (DL10). */
export interface Wire {
  /** What is written now may still arrive. */
  readonly canSend: boolean;
  /** Bytes that were written and are not yet with the system (DL9). */
  readonly unsentBytes: number;
  readonly isPaused: boolean;
  /** Writes one frame; `flushed` is called once it is with the system. */
  write(frame: Buffer, flushed?: () => void): void;
  /** What is written from here to `uncork` leaves in one piece. */
  cork(): void;
  uncork(): void;
  /** Takes no more from the client until `resume`. */
  pause(): void;
  resume(): void;
  /** Tells the client why, and ends when it has heard it. */
  close(code: CloseCode, reason: string): void;
  /** Ends at once. */
  terminate(): void;
}

/** Why one more connection is not taken, for an HTTP answer. */
export type ConnectionRefusal = { status: 429 | 503; retryAfterMs: number };
