import type { Session } from '../storage/postgres-store.ts';
import type { StreamRow } from '../storage/schema.ts';
import type { Announcer } from './announcer.ts';
import { type LiveStream, type LiveStreams, liveStreams } from './live-stream.ts';
import { catchUp, fromSnapshot } from './loading.ts';
import type { StreamKey } from './log.ts';
import type { PostgresLogStore } from './postgres-log-store.ts';

/** Streams in memory, of which other processes may append to any. Who uses one has its lane. */
export class PostgresLive {
  readonly #rows: PostgresLogStore;
  readonly #announcer: Announcer;
  readonly #live: LiveStreams;

  constructor(rows: PostgresLogStore, announcer: Announcer, max: number | undefined) {
    this.#rows = rows;
    this.#announcer = announcer;
    this.#live = liveStreams(max);
  }

  /** What is in memory may have run ahead of the store. */
  forget(stream: string): void {
    this.#live.delete(stream);
  }

  /** The stream in memory, with whatever other processes have appended. @throws DamagedError */
  async upToDate(session: Session, row: StreamRow, { id, fold }: StreamKey<unknown>): Promise<LiveStream> {
    let live = this.#live.get(id);
    // A shorter log than the one in memory is another one, restored from a backup.
    if (live?.number !== row.number || live.heads.staff > row.head) {
      const loaded = fromSnapshot(row, await this.#rows.snapshot(session, row), fold);
      if (!loaded.usedSnapshot) this.#announcer.snapshotUnusable(id);
      live = loaded.live;
    }
    // Not to be found half caught up, should this fail.
    this.#live.delete(id);
    const from = live.heads.staff;
    const isBehind = from < row.head;
    catchUp(live, row, isBehind ? await this.#rows.eventsBetween(session, row.number, from, row.head) : []);
    this.#live.set(id, live);
    return live;
  }
}
