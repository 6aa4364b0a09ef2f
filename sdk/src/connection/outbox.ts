import type { Clock } from '../lib/clock.ts';
import { type RandomBytes, newCommandId } from '../lib/ids.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import { LaneSender, type RefusedFrame, WINDOW_MAX_COMMANDS } from './lane-sender.ts';
import {
  type OutboxBody,
  type OutboxBox,
  type OutboxEntry,
  addEntry,
  draftOf,
  refuseEntry,
  removeEntries,
  retryEntry,
  setDraft,
} from './outbox-box.ts';
import type { OutboxStore } from './outbox-store.ts';

export interface OutboxPorts {
  store: OutboxStore & { storage: Observable<'opening' | 'durable' | 'memory'> };
  clock: Clock;
  random: RandomBytes;
  send: (entry: OutboxEntry) => void;
  /** The server has stored an entry; it is still among `entries`. */
  stored: (entry: OutboxEntry, seq: number) => void;
  /** Entries are being, or were, changed in the store; other pages of this browser have them as they were. */
  changed?: () => void;
}

/**
 * What was written in this browser and is not known to be stored by the server. It is saved before anything else
 * happens to it, and sent until it is acknowledged or refused for good (DL2, DL3, DL5, DL11).
 */
export class Outbox {
  /** Refused entries included, in the order of their writing. */
  readonly entries: Observable<readonly OutboxEntry[]>;
  readonly #entries = new Cell<readonly OutboxEntry[]>([]);
  readonly #ports: OutboxPorts;
  readonly #senders = new Map<string, LaneSender>();
  /** Acknowledged, perhaps still in the store. */
  readonly #settled = new Set<string>();
  #sweeping = false;
  #online: { owner: string; counter: number } | undefined;
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

  /** Resolves once the body is saved; `fromDraft`: the lane's draft became it. */
  async save(
    { lane, conversation }: { lane: string; conversation?: string },
    body: OutboxBody,
    fromDraft: boolean,
  ): Promise<{ id: string }> {
    const id = this.#newCommand();
    const at = Math.max(0, Math.floor(this.#ports.clock.now()));
    const entry = { id, lane, at, body, ...(conversation !== undefined && { conversation }) };
    await this.#write((box) => addEntry(box, entry, fromDraft));
    return { id };
  }

  /** Sends a refused entry anew, under another command id. */
  async tryAgain(id: string): Promise<void> {
    const command = this.#newCommand();
    await this.#write((box) => retryEntry(box, id, command));
  }

  /** Deletes a refused entry; one that is on its way stays. */
  async discard(id: string): Promise<void> {
    await this.#write((box) => {
      if (box.entries.some((each) => each.id === id && each.refused)) removeEntries(box, new Set([id]));
    });
  }

  readDraft(lane: string): Promise<string> {
    return this.#change((box) => draftOf(box, lane));
  }

  writeDraft(lane: string, text: string): Promise<void> {
    return this.#change((box) => setDraft(box, lane, text));
  }

  /** Another tab may have saved or sent something meanwhile. */
  refresh(): Promise<void> {
    return this.#change(() => undefined);
  }

  /**
   * Sends all lanes whose key begins with `owner`, from their beginning. `counter` is the number that the server
   * stored last, 0 where it did not say.
   */
  async online(owner: string, counter = 0): Promise<void> {
    this.lost();
    const connection = this.#connection;
    await this.refresh();
    if (connection !== this.#connection) return;
    this.#online = { owner, counter };
    this.#pump();
  }

  lost(): void {
    this.#connection++;
    this.#online = undefined;
    for (const sender of this.#senders.values()) sender.stop();
    this.#senders.clear();
  }

  stop(): void {
    this.lost();
    this.#ports.store.close();
  }

  /** The server has stored the command as entry `seq`; false where it is none of ours. */
  stored(id: string, seq: number): boolean {
    const entry = this.#entries.value.find((each) => each.id === id);
    if (entry) {
      this.#settled.add(id);
      this.#ports.stored(entry, seq);
      this.#entries.value = this.#entries.value.filter((each) => each !== entry);
      void this.#sweep();
    }
    const sent = [...this.#senders.values()].some((sender) => sender.stored(id));
    return sent || entry !== undefined;
  }

  /** The server did not store the command; false where it is none of ours. */
  refused(refusal: RefusedFrame): boolean {
    const { id } = refusal;
    return id !== undefined && [...this.#senders.values()].some((sender) => sender.refused(id, refusal));
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    while (this.#settled.size > 0) {
      const done = new Set(this.#settled);
      await this.#write((box) => removeEntries(box, done)).catch(() => undefined);
      for (const id of done) this.#settled.delete(id);
    }
    this.#sweeping = false;
  }

  #pump(): void {
    const { value } = this.#entries;
    for (const key of new Set(value.map((each) => each.lane))) this.#sender(key)?.pump();
  }

  #sender(key: string): LaneSender | undefined {
    const online = this.#online;
    if (!online || !key.startsWith(online.owner)) return undefined;
    let sender = this.#senders.get(key);
    if (!sender) {
      const { store, clock, random, send } = this.#ports;
      sender = new LaneSender(key, {
        clock,
        random,
        counter: online.counter,
        // Tabs whose shared store failed count apart under one device: only one by one is their order safe.
        windowMax: () => (store.storage.value === 'durable' ? WINDOW_MAX_COMMANDS : 1),
        waiting: () => this.#entries.value.filter((each) => each.lane === key && !each.refused),
        send,
        refuse: (id, { code, message }) => this.#write((box) => refuseEntry(box, id, code, message)),
        change: (change) => this.#write(change),
      });
      this.#senders.set(key, sender);
    }
    return sender;
  }

  #newCommand(): string {
    return newCommandId(Math.max(0, this.#ports.clock.now()), this.#ports.random);
  }

  async #write<T>(change: (box: OutboxBox) => T): Promise<T> {
    // Told before as well, in case this page dies in between: who reads then waits for the change under way.
    this.#ports.changed?.();
    const result = await this.#change(change);
    this.#ports.changed?.();
    return result;
  }

  /** Changes the store and takes over what is in it now: other tabs write there too. */
  async #change<T>(change: (box: OutboxBox) => T): Promise<T> {
    const [result, entries] = await this.#ports.store.change((box) => [change(box), box.entries] as const);
    const waiting = entries.filter((each) => !this.#settled.has(each.id));
    if (!alike(waiting, this.#entries.value)) {
      this.#entries.value = waiting;
      this.#pump();
    }
    return result;
  }
}

/** Whether two lists of entries say the same: an entry's text never changes. */
export function alike(some: readonly OutboxEntry[], others: readonly OutboxEntry[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ id, n, refused }, index) => {
      const other = others[index];
      return other?.id === id && other.n === n && !other.refused === !refused;
    })
  );
}
