import type { Audience, Author, ErrorCode, LogEntry } from '@alongside/sdk/protocol';

/**
 * The log: numbered, append-only streams, the only place where facts are kept. A conversation is a stream; so is
 * the desk of a site. Everything else is folded from them.
 *
 * Invariants that every implementation keeps (one contract suite runs over all):
 * - `seq` of a stream is 1, 2, 3 … without a gap; `prev` names the entry before it for each audience (DL3, DL4).
 * - A promise of `transact` resolves only when what it tells is on disk (DL1).
 * - One command id has one answer per stream for ever (DL2), whoever asks and however often.
 * - Commands of a device are stored in the order of their counters, without a gap (DL3).
 * - Between reading the state and storing the decision nobody else appends to the stream (DL16).
 */
export interface Log {
  /**
   * Decides and appends. `decide` gets the stream's present state and answers synchronously what to append; it is
   * pure, must not change the state, and may be called again when another writer was quicker or a batch failed.
   */
  transact<S>(stream: StreamKey<S>, command: LogCommand | undefined, decide: Decide<S>): Promise<Answer>;

  /** The folded state and heads; undefined where nothing was ever appended. */
  look<S>(stream: StreamKey<S>): Promise<StreamState<S> | undefined>;

  /** The incarnation of a stream to which nothing was ever appended; else see `StreamState.epoch` (DL3). */
  readonly epoch: string;

  /**
   * Gives a stream a new incarnation, because a reader knows an entry that this log lacks (it was restored from
   * an older backup). Works on streams without entries too. Answers the new epoch.
   */
  renewEpoch<S>(stream: StreamKey<S>): Promise<string>;

  /** Entries that `reader` may see, oldest first; ends at `limit` entries or `maxBytes` of their JSON. */
  read(stream: string, range: ReadRange): Promise<ReadPage>;

  /** Whether entry `seq` exists and was caused by `command` (undefined: by none); for resuming (DL3). */
  hasEntry(stream: string, seq: number, command: string | undefined): Promise<boolean>;

  /** Last stored counter of a device in a stream; 0 where there is none. */
  counter(stream: string, device: string): Promise<number>;

  /**
   * Called after each commit, in the stream's order, with what was appended by this process, and with what other
   * processes appended to a stream that is followed here ({@link StreamNews}): that may overlap what was told before,
   * and `events` is empty where only the change is known.
   */
  onAppended(then: (appended: Appended) => void): () => void;

  /** True while appends are stored; false while the store is in trouble (DL15). Readiness reads it. */
  readonly healthy: boolean;

  close(): Promise<void>;
}

/** Names a stream and how its state is folded. `site` is stored with the first append and never changes. */
export interface StreamKey<S> {
  id: string;
  site: string;
  fold: Fold<S>;
}

/** How the state of one kind of stream comes about. */
export interface Fold<S> {
  kind: 'conversation' | 'desk';
  empty(): S;
  /** May change `state` in place and return it; the log keeps no older copy. */
  apply(state: S, event: StoredEvent): S;
  /** JSON of the state, stored now and then so that loading costs the same for 10 and 10⁵ events. */
  snapshot(state: S): string;
  restore(snapshot: string): S;
}

/** What `decide` sees. `state` is read-only to it. */
export interface StreamState<S> {
  readonly epoch: string;
  readonly state: S;
  /** Number of the newest entry that each audience may see; `staff` is the stream's head. */
  readonly heads: Readonly<Record<Audience, number>>;
  readonly site: string;
  /** Server's wall clock at this decision, in milliseconds: the `at` of whatever is appended. */
  readonly now: number;
}

/** Who asked, so that a repeat gets the first answer and a device keeps its order. */
export interface LogCommand {
  id: string;
  /** Absent: the command has no place in a device's order. */
  device?: string;
  n?: number;
  /** SHA-256 (or shorter digest) of the body: the same id with another one is a conflict. */
  digest: string;
}

export type Decide<S> = (stream: StreamState<S>) => Decision;

export type Decision =
  | { append: readonly NewEvent[]; effects?: readonly NewEffect[] }
  /** Already so: answered as done, nothing is stored. */
  | { already: true }
  /** An answer as good as an entry: stored, so that a repeat gets it again; uses up the device's counter. */
  | { refuse: ErrorCode; message: string };

export interface NewEvent {
  type: string;
  audience: Audience;
  author: Author;
  /** JSON-safe; without `type`. */
  body: object;
}

/** Something to do after the commit, at least once; `kind` finds its handler. Handlers are idempotent. */
export interface NewEffect {
  kind: string;
  payload: object;
  /** Not before this time after the commit; absent: at once. */
  delayMs?: number;
}

export interface StoredEvent {
  stream: string;
  site: string;
  seq: number;
  /** Number of the entry before it, per audience. */
  prev: Readonly<Record<Audience, number>>;
  /** Server's wall clock at the decision, in milliseconds. */
  at: number;
  author: Author;
  audience: Audience;
  type: string;
  body: object;
  command?: string;
  /** Its contents were erased; it stays in the chain. */
  erased?: true;
}

export type Answer =
  /** `seq`: the last entry that the command caused (the head for `already`). `events` only where stored just now. */
  | {
      ok: true;
      seq: number;
      heads: Readonly<Record<Audience, number>>;
      conflict: boolean;
      events: readonly StoredEvent[];
    }
  | {
      ok: false;
      code: ErrorCode;
      message: string;
      /** With `out-of-order`: the counter that the stream waits for. */
      expected?: number;
      retryAfter?: number;
      conflict: boolean;
    };

export interface ReadRange {
  reader: Audience;
  after?: number;
  before?: number;
  limit: number;
  maxBytes: number;
}

export interface ReadPage {
  entries: LogEntry[];
  head: number;
  more: boolean;
}

export interface Appended {
  stream: string;
  site: string;
  events: readonly StoredEvent[];
}
