import type { VisitorDown } from '../protocol/index.ts';
import type { Frame } from './relay-connection.ts';

/** The leader's own requests count from 1; those of other pages from here. */
const FIRST_FORWARDED_REQUEST = 1_000_000_000;
/** What a page may have sent in its name; commands of the outbox are the leader's. */
const FORWARDED = ['signal', 'fetch', 'command'];

/** What the leader sends for other pages, and what it passes on to them. */
export class ForwardedRequests {
  /** Under way, by the number that the server knows. */
  readonly #asked = new Map<number, { to: string; request: number }>();
  #last = FIRST_FORWARDED_REQUEST;

  /** The connection is gone, and with it all that was asked. */
  lost(): void {
    this.#asked.clear();
  }

  /** The frame as it is to be sent; two pages may ask under the same number. */
  forwarded(from: string, frame: Frame): Frame | undefined {
    if (!FORWARDED.includes(frame.type)) return undefined;
    if (frame.request === undefined) return frame;
    this.#asked.set(++this.#last, { to: from, request: frame.request });
    return { ...frame, request: this.#last };
  }

  /** What others are told of a frame that was received; `to` is absent where all are. */
  passed(frame: VisitorDown): { to?: string; frame: object } | undefined {
    if (frame.type === 'welcome' || frame.type === 'error') return undefined;
    const request = 'request' in frame ? frame.request : undefined;
    if (request === undefined) return { frame };
    const asked = this.#asked.get(request);
    if (asked) {
      this.#asked.delete(request);
      return { to: asked.to, frame: { ...frame, request: asked.request } };
    }
    if (frame.type !== 'page') return undefined;
    // What was missing here is missing there too; each asks for it after its own last.
    return { frame: { type: 'pong', heads: [{ conversation: frame.conversation, seq: frame.head }] } };
  }
}
