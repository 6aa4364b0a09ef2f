import type { Kysely } from 'kysely';
import type { Clock } from '@alongside/sdk/shared';
import type { Report } from '../lib/report.ts';
import type { StoreHealth } from './health.ts';
import type { PostgresStore } from './postgres-store.ts';
import type { Database } from './schema.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Where everything is kept: one SQLite file, or a Postgres database that several processes share. */
export type Storage = SqliteStorage | PostgresStorage;

interface AnyStorage {
  /** For everything but the log's appends. */
  readonly kysely: Kysely<Database>;
  /** Whether writes are taken at present (DL15). */
  readonly health: StoreHealth;
  /** Brings the tables up to date; answers the names of the steps taken. @throws StartError */
  migrate(): Promise<string[]>;
  /** Looks at all of it, which takes long; answers what is wrong, one line each. */
  check(): Promise<string[]>;
  close(): Promise<void>;
}

export interface SqliteStorage extends AnyStorage {
  readonly dialect: 'sqlite';
  readonly store: SqliteStore;
}

export interface PostgresStorage extends AnyStorage {
  readonly dialect: 'postgres';
  readonly store: PostgresStore;
}

export interface StorageOptions {
  clock: Clock;
  report: Report;
  /** For a command that runs beside a server on the same folder: does not lock it, and must not touch the log. */
  beside?: boolean;
}
