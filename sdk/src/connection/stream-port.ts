import type { Clock } from '../lib/clock.ts';
import { FRAME_MAX_BYTES, STREAM_BATCH_MAX_FRAMES } from '../protocol/index.ts';
import { EventStreamReader, type ServerEvent } from './event-stream.ts';
import type { Socket, SocketListener, SocketPort } from './socket-port.ts';

const CLOSED_ABNORMALLY = 1006;
/** What the relay's `full` is called where it is said before a stream begins. */
const CLOSED_FULL = 1013;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;
const SERVICE_UNAVAILABLE = 503;
const SECOND_MS = 1_000;
/** Characters of one post; in UTF-8 at most three bytes each, where a single frame is not longer already. */
const BATCH_MAX_LENGTH = FRAME_MAX_BYTES / 4;
/** A post whose answer was lost is repeated: its number says that it is the same. */
const POST_TRIES = 3;
const POST_AGAIN_AFTER_MS = 500;
/** A refused post ends the stream; the stream itself may still say why. */
const REASON_WITHIN_MS = 250;

/** A {@link SocketPort} without a WebSocket: frames come as server-sent events and go as numbered posts (DL10). */
export function streamPort(clock: Clock): SocketPort {
  return (url, listener) => new Stream(url, listener, clock);
}

class Stream implements Socket {
  readonly #url: string;
  readonly #listener: SocketListener;
  readonly #clock: Clock;
  readonly #aborter = new AbortController();
  #key: string | undefined;
  #waiting: string[] = [];
  #batch = 0;
  #posting = false;
  #over = false;

  constructor(url: string, listener: SocketListener, clock: Clock) {
    this.#url = url;
    this.#listener = listener;
    this.#clock = clock;
    void this.#read();
  }

  send(text: string): void {
    if (this.#over || this.#key === undefined) return;
    this.#waiting.push(text);
    if (!this.#posting) void this.#post(this.#key);
  }

  close(): void {
    this.#over = true;
    this.#aborter.abort();
  }

  #end(code: number, reason = ''): void {
    if (this.#over) return;
    this.close();
    this.#listener.closed(code, reason);
  }

  // What comes

  async #read(): Promise<void> {
    // Nobody is called before whoever opened it has it.
    await Promise.resolve();
    try {
      const response = await fetch(`${this.#url}/stream`, {
        headers: { accept: 'text/event-stream' },
        cache: 'no-store',
        credentials: 'same-origin',
        signal: this.#aborter.signal,
      });
      if (response.ok && response.body) await this.#readEvents(response.body);
      else if (response.status === TOO_MANY_REQUESTS || response.status === SERVICE_UNAVAILABLE) {
        this.#end(CLOSED_FULL, patienceOf(response));
      }
    } catch {
      // The network, or a page's policy: it ends below like a stream that broke off.
    }
    this.#end(CLOSED_ABNORMALLY);
  }

  async #readEvents(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const events = new EventStreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of events.push(decoder.decode(value, { stream: true }))) this.#received(event);
    }
  }

  #received({ event, data }: ServerEvent): void {
    if (this.#over) return;
    if (event === 'message') this.#listener.message(data);
    else if (event === 'open') {
      this.#key = (JSON.parse(data) as { key: string }).key;
      this.#listener.opened();
    } else if (event === 'close') {
      const { code, reason } = JSON.parse(data) as { code: number; reason: string };
      this.#end(code, reason);
    }
  }

  // What goes

  /** Posts what waits, one batch after the other: the frames of one turn go together. */
  async #post(key: string): Promise<void> {
    this.#posting = true;
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#over) {
      const frames = this.#nextBatch();
      const body = `{"batch":${++this.#batch},"frames":[${frames.join(',')}]}`;
      if (!(await this.#isTaken(key, body))) this.#end(CLOSED_ABNORMALLY);
    }
    this.#posting = false;
  }

  #nextBatch(): string[] {
    let length = 0;
    let count = 0;
    for (const text of this.#waiting) {
      length += text.length;
      if (count > 0 && (length > BATCH_MAX_LENGTH || count === STREAM_BATCH_MAX_FRAMES)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #isTaken(key: string, body: string): Promise<boolean> {
    for (let tries = 1; tries <= POST_TRIES; tries++) {
      const status = await this.#postOnce(key, body);
      if (status < SERVER_ERROR && status > 0) {
        const isTaken = status < TOO_FAR;
        if (!isTaken) await this.#after(REASON_WITHIN_MS);
        return isTaken;
      }
      await this.#after(POST_AGAIN_AFTER_MS);
      if (this.#over) return true;
    }
    return false;
  }

  /** The status of the answer; 0 where there was none. */
  async #postOnce(key: string, body: string): Promise<number> {
    try {
      const { status } = await fetch(`${this.#url}/send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: this.#aborter.signal,
      });
      return status;
    } catch {
      return 0;
    }
  }

  #after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(milliseconds, resolve);
    });
  }
}

/** Statuses from here on say that a post was not taken. */
const TOO_FAR = 300;

/** `Retry-After` as the reason of a close says it. */
function patienceOf({ headers }: Response): string {
  const seconds = Number(headers.get('retry-after') ?? '');
  return seconds > 0 ? `retry-after=${seconds * SECOND_MS}` : '';
}
