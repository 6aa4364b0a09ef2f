import { backoff, fraction } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import { type ErrorCode, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, dutyOf } from '../protocol/index.ts';
import { type OutboxBox, type OutboxEntry, renumber } from './outbox-box.ts';

/** Commands of one lane that may be under way at once. */
export const WINDOW_MAX_COMMANDS = 32;
/** Numbers that did not fit are put right at once this often; from then on after a wait, in case it never ends. */
const QUICK_REPAIRS_MAX = 3;

/** The server's refusal of a command. */
export interface RefusedFrame {
  id?: string;
  code: ErrorCode;
  message: string;
  expected?: number;
  retryAfter?: number;
}

export interface LanePorts {
  clock: Clock;
  random: RandomBytes;
  /** The number that the server stored last, as far as it said so. */
  counter: number;
  /** How many may be under way at once. */
  windowMax: () => number;
  /** What is to be sent, in order. */
  waiting: () => readonly OutboxEntry[];
  send: (entry: OutboxEntry) => void;
  /** Notes a refusal for good. */
  refuse: (id: string, refusal: RefusedFrame) => Promise<void>;
  change: (change: (box: OutboxBox) => void) => Promise<void>;
}

/**
 * Sends one lane of the outbox on one connection: in order, several at once, each until it is answered.
 *
 * Numbers heal by themselves. The server takes command `n` of a lane only after `n - 1`; what it has already is
 * recognised by the command id whatever its number, so the waiting entries may be numbered anew at any time as
 * long as they keep their order and ids. That is done when the server asks for another number than the one the
 * lane begins with: it lost commands that it had acknowledged (restored from an older backup), or it counted some
 * that this store does not know (a copied profile, a lane that was forgotten). So a device id never has to change,
 * and nothing that was typed is dropped.
 */
export class LaneSender {
  readonly #key: string;
  readonly #ports: LanePorts;
  /** Sent and not answered: always the first ones of the lane. */
  readonly #inFlight = new Set<string>();
  #window = WINDOW_MAX_COMMANDS;
  /**
   * The first refusal that stops the lane. Nothing is sent until all that is in flight is answered, so that no
   * late answer is mistaken for one to a second try.
   */
  #hindered: RefusedFrame | undefined;
  /** The lane waits, reads its store, or belongs to a connection that is gone. */
  #resting = false;
  #stopped = false;
  /** Obstacles since the last acknowledgement. */
  #misses = 0;
  /** A number that the server asked for although the lane begins later. */
  #missing: number | undefined;

  constructor(key: string, ports: LanePorts) {
    this.#key = key;
    this.#ports = ports;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The server has stored this command; false where it was not sent here. */
  stored(id: string): boolean {
    if (!this.#inFlight.delete(id)) return false;
    this.#misses = 0;
    this.#missing = undefined;
    this.#window = Math.min(WINDOW_MAX_COMMANDS, this.#window * 2);
    this.pump();
    return true;
  }

  /** The server did not store this command; false where it was not sent here. */
  refused(id: string, refusal: RefusedFrame): boolean {
    if (!this.#inFlight.has(id)) return false;
    if (dutyOf(refusal.code) === 'stop') {
      // It counts as under way until that is saved, so that it is not sent again.
      void this.#ports.refuse(id, refusal).then(() => {
        this.#inFlight.delete(id);
        this.pump();
      });
    } else {
      this.#inFlight.delete(id);
      this.#hindered ??= refusal;
      this.pump();
    }
    return true;
  }

  /** Sends what may be sent now. */
  pump(): void {
    if (this.#resting || this.#stopped) return;
    if (this.#hindered) {
      if (this.#inFlight.size === 0) void this.#recover(this.#hindered);
      return;
    }
    const { counter, windowMax } = this.#ports;
    let uncertain = false;
    for (const entry of this.#ports.waiting()) {
      // A number that is used up may stand for something else there, and its entry must not be overtaken.
      if (uncertain && entry.n > counter) return;
      uncertain = entry.n <= counter;
      if (this.#inFlight.has(entry.id)) continue;
      if (this.#inFlight.size >= Math.min(this.#window, windowMax())) return;
      this.#inFlight.add(entry.id);
      this.#ports.send(entry);
    }
  }

  async #recover(refusal: RefusedFrame): Promise<void> {
    const { clock, change } = this.#ports;
    this.#resting = true;
    this.#hindered = undefined;
    this.#window = 1;
    await change((box) => this.#align(box, refusal));
    clock.after(this.#waitAfter(refusal), () => {
      this.#resting = false;
      this.pump();
    });
  }

  #waitAfter({ code, retryAfter = 0 }: RefusedFrame): number {
    this.#misses++;
    const tries = code === 'out-of-order' ? this.#misses - QUICK_REPAIRS_MAX : this.#misses;
    const jitter = fraction(this.#ports.random);
    return tries < 1 ? 0 : retryAfter + backoff(tries, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, jitter);
  }

  /** Numbers the lane anew where it does not begin with what the server expects. */
  #align(box: OutboxBox, { id, expected }: RefusedFrame): void {
    const first = box.entries.find((each) => each.lane === this.#key && !each.refused);
    // What another tab saved before it comes first, and may be what is missing.
    if (expected === undefined || first?.id !== id || first?.n === expected) return;
    // Another tab may have closed the gap meanwhile: only the second refusal counts.
    const behind = first !== undefined && expected < first.n;
    if (behind && this.#missing !== expected) {
      this.#missing = expected;
      return;
    }
    this.#missing = undefined;
    renumber(box, this.#key, expected);
  }
}
