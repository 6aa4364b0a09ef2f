import { must } from '@alongside/sdk/shared';
import { blame } from '../storage/postgres-errors.ts';
import {
  CONNECTIONS_MAX,
  type PostgresStore,
  type Session,
  UnknownCommitError,
} from '../storage/postgres-store.ts';
import type { StreamRow } from '../storage/schema.ts';
import type { Announcer } from './announcer.ts';
import { Batch, FoldFailedError, type Job, type Lookups, type StreamWrites } from './batch.ts';
import { DamagedError } from './damage.ts';
import { type LiveStream, newStream } from './live-stream.ts';
import type { Answer, StoredEvent, StreamKey } from './log.ts';
import { EFFECT_LEASE_MS, type LogOptions, internal, unavailable } from './log-options.ts';
import type { StoredEffect } from './outbox-store.ts';
import type { PostgresLive } from './postgres-live.ts';
import type { PostgresLogStore } from './postgres-log-store.ts';
import { eventOfRow } from './rows.ts';
import { StreamLanes } from './stream-lanes.ts';

const BATCH_MAX_JOBS = 100;
/** Another writer was in the way, or the commit's outcome is in doubt: so often a batch is decided again. */
const ATTEMPTS_MAX = 3;
/** Appends never take all connections. */
const CONNECTIONS_FOR_READING = 2;

/** A try to decide and store jobs of one stream. */
interface Attempt {
  readonly jobs: readonly Job[];
  readonly number: number;
  /** The stream's head as this try has found it. */
  headAtLock: number;
  /** What lies after it may have been stored by an earlier try whose commit was not answered. */
  readonly doubtfulSince: number | undefined;
}

/** What a transaction leaves to be done once it is committed. */
interface Written {
  decided: { job: Job; answer: Answer }[];
  writes: StreamWrites | undefined;
  effects: readonly StoredEffect[];
  /** Events of an earlier try. */
  found: readonly StoredEvent[];
}

export interface AppendParts {
  options: LogOptions;
  store: PostgresStore;
  rows: PostgresLogStore;
  live: PostgresLive;
  announcer: Announcer;
  /** Incarnation of streams that begin now. */
  epoch: string;
}

/**
 * Appends to streams in Postgres. The lock on the stream's row decides who appends next (DL16): under it the state
 * in memory is brought up to what others have appended, then the jobs of this process that wait for the stream
 * are decided and committed together.
 */
export class PostgresAppends {
  readonly lanes: StreamLanes<Job>;
  readonly #parts: AppendParts;

  constructor(parts: AppendParts) {
    this.#parts = parts;
    this.lanes = new StreamLanes({
      batchMax: BATCH_MAX_JOBS,
      runsMax: CONNECTIONS_MAX - CONNECTIONS_FOR_READING,
      run: (jobs) => this.#run({ jobs, number: 1, headAtLock: 0, doubtfulSince: undefined }),
    });
  }

  /** Decides and stores jobs of one stream, and answers them all. */
  async #run(attempt: Attempt): Promise<void> {
    const [first] = attempt.jobs;
    if (!first) return;
    const { id, site } = first.stream;
    let written: Written;
    try {
      written = await this.#parts.store.transaction((session) =>
        this.#decideAndWrite(session, attempt, first),
      );
    } catch (error) {
      // What is in memory may have run ahead of the store.
      this.#parts.live.forget(id);
      await this.#runFailed(attempt, error);
      return;
    }
    const { decided, writes, effects, found } = written;
    for (const events of [found, writes?.events ?? []]) {
      if (events.length > 0) this.#parts.announcer.tell({ stream: id, site, events });
    }
    for (const { job, answer } of decided) job.answer(answer);
    if (effects.length > 0) this.#parts.options.effects?.committed(effects);
  }

  async #decideAndWrite(
    session: Session,
    attempt: Attempt,
    { stream }: Job,
  ): Promise<{ commit: boolean; result: Written }> {
    const now = this.#parts.options.clock.now();
    const row = await this.#lockedRow(session, stream, now);
    attempt.headAtLock = row.head;
    const live = await this.#parts.live.upToDate(session, row, stream);
    const found = await this.#foundSince(session, row, attempt.doubtfulSince);
    const batch = new Batch(now);
    const lookups = await this.#lookups(session, live, attempt.jobs);
    const decided = attempt.jobs.map((job) => ({ job, answer: this.#decide(batch, job, live, lookups) }));
    const writes = batch.writes.get(stream.id);
    if (!writes) return { commit: false, result: { decided, writes, effects: [], found } };
    const effects = await this.#parts.rows.write(session, writes, now, EFFECT_LEASE_MS);
    return { commit: true, result: { decided, writes, effects, found } };
  }

  async #lockedRow(session: Session, stream: StreamKey<unknown>, now: number): Promise<StreamRow> {
    const { id, site, fold } = stream;
    const row = await this.#parts.rows.lockRow(session, id);
    if (row) return row;
    await this.#parts.rows.makeRow(session, newStream(id, site, fold, this.#parts.epoch), now);
    return must(await this.#parts.rows.lockRow(session, id), 'the row of a stream that was just made');
  }

  /** What a commit in doubt has stored after all: nobody was told of it yet. */
  async #foundSince(
    session: Session,
    row: StreamRow,
    since: number | undefined,
  ): Promise<readonly StoredEvent[]> {
    if (since === undefined || since >= row.head) return [];
    const rows = await this.#parts.rows.eventsBetween(session, row.number, since, row.head);
    return rows.map((each) => eventOfRow(each, row));
  }

  #decide(batch: Batch, job: Job, live: LiveStream, lookups: Lookups): Answer {
    try {
      return batch.add(job, live, lookups);
    } catch (error) {
      if (error instanceof FoldFailedError) throw error;
      this.#parts.announcer.fault('decide-failed', job.stream.id, error);
      return error instanceof DamagedError ? unavailable() : internal();
    }
  }

  async #lookups(session: Session, live: LiveStream, jobs: readonly Job[]): Promise<Lookups> {
    const ids = jobs.flatMap(({ command }) => command?.id ?? []);
    const devices = [...new Set(jobs.flatMap(({ command }) => command?.device ?? []))];
    if (ids.length === 0) return { command: () => undefined, counter: () => 0 };
    const { commands, counters } = await this.#parts.rows.known(session, live.number, ids, devices);
    return { command: (id) => commands.get(id), counter: (device) => counters.get(device) ?? 0 };
  }

  async #runFailed(attempt: Attempt, error: unknown): Promise<void> {
    const { jobs } = attempt;
    if (error instanceof FoldFailedError) {
      this.#parts.announcer.fault('fold-failed', error.job.stream.id, error.cause);
      error.job.answer(internal());
      await this.#run({ ...attempt, jobs: jobs.filter((job) => job !== error.job) });
    } else if (error instanceof DamagedError) {
      this.#parts.announcer.damage(error);
      for (const { answer } of jobs) answer(unavailable());
    } else if (error instanceof UnknownCommitError) {
      // Under the row's lock, which waits for the doubtful transaction's end, the first answers are found.
      await this.#again({ ...attempt, doubtfulSince: attempt.doubtfulSince ?? attempt.headAtLock }, error);
    } else if (blame(error) === 'statement') {
      await this.#runApart(attempt, error);
    } else {
      await this.#again(attempt, error);
    }
  }

  async #again(attempt: Attempt, error: unknown): Promise<void> {
    const isStore = blame(error) === 'store';
    // A connection may have broken while nobody used it: once is no trouble yet.
    if (attempt.number < (isStore ? 2 : ATTEMPTS_MAX)) {
      await this.#run({ ...attempt, number: attempt.number + 1 });
      return;
    }
    if (isStore) this.#parts.store.health.failed(error);
    for (const { answer } of attempt.jobs) answer(unavailable());
  }

  /** One of the jobs cannot be stored; the others can. */
  async #runApart(attempt: Attempt, error: unknown): Promise<void> {
    const [only, ...others] = attempt.jobs;
    if (only && others.length === 0) {
      this.#parts.announcer.fault('append-failed', only.stream.id, error);
      only.answer(internal());
      return;
    }
    for (const job of attempt.jobs) await this.#run({ ...attempt, jobs: [job] });
  }
}
