import type { CloseCode } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { Limits } from '../lib/limits.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Connection } from './connection.ts';

/** A frame: an object to be written as JSON, or one that was written once for several readers. */
export type Frame = object | Buffer;

/** A frame for several readers, written once. */
export function writtenOnce(message: object): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/**
 * Everything that goes out. A reader who does not read has a budget of unsent bytes: near its end signals are
 * dropped, past it the connection is closed and resumes by number later (DL9).
 */
export class Transmitter {
  readonly #limits: Limits;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  #corked: Connection[] = [];

  constructor(options: { limits: Limits; metrics: Metrics; clock: Clock }) {
    this.#limits = options.limits;
    this.#metrics = options.metrics;
    this.#clock = options.clock;
  }

  /** Sends, or closes the connection as a slow consumer. `flushed` is called once the frame is with the system. */
  send(connection: Connection, frame: Frame, flushed?: () => void): void {
    if (!connection.isOpen) return;
    if (connection.unsentBytes > this.#limits.unsentMaxBytes) {
      this.close(connection, 4008);
      return;
    }
    const bytes = Buffer.isBuffer(frame) ? frame : writtenOnce(frame);
    this.#metrics.framesOut += 1;
    this.#metrics.bytesOut += bytes.length;
    this.#cork(connection);
    connection.wire.write(bytes, flushed);
  }

  /** Sends what may be lost: dropped when the reader is slow. */
  sendSignal(connection: Connection, frame: Frame): void {
    if (connection.unsentBytes > this.#limits.unsentSignalsMaxBytes) {
      this.#metrics.signalsDropped += 1;
      return;
    }
    this.send(connection, frame);
  }

  close(connection: Connection, code: CloseCode, reason = ''): void {
    connection.close(code, reason, this.#clock.monotonic());
  }

  /** Frames of one turn of the event loop (an answer and the entry it caused) leave in one write. */
  #cork(connection: Connection): void {
    if (connection.corked) return;
    connection.corked = true;
    connection.wire.cork();
    this.#corked.push(connection);
    if (this.#corked.length === 1) setImmediate(() => this.#uncork());
  }

  #uncork(): void {
    const corked = this.#corked;
    this.#corked = [];
    for (const connection of corked) {
      connection.corked = false;
      connection.wire.uncork();
    }
  }
}
