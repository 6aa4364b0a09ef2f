import { newId } from '@alongside/sdk/shared';
import { isConstraint, isStoreTrouble } from '../storage/sqlite-errors.ts';
import type { SqliteStore } from '../storage/sqlite-store.ts';
import { Announcer } from './announcer.ts';
import { Batch, FoldFailedError, type Job } from './batch.ts';
import { DamagedError } from './damage.ts';
import { type LiveStream, type LiveStreams, liveStreams, newStream, stateOf } from './live-stream.ts';
import type {
  Answer,
  Appended,
  Decide,
  Log,
  LogCommand,
  ReadPage,
  ReadRange,
  StreamKey,
  StreamState,
} from './log.ts';
import { type LogOptions, QUEUE_MAX_JOBS, internal, unavailable } from './log-options.ts';
import type { StoredEffect } from './outbox-store.ts';
import { type StreamOfPage, eventRange, pageOf } from './read-page.ts';
import { headsOfRow } from './rows.ts';
import { SqliteLogStore } from './sqlite-log-store.ts';
import { SqliteLookups } from './sqlite-lookups.ts';

/** One commit's share; about 5 ms of work, during which nothing else runs. */
const BATCH_MAX_JOBS = 250;

interface Decided {
  job: Job;
  answer: Answer;
}

/**
 * The log in a SQLite file, by group commit: what was asked in one turn of the event loop is decided and written
 * in one transaction, since a synced commit costs as much for one message as for a hundred. A batch runs without
 * a pause, so nothing in this process sees it half done.
 */
export class SqliteLog implements Log {
  readonly epoch: string;
  readonly #options: LogOptions;
  readonly #store: SqliteStore;
  readonly #rows: SqliteLogStore;
  readonly #live: LiveStreams;
  readonly #lookups: SqliteLookups;
  readonly #announcer: Announcer;
  readonly #stopListening: () => void;
  #queue: Job[] = [];
  #scheduled = false;
  #closed = false;
  #whenEmpty: (() => void) | undefined;

  constructor(store: SqliteStore, options: LogOptions) {
    this.#options = options;
    this.#store = store;
    this.#rows = new SqliteLogStore(store);
    this.#lookups = new SqliteLookups(this.#rows);
    this.#live = liveStreams(options.liveStreamsMax);
    this.#announcer = new Announcer(options.report);
    this.epoch = this.#rows.storeEpoch(newId('epo', options.random));
    this.#stopListening = store.onReopened(() => {
      this.#live.clear();
    });
  }

  get healthy(): boolean {
    return this.#store.health.healthy && !this.#closed;
  }

  transact<S>(stream: StreamKey<S>, command: LogCommand | undefined, decide: Decide<S>): Promise<Answer> {
    if (!this.healthy || this.#queue.length >= QUEUE_MAX_JOBS) return Promise.resolve(unavailable());
    return new Promise((answer) => {
      this.#queue.push({
        stream,
        command,
        decide: decide as Decide<unknown>,
        answer,
      });
      this.#schedule();
    });
  }

  async look<S>(stream: StreamKey<S>): Promise<StreamState<S> | undefined> {
    const live = await this.#reading(stream.id, () => this.#load(stream as StreamKey<unknown>));
    if (live?.site !== stream.site) return undefined;
    // A row without entries is of no account, unless it was given an incarnation of its own.
    if (live.heads.staff === 0 && live.epoch === this.epoch) return undefined;
    return stateOf(live, this.#options.clock.now()) as StreamState<S>;
  }

  async renewEpoch<S>(stream: StreamKey<S>): Promise<string> {
    const epoch = newId('epo', this.#options.random);
    await this.#store.turns.take();
    try {
      const { id, site, fold } = stream;
      this.#rows.setEpoch({ id, site, kind: fold.kind }, epoch, this.#options.clock.now());
      this.#live.delete(id);
    } finally {
      this.#store.turns.give();
    }
    return epoch;
  }

  read(stream: string, range: ReadRange): Promise<ReadPage> {
    return this.#reading(stream, () => {
      const found = this.#find(stream);
      if (!found) return { entries: [], head: 0, more: false };
      return pageOf(this.#rows.eventRows(eventRange(found.number, range)), range, found);
    });
  }

  hasEntry(stream: string, seq: number, command: string | undefined): Promise<boolean> {
    return this.#reading(stream, () => {
      if (seq === 0) return command === undefined;
      const found = this.#find(stream);
      const row = found && this.#rows.eventRow(found.number, seq);
      return row !== undefined && row.command === (command ?? null);
    });
  }

  counter(stream: string, device: string): Promise<number> {
    return this.#reading(stream, () => {
      const found = this.#find(stream);
      return found ? this.#rows.counter(found.number, device) : 0;
    });
  }

  onAppended(then: (appended: Appended) => void): () => void {
    return this.#announcer.onAppended(then);
  }

  /** Answers what was asked before, then takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#scheduled) {
      await new Promise<void>((resolve) => {
        this.#whenEmpty = resolve;
      });
    }
    this.#stopListening();
  }

  #find(stream: string): StreamOfPage | undefined {
    const live = this.#live.get(stream);
    if (live) return live;
    const row = this.#rows.streamRow(stream);
    return row && { id: row.id, site: row.site, number: row.number, heads: headsOfRow(row) };
  }

  /** Reads are synchronous, between batches; what they throw becomes the promise's. */
  // eslint-disable-next-line @typescript-eslint/require-await -- turns what `work` throws into a rejection
  async #reading<T>(stream: string, work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      this.#announcer.fault('read-failed', stream, error);
      throw error;
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      if (this.#store.turns.tryTake()) {
        this.#takeBatch();
        return;
      }
      this.#store.turns.take().then(
        () => {
          this.#takeBatch();
        },
        () => {
          this.#giveUp();
        },
      );
    });
  }

  /** Runs with the turn. */
  #takeBatch(): void {
    const jobs = this.#queue.splice(0, BATCH_MAX_JOBS);
    try {
      this.#run(jobs);
    } finally {
      this.#store.turns.give();
      this.#next();
    }
  }

  #giveUp(): void {
    for (const { answer } of this.#queue.splice(0)) answer(unavailable());
    this.#next();
  }

  #next(): void {
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#schedule();
    else this.#whenEmpty?.();
  }

  /** Where a command that was taken for new is there already, the batch is decided again with all lookups. */
  #run(jobs: readonly Job[], looksForAll = false): void {
    const now = this.#options.clock.now();
    const batch = new Batch(now);
    let decided: Decided[];
    let effects: readonly StoredEffect[];
    try {
      decided = this.#decideAll(batch, jobs, looksForAll);
      effects = batch.empty ? [] : this.#rows.writeAll(batch, now, this.#options.effects);
    } catch (error) {
      this.#forget(jobs);
      if (!looksForAll && isConstraint(error)) this.#run(jobs, true);
      else this.#runFailed(jobs, error);
      return;
    }
    for (const writes of batch.writes.values()) {
      this.#live.set(writes.live.id, writes.live);
      this.#lookups.committed(writes);
    }
    for (const { events, live } of batch.writes.values()) {
      if (events.length > 0) this.#announcer.tell({ stream: live.id, site: live.site, events });
    }
    for (const { job, answer } of decided) job.answer(answer);
    if (effects.length > 0) this.#options.effects?.committed(effects);
  }

  /** A job that fails alone is answered alone; the others are decided as if it had not been asked. */
  #decideAll(batch: Batch, jobs: readonly Job[], looksForAll: boolean): Decided[] {
    const streams = new Map<string, LiveStream>();
    return jobs.map((job) => ({ job, answer: this.#decide(batch, job, streams, looksForAll) }));
  }

  #decide(batch: Batch, job: Job, streams: Map<string, LiveStream>, looksForAll: boolean): Answer {
    const { stream } = job;
    try {
      if (!this.healthy && !this.#closed) return unavailable();
      const live =
        streams.get(stream.id) ??
        this.#load(stream) ??
        newStream(stream.id, stream.site, stream.fold, this.epoch);
      streams.set(stream.id, live);
      return batch.add(job, live, this.#lookups.in(live, looksForAll));
    } catch (error) {
      if (error instanceof FoldFailedError || isStoreTrouble(error)) throw error;
      this.#announcer.fault('decide-failed', stream.id, error);
      return error instanceof DamagedError ? unavailable() : internal();
    }
  }

  #load({ id, fold }: StreamKey<unknown>): LiveStream | undefined {
    const known = this.#live.get(id);
    if (known) return known;
    const live = this.#rows.load(id, fold, (stream) => this.#announcer.snapshotUnusable(stream));
    if (live) this.#live.set(id, live);
    return live;
  }

  /** What is in memory has run ahead of the file. */
  #forget(jobs: readonly Job[]): void {
    for (const { stream } of jobs) this.#live.delete(stream.id);
  }

  #runFailed(jobs: readonly Job[], error: unknown): void {
    if (error instanceof FoldFailedError) {
      this.#announcer.fault('fold-failed', error.job.stream.id, error.cause);
      error.job.answer(internal());
      const others = jobs.filter((job) => job !== error.job);
      if (others.length > 0) this.#run(others);
      return;
    }
    if (isStoreTrouble(error)) {
      // The commit may have reached the disk all the same; who asks again gets the first answer then.
      this.#store.noticed(error);
      this.#live.clear();
      for (const { answer } of jobs) answer(unavailable());
      return;
    }
    const [only] = jobs;
    if (only && jobs.length === 1) {
      this.#announcer.fault('append-failed', only.stream.id, error);
      only.answer(internal());
      return;
    }
    for (const job of jobs) this.#run([job], true);
  }
}
