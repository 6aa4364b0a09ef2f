import type { ServerResponse } from 'node:http';
import type { CloseCode } from '@alongside/sdk/protocol';
import type { Connection } from './connection.ts';
import type { Wire } from './wire.ts';

/** Proxies and virus scanners of some makes pass nothing on before they have this much. */
const PADDING_BYTES = 2_048;
const DATA = Buffer.from('data: ');
const EVENT_END = Buffer.from('\n\n');

/**
 * A response that does not end, as a {@link Wire} (DL10): server-sent events, one frame each. The first event
 * `open` carries the key of the posts that belong to it, the last one `close` says what a close frame would say.
 * What is posted comes by way of `RelayStreams`.
 */
export class StreamWire implements Wire {
  connection: Connection | undefined;
  /** Knows and names the stream: 256 random bits that no other client sees. */
  readonly key: string;
  /** Of the page that opened it; a browser names it at the latest with the first post. */
  origin: string | undefined;
  /** Number of the last batch that was taken. */
  batch = 0;
  /** What it was closed with by us; else the client went, or was lost. */
  closeCode: CloseCode | undefined;
  isPaused = false;
  readonly #response: ServerResponse;
  readonly #whenResumed: (() => void)[] = [];
  #isCorked = false;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  readonly #whenFlushed: (() => void)[] = [];

  constructor(response: ServerResponse, key: string, origin: string | undefined) {
    this.#response = response;
    this.key = key;
    this.origin = origin;
  }

  /** Sends the head and the first event. */
  begin(): void {
    this.#response.flushHeaders();
    this.#response.write(`:${' '.repeat(PADDING_BYTES)}\n\nevent: open\ndata: {"key":"${this.key}"}\n\n`);
  }

  get canSend(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  get unsentBytes(): number {
    return this.#response.writableLength + this.#heldBytes;
  }

  write(frame: Buffer, flushed?: () => void): void {
    // JSON has no line breaks of its own, so that a frame is one line of data.
    this.#held.push(DATA, frame, EVENT_END);
    this.#heldBytes += DATA.length + frame.length + EVENT_END.length;
    if (flushed) this.#whenFlushed.push(flushed);
    if (!this.#isCorked) this.#flush();
  }

  cork(): void {
    this.#isCorked = true;
  }

  uncork(): void {
    this.#isCorked = false;
    this.#flush();
  }

  /** A response that ends while its own cork is in loses what that held, so this one holds by itself. */
  #flush(): void {
    if (this.#held.length === 0) return;
    const whenFlushed = this.#whenFlushed.splice(0);
    this.#heldBytes = 0;
    this.#response.write(Buffer.concat(this.#held.splice(0)), () => {
      for (const then of whenFlushed) then();
    });
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    for (const then of this.#whenResumed.splice(0)) then();
  }

  /** Resolves at once, or when what was posted before has been handled so far that more may come. */
  roomForMore(): Promise<void> {
    if (!this.isPaused) return Promise.resolve();
    return new Promise((resolve) => this.#whenResumed.push(resolve));
  }

  close(code: CloseCode, reason: string): void {
    this.closeCode = code;
    this.#flush();
    this.#response.end(`event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`);
    this.resume();
  }

  terminate(): void {
    this.#response.destroy();
    this.resume();
  }
}
