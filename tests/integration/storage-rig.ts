import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { newCommandId, systemClock } from '@alongside/sdk/shared';
import type { EffectSink } from '../../server/src/events/log-options.ts';
import type { Answer, Decision, Log, LogCommand, StreamKey } from '../../server/src/events/log.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import { openStorage, type StoragePlace } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type PostgresDatabase, freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Tally, said } from './storage-rig-parts.ts';

export type StoreName = 'sqlite' | 'postgres';

/** Both stores; one that this machine cannot run is skipped by name. */
export const STORES: readonly { store: StoreName; isMissing: boolean }[] = [
  { store: 'sqlite', isMissing: false },
  { store: 'postgres', isMissing: lacks('postgres') },
];

/** A store that is open, with its log. */
export interface Opened {
  storage: Storage;
  log: Log;
  /** What was reported to the operator. */
  problems: { problem: string; details: Readonly<Record<string, unknown>> }[];
}

let database: Promise<PostgresDatabase> | undefined;

async function emptied(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `DO $$ DECLARE names text; BEGIN
         SELECT string_agg(format('%I', tablename), ', ') INTO names
           FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations';
         IF names IS NOT NULL THEN EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE'; END IF;
       END $$`,
    );
  } finally {
    await client.end();
  }
}

/** A place for data, which may be opened, closed, crashed and opened again. */
export class Rig {
  readonly store: StoreName;
  place: StoragePlace;
  readonly #cleanups: (() => Promise<void>)[];
  readonly #opened = new Set<Opened>();

  private constructor(store: StoreName, place: StoragePlace, cleanup: () => Promise<void>) {
    this.store = store;
    this.place = place;
    this.#cleanups = [cleanup];
  }

  static async make(store: StoreName): Promise<Rig> {
    if (store === 'postgres') {
      // One database for a file's tests: making one takes a second, emptying it a few milliseconds.
      database ??= freshDatabase(await sharedPostgres());
      const { url } = await database;
      return new Rig(store, { databaseUrl: url }, () => emptied(url));
    }
    const folder = await temporaryFolder('storage');
    return new Rig(store, { dataFolder: folder.path }, () => folder.remove());
  }

  async open(options: { effects?: EffectSink; liveStreamsMax?: number } = {}): Promise<Opened> {
    const problems: Opened['problems'] = [];
    const common = {
      clock: systemClock,
      report: (problem: string, details: Readonly<Record<string, unknown>>) => {
        problems.push({ problem, details });
      },
    };
    const storage = await openStorage(this.place, common);
    await storage.migrate();
    const log = await openLog(storage, { ...common, ...options });
    const opened = { storage, log, problems };
    this.#opened.add(opened);
    return opened;
  }

  async close(opened: Opened): Promise<void> {
    if (!this.#opened.delete(opened)) return;
    await opened.log.close();
    await opened.storage.close();
  }

  async reopen(opened: Opened): Promise<Opened> {
    await this.close(opened);
    return this.open();
  }

  /**
   * Opens what is on disk at this moment, as after `kill -9`: the old one is left as it stands and never asked
   * again. SQLite's files are copied, since the old one still holds the folder.
   */
  async crash(): Promise<Opened> {
    if ('dataFolder' in this.place) {
      const copy = await temporaryFolder('storage-crash');
      this.#cleanups.push(() => copy.remove());
      await cp(this.place.dataFolder, copy.path, { recursive: true });
      await rm(join(copy.path, 'alongside.db-shm'), { force: true });
      this.place = { dataFolder: copy.path };
    }
    return this.open();
  }

  async remove(): Promise<void> {
    for (const opened of [...this.#opened]) await this.close(opened);
    for (const cleanup of this.#cleanups) await cleanup();
  }
}

export function command(more: Partial<LogCommand> = {}): LogCommand {
  return { id: newCommandId(systemClock.now()), digest: 'digest', ...more };
}

/** Appends one text, by a new command unless one is given. */
export function say(
  log: Log,
  stream: StreamKey<Tally>,
  text: string,
  by: LogCommand | undefined = command(),
): Promise<Answer> {
  return log.transact(stream, by, (): Decision => ({ append: [said(text)] }));
}

/** The whole log of a stream as staff read it. */
export async function textsOf(log: Log, stream: string): Promise<string[]> {
  const page = await log.read(stream, { reader: 'staff', after: 0, limit: 10_000, maxBytes: 1e9 });
  return page.entries.map((entry) =>
    'body' in entry && 'text' in entry.body ? entry.body.text : JSON.stringify(entry),
  );
}
