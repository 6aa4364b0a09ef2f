import { type Kysely, type Transaction, sql } from 'kysely';
import type { Clock } from '@alongside/sdk/shared';
import { StartError } from '../lib/start-error.ts';
import type { DialectName, Migration } from './migrations/migration.ts';
import { migrations } from './migrations/index.ts';
import type { Database } from './schema.ts';

/** Any number that nothing else in the database locks; processes that start together wait here for each other. */
const ADVISORY_LOCK = 7_264_110_401;

/** What the store has, and what this code knows. */
export interface SchemaVersion {
  stored: number;
  known: number;
}

const known = (steps: readonly Migration[]): number => steps.at(-1)?.number ?? 0;

/** The number of the newest step that the store has seen; 0 where it is empty. */
export async function schemaVersion(
  kysely: Kysely<Database>,
  dialect: DialectName,
  steps: readonly Migration[] = migrations,
): Promise<SchemaVersion> {
  const tables =
    dialect === 'sqlite'
      ? await sql`select 1 from sqlite_schema where type = 'table' and name = 'migrations'`.execute(kysely)
      : // Not by `to_regclass`: it answers from a cache that waiting for an advisory lock does not refresh.
        await sql`
          select 1 from pg_tables where schemaname = current_schema() and tablename = 'migrations'
        `.execute(kysely);
  if (tables.rows.length === 0) return { stored: 0, known: known(steps) };
  const newest = await kysely
    .selectFrom('migrations')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  return { stored: newest?.number ?? 0, known: known(steps) };
}

/** @throws StartError where a newer release has written the store: this one would misread it. */
export function refuseNewer({ stored, known }: SchemaVersion): void {
  if (stored <= known) return;
  throw new StartError(
    `The data was written by a newer version of Alongside (schema ${stored}, this version knows ${known}); install that version.`,
  );
}

/** Brings the store to the present tables, all or nothing. Answers the names of the steps taken. */
export async function migrate(
  kysely: Kysely<Database>,
  dialect: DialectName,
  clock: Clock,
  steps: readonly Migration[] = migrations,
): Promise<string[]> {
  return kysely.transaction().execute(async (transaction) => {
    if (dialect === 'postgres')
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(transaction);
    const version = await schemaVersion(transaction, dialect, steps);
    refuseNewer(version);
    if (version.stored === 0) await createMigrationsTable(transaction, dialect);
    const missing = steps.filter(({ number }) => number > version.stored);
    for (const { number, name, up } of missing) {
      // Kysely's type parameter says which tables there are; a step knows those of its own time.
      await up(transaction as unknown as Kysely<unknown>, dialect);
      await transaction.insertInto('migrations').values({ number, name, at: clock.now() }).execute();
    }
    return missing.map(({ name }) => name);
  });
}

async function createMigrationsTable(
  transaction: Transaction<Database>,
  dialect: DialectName,
): Promise<void> {
  await transaction.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('number', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('at', dialect === 'postgres' ? 'bigint' : 'integer', (column) => column.notNull())
    .execute();
  await transaction.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
