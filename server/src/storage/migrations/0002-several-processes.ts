import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What processes on one database must know of each other: which agent is connected where, and who was revoked. */
export const severalProcesses: Migration = {
  number: 2,
  name: 'several-processes',
  async up(kysely, dialect) {
    const integer = dialect === 'postgres' ? 'bigint' : 'integer';
    await kysely.schema
      .createTable('agent_leases')
      .addColumn('site', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('process', 'text', (column) => column.notNull())
      .addColumn('until', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('agent_leases_key', ['site', 'agent', 'process'])
      .execute();
    // Few rows of large tables: those that every process asks for again and again.
    for (const table of ['visitor_tokens', 'agent_sessions']) {
      await sql`create index ${sql.ref(`${table}_by_revocation`)} on ${sql.table(table)} (revoked_at)
        where revoked_at is not null`.execute(kysely);
    }
  },
};
