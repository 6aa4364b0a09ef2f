import { backoff } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import {
  type ConversationState,
  type ErrorCode,
  type LogEntry,
  type OpenedConversation,
  type Position,
  HISTORY_PAGE_MAX_EVENTS,
  OPENED_TAIL_EVENTS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  dutyOf,
} from '../protocol/index.ts';
import { emptyConversation, reduceConversation } from './conversation-state.ts';

/** Live entries that wait for the missing ones before them; more are dropped and fetched later. */
const HELD_MAX_ENTRIES = 300;
/** The entry that a head announces is usually just behind it on the same socket. */
const HEAD_GRACE_MS = 1_000;

/** The answer to a fetch: a page, a refusal, or nothing because the connection was lost. */
export type FetchAnswer =
  | { type: 'page'; entries: LogEntry[]; head: number; more: boolean }
  | { type: 'refused'; code: ErrorCode; retryAfter?: number }
  | undefined;

export interface ReplicaPorts {
  clock: Clock;
  fetch(range: { after?: number; before?: number; limit: number }): Promise<FetchAnswer>;
  /** These entries were applied, in order; none where the copy as such has changed. */
  applied(entries: readonly LogEntry[]): void;
}

/**
 * A reader's copy of one conversation: always one gapless run of what this reader may see, from where it was
 * opened (or scrolled back to) to `header.seq` (DL4). Every entry names the one before it; where that is not the
 * last one applied, the missing ones are fetched first.
 */
export class ConversationReplica {
  id: string | undefined;
  header: ConversationState = emptyConversation();
  entries: readonly LogEntry[] = [];
  older = false;
  /** The server was restored from an older backup, and what was shown before is gone. */
  restored = false;
  /** The server does not show this conversation (any more). */
  refused: ErrorCode | undefined;
  readonly #ports: ReplicaPorts;
  #epoch: string | undefined;
  /** The newest entry that is known to exist. */
  #head = 0;
  /** Entries that came before those in front of them. */
  #held: LogEntry[] = [];
  #fetching = false;
  #loadingOlder: Promise<void> | undefined;
  /** Counts connections, so that an answer to an older one changes nothing. */
  #connection = 0;
  #connected = false;
  #stopGrace: (() => void) | undefined;

  constructor(ports: ReplicaPorts) {
    this.#ports = ports;
  }

  get catchingUp(): boolean {
    return this.#fetching;
  }

  /** Where this copy ends, for the next hello. */
  get position(): Position | undefined {
    if (this.id === undefined || this.#epoch === undefined) return undefined;
    const last = this.entries.at(-1);
    const { seq } = this.header;
    const command = last?.seq === seq && 'command' in last ? last.command : undefined;
    return { conversation: this.id, epoch: this.#epoch, seq, ...(command !== undefined && { command }) };
  }

  /** The server opened the conversation on this connection. */
  opened(opened: OpenedConversation): void {
    this.lost();
    this.#connected = true;
    this.refused = undefined;
    const same = this.id === opened.conversation;
    if (!opened.resumed || !same || this.#epoch !== opened.epoch) {
      this.restored = same && (this.restored || this.#epoch !== opened.epoch);
      this.id = opened.conversation;
      this.#epoch = opened.epoch;
      this.header = opened.state ?? emptyConversation();
      this.entries = opened.entries ?? [];
      this.older = opened.older ?? false;
    }
    this.#head = Math.max(opened.head, this.header.seq);
    this.#ports.applied([]);
    void this.#catchUp();
  }

  lost(): void {
    this.#connection++;
    this.#connected = false;
    this.#fetching = false;
    this.#loadingOlder = undefined;
    this.#held = [];
    this.#stopGrace?.();
    this.#stopGrace = undefined;
  }

  /** A live entry came. */
  entry(entry: LogEntry): void {
    if (!this.#connected || entry.seq <= this.header.seq) return;
    this.#head = Math.max(this.#head, entry.seq);
    if (this.#apply([entry])) return;
    const held = this.#held.length < HELD_MAX_ENTRIES ? [...this.#held, entry] : [];
    this.#held = held.sort((one, other) => one.seq - other.seq);
    void this.#catchUp();
  }

  /** The server named the newest entry: if it does not come by itself, it was lost on its way. */
  headIs(seq: number): void {
    if (!this.#connected || seq <= this.header.seq) return;
    this.#head = Math.max(this.#head, seq);
    this.#stopGrace ??= this.#ports.clock.after(HEAD_GRACE_MS, () => {
      this.#stopGrace = undefined;
      void this.#catchUp();
    });
  }

  /** Fetches the page before the oldest entry; resolves when it is there, or when the connection was lost. */
  loadOlder(): Promise<void> {
    if (!this.older || !this.#connected) return Promise.resolve();
    this.#loadingOlder ??= this.#loadOlder().finally(() => (this.#loadingOlder = undefined));
    return this.#loadingOlder;
  }

  async #loadOlder(): Promise<void> {
    const first = this.entries[0];
    const connection = this.#connection;
    const before = first?.seq ?? this.header.seq + 1;
    const answer = await this.#ports.fetch({ before, limit: OPENED_TAIL_EVENTS });
    if (connection !== this.#connection || answer?.type !== 'page') return;
    // Backwards, every entry must be the one that its successor names.
    let wanted = first?.prev ?? this.header.seq;
    let index = answer.entries.length;
    for (let entry = answer.entries[index - 1]; entry?.seq === wanted; entry = answer.entries[index - 1]) {
      wanted = entry.prev;
      index--;
    }
    this.entries = [...answer.entries.slice(index), ...this.entries];
    this.older = wanted > 0;
    this.#ports.applied([]);
  }

  /** Applies what continues the run, and what was held for it; false where the first does not. */
  #apply(entries: readonly LogEntry[]): boolean {
    const run: LogEntry[] = [];
    let { header } = this;
    for (const entry of [...entries, ...this.#held]) {
      if (entry.seq <= header.seq) continue;
      if (entry.prev !== header.seq) break;
      header = reduceConversation(header, entry);
      run.push(entry);
    }
    if (run.length === 0) return false;
    this.header = header;
    this.entries = [...this.entries, ...run];
    this.#held = this.#held.filter((each) => each.seq > header.seq);
    this.#ports.applied(run);
    return true;
  }

  /** Fetches page after page; the next only once this one is applied. */
  async #catchUp(): Promise<void> {
    if (this.#fetching || !this.#connected || this.#head <= this.header.seq) return;
    const connection = this.#connection;
    this.#fetching = true;
    this.#ports.applied([]);
    for (let misses = 0; this.#head > this.header.seq;) {
      const after = this.header.seq;
      const answer = await this.#ports.fetch({ after, limit: HISTORY_PAGE_MAX_EVENTS });
      if (connection !== this.#connection) return;
      if (answer?.type === 'refused' && dutyOf(answer.code) === 'stop') {
        this.refused = answer.code;
        break;
      }
      if (answer?.type === 'page') {
        // Without progress the page's word counts against that of whoever named a higher number.
        if (this.#apply(answer.entries)) this.#head = Math.max(answer.head, this.#head);
        else this.#head = Math.max(answer.head, this.#held.at(-1)?.seq ?? 0);
      }
      if (this.header.seq > after) misses = 0;
      else if (this.#head > after) await this.#pause(++misses, answer);
      if (connection !== this.#connection) return;
    }
    this.#fetching = false;
    this.#ports.applied([]);
  }

  #pause(misses: number, answer: FetchAnswer): Promise<void> {
    const asked = (answer?.type === 'refused' && answer.retryAfter) || 0;
    const wait = asked + backoff(misses, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, 1);
    return new Promise((resolve) => void this.#ports.clock.after(wait, resolve));
  }
}
