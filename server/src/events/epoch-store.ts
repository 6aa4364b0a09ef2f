import { sql } from 'kysely';
import type { Storage } from '../storage/storage.ts';
import { APPLICATION_NAME } from '../storage/postgres-store.ts';

/**
 * Gives the store and all its streams a new incarnation, because it was put back from a backup: every client that
 * has seen anything of it discards its copy and loads again (DL3). Answers how many streams there are.
 */
export async function renewAllEpochs({ kysely }: Storage, epoch: string): Promise<number> {
  return kysely.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('meta')
      .values({ key: 'epoch', value: epoch })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: epoch }))
      .execute();
    await transaction.deleteFrom('agent_leases').execute();
    const { numUpdatedRows } = await transaction.updateTable('streams').set({ epoch }).executeTakeFirst();
    return Number(numUpdatedRows);
  });
}

/** Connections of other processes of ours to the same Postgres database. */
export async function othersConnected({ kysely, dialect }: Storage): Promise<number> {
  if (dialect === 'sqlite') return 0;
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM pg_stat_activity
    WHERE application_name = ${APPLICATION_NAME} AND datname = current_database() AND pid <> pg_backend_pid()
  `.execute(kysely);
  return rows[0]?.count ?? 0;
}
