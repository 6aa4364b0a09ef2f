import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import { migrate, refuseNewer, schemaVersion } from './migrate.ts';
import { sqlState } from './postgres-errors.ts';
import { APPLICATION_NAME, PostgresStore } from './postgres-store.ts';
import type { Database } from './schema.ts';
import type { PostgresStorage, StorageOptions } from './storage.ts';

/** Connects to a Postgres database. @throws StartError */
export async function openPostgres(databaseUrl: string, options: StorageOptions): Promise<PostgresStorage> {
  const where = describe(databaseUrl);
  const store = new PostgresStore(databaseUrl, options);
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool: store.pool }) });
  try {
    await store.learnSettings();
    refuseNewer(await schemaVersion(kysely, 'postgres'));
  } catch (error) {
    await store.close();
    if (error instanceof StartError) throw error;
    throw new StartError(`Cannot use the database of DATABASE_URL (${where}): ${reason(error)}.`);
  }
  return {
    dialect: 'postgres',
    kysely,
    store,
    health: store.health,
    migrate: () => migrateAtLeisure(databaseUrl, options),
    // Postgres checks its own pages when they are read (data checksums, amcheck); we check our rows.
    check: () => Promise.resolve([]),
    close: () => store.close(),
  };
}

/** On a connection of its own: a step may take long, and everything else gives up after a while. */
async function migrateAtLeisure(databaseUrl: string, { clock }: StorageOptions): Promise<string[]> {
  const pool = new Pool({ connectionString: databaseUrl, application_name: APPLICATION_NAME, max: 1 });
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await migrate(kysely, 'postgres', clock);
  } finally {
    await kysely.destroy();
  }
}

/** Host and database, never the password. @throws StartError where it is not an address of Postgres */
function describe(databaseUrl: string): string {
  const wanted = 'DATABASE_URL must look like postgres://user:password@host:5432/database';
  const url = URL.parse(databaseUrl);
  if (!url) throw new StartError(`${wanted}; it is not a URL.`);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw new StartError(`${wanted}; it begins with "${url.protocol}".`);
  }
  if (url.hostname === '' && !url.searchParams.has('host')) {
    throw new StartError(`${wanted}; the host is missing.`);
  }
  if (url.pathname.length < 2) throw new StartError(`${wanted}; the database is missing.`);
  return `${url.host}${url.pathname}`;
}

function reason(error: unknown): string {
  const known: Record<string, string> = {
    '28P01': 'the password is wrong',
    '28000': 'the user may not sign in',
    '3D000': 'there is no such database',
    '53300': 'the server has too many connections',
    '42501': 'the user lacks a right',
  };
  const said = known[sqlState(error) ?? ''];
  if (said !== undefined) return said;
  // A host with several addresses gives one error for all of them, without a message.
  if (error instanceof AggregateError) return oneLine(error.errors[0]);
  return oneLine(error);
}
