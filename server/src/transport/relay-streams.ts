import { STREAM_BATCH_MAX_FRAMES } from '@alongside/sdk/protocol';
import type { Response } from 'express';
import { newToken } from '../lib/random-token.ts';
import type { Connection, Greeting } from './connection.ts';
import type { FrameIntake } from './frame-intake.ts';
import { HttpError } from './http-error.ts';
import type { RelayOptions } from './relay-options.ts';
import { StreamWire } from './stream-wire.ts';
import type { Transmitter } from './transmitter.ts';
import type { ConnectionRefusal, Wire } from './wire.ts';

/** What the streams need of the relay, whose connections they are. */
export interface RelayStreamsParts {
  intake: FrameIntake;
  out: Transmitter;
  refusal: (address: string) => ConnectionRefusal | undefined;
  opened: (wire: Wire, address: string) => Connection;
  ended: (connection: Connection, code: number) => void;
  isDraining: () => boolean;
}

/** What a close that no side announced is called (RFC 6455, section 7.1.5). */
const CLOSED_ABNORMALLY = 1006;
/** Tells everything between here and the page to pass each event on as it comes, unchanged. */
const EVENT_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Numbered frames, as they are posted. */
interface Batch {
  readonly batch: number;
  readonly frames: readonly unknown[];
}

/**
 * Connections without a WebSocket (DL10): what goes out is a response that does not end, what comes in is posted.
 * Whoever knows a stream's key may post to it, from the origin that opened it, and only in order.
 */
export class RelayStreams {
  readonly #options: RelayOptions;
  readonly #parts: RelayStreamsParts;
  readonly #streams = new Map<string, StreamWire>();

  constructor(options: RelayOptions, parts: RelayStreamsParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Begins a stream on a response. @throws HttpError where there is no room. */
  open(response: Response, { address, origin }: { address: string; origin: string | undefined }): void {
    const refusal = this.#parts.refusal(address);
    if (refusal) {
      const code = refusal.status === 429 ? 'rate-limited' : 'unavailable';
      throw new HttpError(code, 'no room for another connection', refusal.retryAfterMs);
    }
    response.set(EVENT_HEADERS);
    const wire = new StreamWire(response, newToken(), origin);
    const connection = this.#parts.opened(wire, address);
    wire.connection = connection;
    this.#streams.set(wire.key, wire);
    this.#options.metrics.streams += 1;
    response.on('close', () => {
      this.#streams.delete(wire.key);
      this.#options.metrics.streams -= 1;
      wire.resume();
      this.#parts.ended(connection, wire.closeCode ?? CLOSED_ABNORMALLY);
    });
    // A reset; the close follows.
    response.on('error', () => undefined);
    wire.begin();
  }

  /** The stream of a key, for a post from `origin`: missing and not yours are the same. */
  find(key: string | undefined, origin: string | undefined): StreamWire | undefined {
    const wire = key === undefined ? undefined : this.#streams.get(key);
    // A page's own GET to its own origin names none; its first post does.
    return wire?.origin === undefined || wire.origin === origin ? wire : undefined;
  }

  /** A post that could not be read: what would close a socket closes the stream. */
  unreadable(wire: StreamWire, code: 1007 | 1009 | 4000, reason: string): void {
    if (wire.connection) this.#parts.out.close(wire.connection, code, reason);
  }

  /** Takes what was posted; resolves when there is room for more. @throws HttpError where it was not taken. */
  async take(wire: StreamWire, body: Buffer, greeting: Greeting): Promise<void> {
    const { connection } = wire;
    if (!connection?.isOpen) throw new HttpError('not-found', 'the stream has ended');
    if (this.#parts.isDraining()) throw new HttpError('unavailable', 'the server is about to end');
    wire.origin ??= greeting.origin;
    this.#options.metrics.bytesIn += body.length;
    const { batch, frames } = this.#read(wire, body);
    if (batch > wire.batch + 1) throw new HttpError('out-of-order', `batch ${wire.batch + 1} is next`);
    if (batch <= wire.batch || frames.length === 0) {
      // Posted again because its answer was lost: it is taken already. It costs what a frame costs.
      this.#parts.intake.count(connection);
      if (batch <= wire.batch) return wire.roomForMore();
    }
    wire.batch = batch;
    if (!connection.session) connection.greeting = greeting;
    for (const frame of frames) this.#parts.intake.frame(connection, frame);
    return wire.roomForMore();
  }

  #read(wire: StreamWire, body: Buffer): Batch {
    const value = parsed(body);
    if (value === 'not UTF-8') this.unreadable(wire, 1007, '');
    else if (!isBatch(value)) this.unreadable(wire, 4000, 'not a batch');
    else return value;
    throw new HttpError('malformed', 'the body must be {"batch": number, "frames": […]}');
  }
}

function parsed(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return 'not UTF-8';
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBatch(value: unknown): value is Batch {
  const { batch, frames } = (value ?? {}) as { batch?: unknown; frames?: unknown };
  return (
    Number.isSafeInteger(batch) &&
    (batch as number) > 0 &&
    Array.isArray(frames) &&
    frames.length <= STREAM_BATCH_MAX_FRAMES
  );
}
