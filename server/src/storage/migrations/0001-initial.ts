import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { DialectName, Migration } from './migration.ts';

type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
const required: Column = (column) => column.notNull();

/** What the two dialects call differently. */
interface Words {
  dialect: DialectName;
  /** Whole numbers beyond 2³¹. */
  integer: 'integer' | 'bigint';
  /** A number that the store gives out, never twice. */
  counting: (table: CreateTableBuilder<string>, name?: string) => CreateTableBuilder<string>;
  /** A table of small rows that lie in the order of their key; SQLite would keep the key twice otherwise. */
  byKey: (table: CreateTableBuilder<string>) => CreateTableBuilder<string>;
}

function wordsOf(dialect: DialectName): Words {
  if (dialect === 'postgres') {
    return {
      dialect,
      integer: 'bigint',
      counting: (table, name = 'id') => table.addColumn(name, 'bigserial', (column) => column.primaryKey()),
      byKey: (table) => table,
    };
  }
  return {
    dialect,
    integer: 'integer',
    counting: (table, name = 'id') =>
      table.addColumn(name, 'integer', (column) => column.notNull().primaryKey().autoIncrement()),
    byKey: (table) => table.modifyEnd(sql`without rowid`),
  };
}

async function createLog(kysely: Kysely<unknown>, words: Words): Promise<void> {
  const { integer, counting } = words;
  await counting(kysely.schema.createTable('streams'), 'number')
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', required)
    .addColumn('site', 'text', required)
    .addColumn('epoch', 'text', required)
    .addColumn('head', integer, required)
    .addColumn('head_everyone', integer, required)
    .addColumn('head_agents', integer, required)
    .addColumn('created_at', integer, required)
    .execute();
  await kysely.schema
    .createTable('snapshots')
    .addColumn('stream', integer, (column) => column.primaryKey().notNull())
    .addColumn('seq', integer, required)
    .addColumn('state', 'text', required)
    .addColumn('checksum', integer, required)
    .execute();
  // With rowids in SQLite: new events lie together at the end of the table, whatever their streams.
  await kysely.schema
    .createTable('events')
    .addColumn('stream', integer, required)
    .addColumn('seq', integer, required)
    .addColumn('prev_everyone', integer, required)
    .addColumn('prev_agents', integer, required)
    .addColumn('at', integer, required)
    .addColumn('author_kind', 'text', required)
    .addColumn('author_id', 'text')
    .addColumn('author_name', 'text')
    .addColumn('audience', 'integer', required)
    .addColumn('type', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('command', 'text')
    .addColumn('erased', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('checksum', integer, required)
    .addPrimaryKeyConstraint('events_key', ['stream', 'seq'])
    .execute();
  await createCommands(kysely, words);
}

async function createCommands(kysely: Kysely<unknown>, { integer, byKey }: Words): Promise<void> {
  await byKey(
    kysely.schema
      .createTable('commands')
      .addColumn('id', 'text', required)
      .addColumn('stream', integer, required)
      .addColumn('device', 'text')
      .addColumn('n', integer)
      .addColumn('digest', 'text', required)
      .addColumn('seq', integer)
      .addColumn('refusal', 'text')
      .addColumn('checksum', integer, required)
      .addPrimaryKeyConstraint('commands_key', ['id', 'stream']),
  ).execute();
  await byKey(
    kysely.schema
      .createTable('devices')
      .addColumn('stream', integer, required)
      .addColumn('device', 'text', required)
      .addColumn('n', integer, required)
      .addPrimaryKeyConstraint('devices_key', ['stream', 'device']),
  ).execute();
}

async function createEffects(kysely: Kysely<unknown>, { integer, counting }: Words): Promise<void> {
  await counting(kysely.schema.createTable('effects'))
    .addColumn('stream', 'text', required)
    .addColumn('site', 'text', required)
    .addColumn('seq', integer, required)
    .addColumn('kind', 'text', required)
    .addColumn('payload', 'text', required)
    .addColumn('run_at', integer)
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('claimed_until', integer, required)
    .execute();
  await kysely.schema.createIndex('effects_by_time').on('effects').column('run_at').execute();
}

async function createPeople(kysely: Kysely<unknown>, { integer }: Words): Promise<void> {
  await kysely.schema
    .createTable('sites')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', required)
    .addColumn('settings', 'text', required)
    .addColumn('origins', 'text', required)
    .addColumn('created_at', integer, required)
    .execute();
  await kysely.schema
    .createTable('agents')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('site', 'text', (column) => column.notNull().references('sites.key'))
    .addColumn('name', 'text', required)
    .addColumn('email', 'text')
    .addColumn('role', 'text', required)
    .addColumn('active', 'integer', required)
    .addColumn('created_at', integer, required)
    .execute();
  await kysely.schema.createIndex('agents_by_site').on('agents').column('site').execute();
  await kysely.schema
    .createTable('visitors')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('site', 'text', (column) => column.notNull().references('sites.key'))
    .addColumn('conversation', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', required)
    .addColumn('created_at', integer, required)
    .execute();
  await kysely.schema
    .createTable('visitor_tokens')
    .addColumn('family', 'text', (column) => column.primaryKey().notNull())
    .addColumn('visitor', 'text', (column) => column.notNull().references('visitors.id'))
    .addColumn('hash', 'text', required)
    .addColumn('previous_hash', 'text')
    .addColumn('created_at', integer, required)
    .addColumn('last_used_at', integer, required)
    .addColumn('expires_at', integer, required)
    .addColumn('revoked_at', integer)
    .execute();
  await kysely.schema
    .createIndex('visitor_tokens_by_visitor')
    .on('visitor_tokens')
    .column('visitor')
    .execute();
}

async function createSessions(kysely: Kysely<unknown>, { integer }: Words): Promise<void> {
  await kysely.schema
    .createTable('sign_in_links')
    .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('agent', 'text', (column) => column.notNull().references('agents.id'))
    .addColumn('created_at', integer, required)
    .addColumn('expires_at', integer, required)
    .addColumn('used_at', integer)
    .execute();
  await kysely.schema
    .createTable('agent_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('agent', 'text', (column) => column.notNull().references('agents.id'))
    .addColumn('created_at', integer, required)
    .addColumn('last_seen_at', integer, required)
    .addColumn('expires_at', integer, required)
    .addColumn('revoked_at', integer)
    .execute();
  await kysely.schema.createIndex('agent_sessions_by_agent').on('agent_sessions').column('agent').execute();
  await kysely.schema
    .createTable('tickets')
    .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('session', 'text', (column) => column.notNull().references('agent_sessions.id'))
    .addColumn('expires_at', integer, required)
    .execute();
}

async function createRecords(kysely: Kysely<unknown>, words: Words): Promise<void> {
  const { integer, counting, dialect } = words;
  await counting(kysely.schema.createTable('audit'))
    .addColumn('at', integer, required)
    .addColumn('site', 'text', required)
    .addColumn('actor_kind', 'text', required)
    .addColumn('actor_id', 'text')
    .addColumn('action', 'text', required)
    .addColumn('target', 'text')
    .addColumn('details', 'text', required)
    .addColumn('previous_hash', 'text')
    .addColumn('hash', 'text')
    .execute();
  await kysely.schema.createIndex('audit_by_site').on('audit').columns(['site', 'at']).execute();
  const search = counting(kysely.schema.createTable('search_messages'))
    .addColumn('conversation', 'text', required)
    .addColumn('seq', integer, required)
    .addColumn('site', 'text', required)
    .addColumn('at', integer, required)
    .addColumn('author', 'text', required)
    .addColumn('text', 'text', required)
    .addUniqueConstraint('search_messages_key', ['conversation', 'seq']);
  if (dialect === 'postgres') {
    await search.addColumn('words', sql`tsvector`, required).execute();
    await kysely.schema
      .createIndex('search_messages_by_words')
      .on('search_messages')
      .using('gin')
      .column('words')
      .execute();
  } else {
    await search.execute();
    // Contentless: the text stands in search_messages already, here are only its words.
    await sql`create virtual table message_search using fts5(words, content='', contentless_delete=1)`.execute(
      kysely,
    );
  }
}

/** The tables of the first release. */
export const initial: Migration = {
  number: 1,
  name: 'initial',
  async up(kysely, dialect) {
    const words = wordsOf(dialect);
    await createLog(kysely, words);
    await createEffects(kysely, words);
    await createPeople(kysely, words);
    await createSessions(kysely, words);
    await createRecords(kysely, words);
  },
};
