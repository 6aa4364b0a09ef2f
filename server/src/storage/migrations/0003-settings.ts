import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What owners decide about their sites, and how many changes each site has seen. */
export const settings: Migration = {
  number: 3,
  name: 'settings',
  async up(kysely, dialect) {
    const integer = dialect === 'postgres' ? 'bigint' : 'integer';
    await kysely.schema
      .createTable('settings')
      .addColumn('site', 'text', (column) => column.notNull().references('sites.key'))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('settings_key', ['site', 'kind', 'id'])
      .execute();
    await kysely.schema
      .createTable('settings_heads')
      .addColumn('site', 'text', (column) => column.primaryKey().notNull().references('sites.key'))
      .addColumn('version', integer, (column) => column.notNull())
      .execute();
    // The chain of a site is read from its end.
    await sql`create index audit_chain on audit (site, id)`.execute(kysely);
  },
};
