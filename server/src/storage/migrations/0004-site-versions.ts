import type { Migration } from './migration.ts';

/** Sites are changed as settings are: by whoever saw the newest version. */
export const siteVersions: Migration = {
  number: 4,
  name: 'site-versions',
  async up(kysely, dialect) {
    await kysely.schema
      .alterTable('sites')
      .addColumn('version', dialect === 'postgres' ? 'bigint' : 'integer', (column) =>
        column.notNull().defaultTo(0),
      )
      .execute();
  },
};
