import { backoff, fraction } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { type RandomBytes, newCommandId } from '../lib/ids.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import { type ErrorCode, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, dutyOf } from '../protocol/index.ts';
import {
  type OutboxBody,
  type OutboxBox,
  type OutboxEntry,
  addEntry,
  draftOf,
  refuseEntry,
  removeEntries,
  renumber,
  retryEntry,
  setDraft,
} from './outbox-box.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { Frame } from './relay-connection.ts';

/** Commands of one lane that may be under way at once. */
const WINDOW_MAX = 32;

export interface RefusedFrame {
  id?: string;
  code: ErrorCode;
  message: string;
  expected?: number;
  retryAfter?: number;
}

export interface OutboxPorts {
  store: OutboxStore;
  clock: Clock;
  random: RandomBytes;
  send: (command: Frame & { id: string }) => void;
}

/** How the sending of one lane stands on this connection. */
interface Lane {
  /** Sent and not answered; always the first ones of the lane. */
  inFlight: Set<string>;
  window: number;
  /**
   * The first refusal that stops the lane. Nothing is sent until all that is in flight is answered, so that no
   * late answer is mistaken for one to a second try.
   */
  hindered?: RefusedFrame;
  /** The lane waits, or reads its store. */
  resting: boolean;
  /** Obstacles since the last acknowledgement. */
  misses: number;
  /** A number that the server asked for although the lane begins later. */
  missing?: number;
}

/**
 * Sends what was saved, in order and until it is acknowledged or refused for good (DL2, DL3, DL5, DL11).
 *
 * Numbers heal by themselves. The server takes command `n` of a lane only after `n - 1`; what it has already is
 * recognised by the command id whatever its number, so the waiting entries may be numbered anew at any time, as
 * long as they keep their order and ids. That is done when the server asks for another number than the one the
 * lane begins with: it lost commands that were acknowledged (restored from an older backup), or it counted some
 * that this store no longer knows (a copied profile, a refusal whose answer was lost, a lane that was forgotten).
 * A device id is therefore never changed, and nothing that was typed is dropped.
 */
export class Outbox {
  /** What is saved and not acknowledged, refused ones included, in order. */
  readonly entries: Observable<readonly OutboxEntry[]>;
  /** Told when the server has stored an entry. */
  onStored: (entry: OutboxEntry, seq: number) => void = () => undefined;
  readonly #entries = new Cell<readonly OutboxEntry[]>([]);
  readonly #ports: OutboxPorts;
  readonly #lanes = new Map<string, Lane>();
  /** Acknowledged, perhaps still in the store. */
  readonly #settled = new Set<string>();
  #sweeping = false;
  #online: { owner: string; counter?: number } | undefined;
  /** Counts connections, so that what belongs to an older one is let go. */
  #connection = 0;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
    this.entries = this.#entries;
  }

  /** Opens the store; resolves to the id of this device. */
  open(): Promise<string> {
    return this.#change((box) => box.device);
  }

  /** Resolves once the body is saved; `fromDraft`: it is what the lane's draft has become. */
  async save(
    { lane, conversation }: { lane: string; conversation?: string },
    body: OutboxBody,
    fromDraft: boolean,
  ): Promise<{ id: string }> {
    const { clock } = this.#ports;
    const id = this.#newCommand();
    const at = Math.max(0, Math.floor(clock.now()));
    const entry = { id, lane, at, body, ...(conversation !== undefined && { conversation }) };
    await this.#change((box) => addEntry(box, entry, fromDraft));
    this.#pump(lane);
    return { id };
  }

  /** Sends a refused entry anew, under another command id. */
  async tryAgain(id: string): Promise<void> {
    const command = this.#newCommand();
    await this.#change((box) => retryEntry(box, id, command));
    this.#pumpAll();
  }

  /** Deletes a refused entry; one that is on its way stays. */
  async discard(id: string): Promise<void> {
    await this.#change((box) => {
      if (box.entries.some((each) => each.id === id && each.refused)) removeEntries(box, new Set([id]));
    });
  }

  readDraft(lane: string): Promise<string> {
    return this.#change((box) => draftOf(box, lane));
  }

  async writeDraft(lane: string, text: string): Promise<void> {
    await this.#change((box) => setDraft(box, lane, text));
  }

  /**
   * Sends all lanes whose key begins with `owner`, from their beginning. `counter` is the number that the server
   * stored last, where it said so.
   */
  async online(owner: string, counter?: number): Promise<void> {
    this.lost();
    const connection = this.#connection;
    // Another tab may have saved or sent something meanwhile.
    await this.#change(() => undefined);
    if (connection !== this.#connection) return;
    this.#online = { owner, ...(counter !== undefined && { counter }) };
    this.#pumpAll();
  }

  lost(): void {
    this.#connection++;
    this.#online = undefined;
    this.#lanes.clear();
  }

  stop(): void {
    this.lost();
    this.#ports.store.close();
  }

  /** The server has stored the command as entry `seq`; false where it is none of ours. */
  stored(id: string, seq: number): boolean {
    const entry = this.#entries.value.find((each) => each.id === id);
    for (const [key, lane] of this.#lanes) {
      if (!lane.inFlight.delete(id)) continue;
      lane.misses = 0;
      delete lane.missing;
      lane.window = Math.min(WINDOW_MAX, lane.window * 2);
      if (entry) this.#settle(entry, seq);
      this.#advance(key, lane);
      return true;
    }
    if (entry) this.#settle(entry, seq);
    return entry !== undefined;
  }

  #settle(entry: OutboxEntry, seq: number): void {
    this.#settled.add(entry.id);
    this.onStored(entry, seq);
    this.#entries.value = this.#entries.value.filter((each) => each !== entry);
    void this.#sweep();
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#settled.size > 0) {
      const done = new Set(this.#settled);
      await this.#change((box) => removeEntries(box, done)).catch(() => undefined);
      for (const id of done) this.#settled.delete(id);
    }
    this.#sweeping = false;
  }

  /** The server did not store the command; false where it is none of ours. */
  refused(frame: RefusedFrame): boolean {
    for (const [key, lane] of this.#lanes) {
      if (frame.id === undefined || !lane.inFlight.has(frame.id)) continue;
      if (dutyOf(frame.code) === 'stop') {
        void this.#refuse(key, lane, frame.id, frame);
      } else {
        lane.inFlight.delete(frame.id);
        lane.hindered ??= frame;
        this.#advance(key, lane);
      }
      return true;
    }
    return false;
  }

  /** It counts as under way until the refusal is saved, so that it is not sent again. */
  async #refuse(key: string, lane: Lane, id: string, { code, message }: RefusedFrame): Promise<void> {
    await this.#change((box) => refuseEntry(box, id, code, message));
    lane.inFlight.delete(id);
    if (this.#lanes.get(key) === lane) this.#advance(key, lane);
  }

  #advance(key: string, lane: Lane): void {
    if (!lane.hindered) this.#pump(key);
    else if (lane.inFlight.size === 0) void this.#recover(key, lane, lane.hindered);
  }

  async #recover(key: string, lane: Lane, refusal: RefusedFrame): Promise<void> {
    const connection = this.#connection;
    lane.resting = true;
    lane.window = 1;
    delete lane.hindered;
    if (refusal.expected !== undefined) {
      const { id, expected } = refusal;
      await this.#change((box) => this.#align(box, key, lane, id, expected));
    }
    const wait = this.#waitAfter(lane, refusal);
    const goOn = (): void => {
      if (connection !== this.#connection) return;
      lane.resting = false;
      this.#pump(key);
    };
    if (wait > 0) this.#ports.clock.after(wait, goOn);
    else goOn();
  }

  /** Out of order is tried again at once, but not for ever; all else after a while. */
  #waitAfter(lane: Lane, { code, retryAfter }: RefusedFrame): number {
    lane.misses++;
    const { random } = this.#ports;
    const tries = code === 'out-of-order' ? lane.misses - 3 : lane.misses;
    if (tries < 1) return 0;
    return (retryAfter ?? 0) + backoff(tries, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, fraction(random));
  }

  /** Numbers the lane anew if it does not begin with what the server expects. */
  #align(box: OutboxBox, key: string, lane: Lane, id: string | undefined, expected: number): void {
    const first = box.entries.find((each) => each.lane === key && !each.refused);
    // Where another tab has saved something before it, that comes first and may be what is missing.
    if (!first || first.id !== id || first.n === expected) return;
    // Behind: another tab may have closed the gap meanwhile, so that only the second refusal counts.
    if (expected < first.n && lane.missing !== expected) {
      lane.missing = expected;
      return;
    }
    delete lane.missing;
    renumber(box, key, expected);
  }

  #pumpAll(): void {
    for (const key of new Set(this.#entries.value.map((each) => each.lane))) this.#pump(key);
  }

  #pump(key: string): void {
    if (!this.#online || !key.startsWith(this.#online.owner)) return;
    const lane = this.#laneOf(key);
    if (lane.hindered || lane.resting) return;
    const barrier = this.#online.counter ?? 0;
    let mixed = false;
    for (const { id, lane: its, n, conversation, body, refused } of this.#entries.value) {
      if (its !== key || refused) continue;
      if (lane.inFlight.has(id)) {
        mixed ||= n <= barrier;
        continue;
      }
      // A used-up number may belong to something unknown there, which must not be overtaken by what follows.
      if (lane.inFlight.size >= lane.window || (mixed && n > barrier)) return;
      mixed ||= n <= barrier;
      lane.inFlight.add(id);
      this.#ports.send({
        type: 'command',
        id,
        n,
        ...(conversation !== undefined && { conversation }),
        body,
      } as Frame & { id: string });
    }
  }

  #laneOf(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { inFlight: new Set(), window: WINDOW_MAX, resting: false, misses: 0 };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #newCommand(): string {
    return newCommandId(Math.max(0, this.#ports.clock.now()), this.#ports.random);
  }

  /** Changes the store and takes over what is in it now: other tabs write there too. */
  async #change<T>(change: (box: OutboxBox) => T): Promise<T> {
    const [result, entries] = await this.#ports.store.change((box) => {
      const done = change(box);
      return [done, box.entries] as const;
    });
    const waiting = entries.filter((each) => !this.#settled.has(each.id));
    if (!alike(waiting, this.#entries.value)) this.#entries.value = waiting;
    return result;
  }
}

function alike(some: readonly OutboxEntry[], others: readonly OutboxEntry[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ id, n, refused }, index) => {
      const other = others[index];
      return other?.id === id && other.n === n && !other.refused === !refused;
    })
  );
}
