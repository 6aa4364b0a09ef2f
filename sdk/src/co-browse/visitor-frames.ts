import { PAGE_FRAME_MAX_EVENTS } from '../protocol/co-browse-socket.ts';
import { PAGE_FRAME_MAX_LENGTH } from '../protocol/limits.ts';
import { FULL_SNAPSHOT, INCREMENTAL, META, type PageEvent, SOURCE } from './page-events.ts';

/** Text of one part: quotation marks are escaped once more on their way, and parts are at most 100. */
const PART_LENGTH = 160_000;
const PARTS_MAX = 100;
/** What the relay does not hold yet, in characters, beside the newest snapshot; more is dropped for a new one. */
export const KEPT_MAX_LENGTH = 4_000_000;

/** Where the pointer is: may be lost. */
export const isPointer = ({ type, data }: PageEvent): boolean =>
  type === INCREMENTAL && (data.source === SOURCE.mouseMove || data.source === SOURCE.touchMove);

interface KeptFrame {
  readonly seq: number;
  readonly messages: readonly string[];
  readonly length: number;
  readonly isSnapshot: boolean;
}

/** A value is asked for its `toJSON` before this is called, with the object that holds it as `this`. */
function asItIs(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

/** JSON of plain data, also on a page whose old library gave all lists or objects a `toJSON` of its own (R28). */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, 'toJSON' in [] ? asItIs : undefined);
}

/** Numbers frames from 1, cuts long ones into parts, and keeps what the relay has not acknowledged. */
export class VisitorFrames {
  readonly #stream: string;
  #seq = 0;
  #kept: KeptFrame[] = [];
  /** A snapshot's beginning that waits for its rest. */
  #meta: PageEvent | undefined;
  #length = 0;

  constructor(stream: string) {
    this.#stream = stream;
  }

  get last(): number {
    return this.#seq;
  }

  /** Too much waits: only a new snapshot helps. */
  get isFull(): boolean {
    return this.#length > KEPT_MAX_LENGTH;
  }

  /**
   * Makes frames of events, answers their messages in order. A snapshot and its beginning stand first in a frame of
   * their own. Undefined: a snapshot that is longer than may be sent.
   */
  add(events: readonly PageEvent[]): string[] | undefined {
    const messages: string[] = [];
    let run: PageEvent[] = [];
    const close = (isSnapshot: boolean): boolean => {
      const frame = run.length > 0 ? this.#frame(run, isSnapshot) : [];
      run = [];
      if (frame) messages.push(...frame);
      return frame !== undefined;
    };
    for (const event of events) {
      if (event.type === META) {
        this.#meta = event;
        continue;
      }
      if (event.type === FULL_SNAPSHOT) {
        if (!close(false)) return undefined;
        run = this.#meta ? [this.#meta, event] : [event];
        this.#meta = undefined;
        if (!close(true)) return undefined;
        continue;
      }
      run.push(event);
      if (run.length === PAGE_FRAME_MAX_EVENTS && !close(false)) return undefined;
    }
    return close(false) ? messages : undefined;
  }

  #frame(events: readonly PageEvent[], isSnapshot: boolean): string[] | undefined {
    const head = { stream: this.#stream, seq: this.#seq + 1, ...(isSnapshot && { snapshot: true }) };
    const text = jsonText(events);
    if (text.length > PART_LENGTH * PARTS_MAX) return undefined;
    this.#seq++;
    const messages =
      text.length < Math.min(PART_LENGTH, PAGE_FRAME_MAX_LENGTH)
        ? [`${jsonText({ type: 'frame', ...head }).slice(0, -1)},"events":${text}}`]
        : partsOf(text).map((part, index, parts) =>
            jsonText({ type: 'frame-part', ...head, part: index, parts: parts.length, text: part }),
          );
    if (isSnapshot) {
      // What came before it is no longer needed by anybody; the numbers go on.
      this.#length = 0;
    } else this.#length += text.length;
    this.#kept.push({ seq: this.#seq, messages, length: text.length, isSnapshot });
    return messages;
  }

  /** The relay holds all up to `seq`. */
  acknowledged(seq: number): void {
    this.#kept = this.#kept.filter((frame) => frame.seq > seq);
    const since = this.#kept.findLastIndex(({ isSnapshot }) => isSnapshot);
    this.#length = this.#kept.slice(since + 1).reduce((sum, { length }) => sum + length, 0);
  }

  /** What the relay lacks, in order; undefined where it cannot go on from there and needs a snapshot. */
  after(seq: number): string[] | undefined {
    if (seq > this.#seq || (this.#kept[0]?.seq ?? this.#seq + 1) > seq + 1) return undefined;
    return this.#kept.filter((frame) => frame.seq > seq).flatMap(({ messages }) => messages);
  }

  /** Forgets all that waits; the next frame has to be a snapshot. */
  drop(): void {
    this.#kept = [];
    this.#length = 0;
    this.#meta = undefined;
  }
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += PART_LENGTH) parts.push(text.slice(at, at + PART_LENGTH));
  // A frame in parts has two at least.
  return parts.length > 1 ? parts : [text.slice(0, 1), text.slice(1)];
}
