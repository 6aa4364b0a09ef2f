import type { Connection } from './connection.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';
import type { FrameDispatch } from './frame-dispatch.ts';
import { HelloRefused } from './hello.ts';
import type { RelayOptions } from './relay-options.ts';
import type { RelayRates } from './relay-rates.ts';
import type { Transmitter } from './transmitter.ts';
import type { Welcome } from './welcome.ts';

export interface FrameIntakeParts {
  feed: ConversationFeed;
  dispatch: FrameDispatch;
  welcome: Welcome;
  out: Transmitter;
  rates: RelayRates;
}

/** Closed for its rate of frames: the client comes back no sooner than this. */
const BUSY_RETRY_MS = 10_000;
const NOT_JSON = Symbol('not JSON');

/** What clients send, by whichever wire: counted, read, and handled one after the other per connection. */
export class FrameIntake {
  readonly #options: RelayOptions;
  readonly #parts: FrameIntakeParts;
  #busy = 0;
  #whenIdle: (() => void) | undefined;

  constructor(options: RelayOptions, parts: FrameIntakeParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** No frame is being handled. */
  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** Calls `then` when the last frame that is being handled is done. */
  whenIdle(then: () => void): void {
    this.#whenIdle = then;
  }

  /** A message of a WebSocket. */
  message(connection: Connection, bytes: Buffer, isBinary: boolean): void {
    if (!connection.isOpen || !this.count(connection)) return;
    if (isBinary) {
      this.#parts.out.close(connection, 4000, 'binary');
      return;
    }
    this.#options.metrics.bytesIn += bytes.length;
    const value = parsed(bytes);
    if (value === NOT_JSON) this.#parts.out.close(connection, 4000, 'not JSON');
    else this.#read(connection, value);
  }

  /** A frame that came parsed, inside of something whose bytes were counted. */
  frame(connection: Connection, value: unknown): void {
    if (connection.isOpen && this.count(connection)) this.#read(connection, value);
  }

  /** Counts one frame; false where the connection was closed for its rate. */
  count(connection: Connection): boolean {
    this.#options.metrics.framesIn += 1;
    if (this.#parts.rates.takeFrame(connection, this.#options.clock.monotonic())) return true;
    this.#parts.out.close(connection, 4029, `retry-after=${BUSY_RETRY_MS}`);
    return false;
  }

  #read(connection: Connection, value: unknown): void {
    connection.pingedAt = 0;
    if (connection.session) this.#options.presence.seen(connection.session);
    const problem = shapeProblem(value, this.#options.limits);
    if (problem) this.#parts.dispatch.refuseFrame(connection, value, problem);
    else this.#take(connection, value);
  }

  /**
   * Frames are handled one after the other; only signs of life overtake. A ping is answered before the hello too:
   * by it a client finds out whether frames go through, without spending a ticket on the question (DL10).
   */
  #take(connection: Connection, value: unknown): void {
    const type = (value as { type?: unknown } | null)?.type;
    if (type === 'pong' && connection.session) return;
    if (type === 'ping' && (connection.busy || !connection.session)) {
      this.#parts.out.send(connection, { type: 'pong', heads: this.#parts.feed.headsOf(connection) });
      return;
    }
    if (connection.busy) {
      connection.waiting = [...connection.waiting, value];
      if (connection.waiting.length >= this.#options.limits.waitingFramesMax) connection.wire.pause();
      return;
    }
    connection.busy = true;
    this.#busy += 1;
    void this.#handleAll(connection, value);
  }

  async #handleAll(connection: Connection, first: unknown): Promise<void> {
    try {
      await this.#handle(connection, first);
      while (connection.waiting.length > 0 && connection.isOpen) {
        const [next, ...others] = connection.waiting;
        connection.waiting = others;
        if (connection.wire.isPaused) connection.wire.resume();
        await this.#handle(connection, next);
      }
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a frame could not be handled');
      this.#parts.out.close(connection, 1011);
    } finally {
      connection.busy = false;
      this.#busy -= 1;
      if (this.#busy === 0) this.#whenIdle?.();
    }
  }

  async #handle(connection: Connection, value: unknown): Promise<void> {
    if (connection.session) {
      await this.#parts.dispatch.handle(connection, connection.session, value);
      return;
    }
    try {
      await this.#parts.welcome.greet(connection, value);
    } catch (error) {
      this.#refuseHello(connection, error);
    }
  }

  #refuseHello(connection: Connection, error: unknown): void {
    const { metrics } = this.#options;
    const { out } = this.#parts;
    if (error instanceof HelloRefused) {
      const { code, message, close, retryAfter } = error;
      metrics.refused[code] += 1;
      out.send(connection, { type: 'error', code, message });
      out.close(connection, close, retryAfter === undefined ? '' : `retry-after=${retryAfter}`);
      return;
    }
    const problem = decodeProblem(error);
    metrics.refused[problem.code] += 1;
    out.send(connection, { type: 'error', ...problem });
    out.close(connection, 4000);
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return NOT_JSON;
  }
}
