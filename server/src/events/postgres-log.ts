import { newId } from '@alongside/sdk/shared';
import type { PostgresStore } from '../storage/postgres-store.ts';
import { Announcer } from './announcer.ts';
import { newStream, stateOf } from './live-stream.ts';
import type { Place, SharedLog } from './stream-news.ts';
import type {
  Answer,
  Appended,
  Decide,
  LogCommand,
  ReadPage,
  ReadRange,
  StoredEvent,
  StreamKey,
  StreamState,
} from './log.ts';
import { type LogOptions, QUEUE_MAX_JOBS, unavailable } from './log-options.ts';
import { PostgresAppends } from './postgres-appends.ts';
import { PostgresLive } from './postgres-live.ts';
import { PostgresLogStore } from './postgres-log-store.ts';
import { eventRange, pageOf } from './read-page.ts';
import { eventOfRow, headsOfRow } from './rows.ts';

/**
 * The log in Postgres, which several processes may share. Reads see what is committed;
 * {@link PostgresAppends} appends.
 */
export class PostgresLog implements SharedLog {
  readonly epoch: string;
  readonly #options: LogOptions;
  readonly #store: PostgresStore;
  readonly #rows: PostgresLogStore;
  readonly #live: PostgresLive;
  readonly #announcer: Announcer;
  readonly #appends: PostgresAppends;
  #closed = false;

  private constructor(store: PostgresStore, options: LogOptions, epoch: string) {
    this.#options = options;
    this.#store = store;
    const rows = new PostgresLogStore(store);
    const announcer = new Announcer(options.report);
    this.#rows = rows;
    this.#announcer = announcer;
    this.#live = new PostgresLive(rows, announcer, options.liveStreamsMax);
    this.#appends = new PostgresAppends({ options, store, rows, live: this.#live, announcer, epoch });
    this.epoch = epoch;
  }

  static async open(store: PostgresStore, options: LogOptions): Promise<PostgresLog> {
    const epoch = await new PostgresLogStore(store).storeEpoch(newId('epo', options.random));
    return new PostgresLog(store, options, epoch);
  }

  get healthy(): boolean {
    return this.#store.health.healthy && !this.#closed;
  }

  transact<S>(stream: StreamKey<S>, command: LogCommand | undefined, decide: Decide<S>): Promise<Answer> {
    if (!this.healthy || this.#appends.lanes.waiting >= QUEUE_MAX_JOBS) return Promise.resolve(unavailable());
    return new Promise((answer) => {
      this.#appends.lanes.add(stream.id, {
        stream,
        command,
        decide: decide as Decide<unknown>,
        answer,
      });
    });
  }

  look<S>(stream: StreamKey<S>): Promise<StreamState<S> | undefined> {
    return this.#appends.lanes.alone(stream.id, () =>
      this.#reading(stream.id, async () => {
        const row = await this.#rows.streamRow(stream.id);
        if (row?.site !== stream.site || (row.head === 0 && row.epoch === this.epoch)) return undefined;
        const live = await this.#live.upToDate(this.#store, row, stream);
        return stateOf(live, this.#options.clock.now()) as StreamState<S>;
      }),
    );
  }

  async renewEpoch<S>(stream: StreamKey<S>): Promise<string> {
    const epoch = newId('epo', this.#options.random);
    const { id, site, fold } = stream;
    await this.#rows.setEpoch(newStream(id, site, fold, epoch), epoch, this.#options.clock.now());
    return epoch;
  }

  read(stream: string, range: ReadRange): Promise<ReadPage> {
    return this.#reading(stream, async () => {
      const row = await this.#rows.streamRow(stream);
      if (!row) return { entries: [], head: 0, more: false };
      const asked = eventRange(row.number, range);
      // What is appended between the two statements is left for the next page, which has its head.
      const rows = await this.#rows.eventRows({ ...asked, before: Math.min(asked.before, row.head + 1) });
      return pageOf(rows, range, { ...row, heads: headsOfRow(row) });
    });
  }

  hasEntry(stream: string, seq: number, command: string | undefined): Promise<boolean> {
    return this.#reading(stream, async () => {
      if (seq === 0) return command === undefined;
      const row = await this.#rows.commandOfEntry(stream, seq);
      return row !== undefined && row.command === (command ?? null);
    });
  }

  counter(stream: string, device: string): Promise<number> {
    return this.#reading(stream, () => this.#rows.counter(stream, device));
  }

  onAppended(then: (appended: Appended) => void): () => void {
    return this.#announcer.onAppended(then);
  }

  newerThan(places: readonly Place[]): Promise<{ stream: string; head: number }[]> {
    return this.#rows.newerThan(places);
  }

  eventsAfter(stream: string, after: number, limit: number): Promise<StoredEvent[]> {
    return this.#reading(stream, async () => {
      const row = await this.#rows.streamRow(stream);
      if (!row) return [];
      const rows = await this.#rows.eventsBetween(
        this.#store,
        row.number,
        after,
        Math.min(row.head, after + limit),
      );
      return rows.map((each) => eventOfRow(each, row));
    });
  }

  announce(appended: Appended): void {
    this.#announcer.tell(appended);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#appends.lanes.empty();
  }

  async #reading<T>(stream: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#announcer.fault('read-failed', stream, error);
      throw error;
    }
  }
}
