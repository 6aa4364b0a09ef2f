import type { SettingsKind } from '@alongside/sdk/shared';
import { type Kysely, type Transaction, sql } from 'kysely';
import type { AuditEntry, AuditStore } from '../events/audit-store.ts';
import type { Database } from '../storage/schema.ts';

/** One setting as it is stored; its value is decoded by whoever knows the kind. */
export interface SettingsRow {
  kind: SettingsKind;
  id: string;
  version: number;
  value: unknown;
}

/** What a change does, all of it or nothing. */
export interface SettingsWrites {
  put?: readonly { kind: SettingsKind; id: string; value: object }[];
  remove?: readonly { kind: SettingsKind; id: string }[];
  audit: readonly Omit<AuditEntry, 'site'>[];
}

/**
 * Settings of all sites. Invariants on both stores: changes of one site happen one after the other, each sees all
 * before it; a change, its lines in the audit and the new head are stored together or not at all; heads only grow.
 */
export class SettingsStore {
  readonly #kysely: Kysely<Database>;
  readonly #audit: AuditStore;

  constructor(options: { database: Kysely<Database>; audit: AuditStore }) {
    this.#kysely = options.database;
    this.#audit = options.audit;
  }

  /** The number of each site's newest change; sites that never saw one are missing. */
  async heads(): Promise<Map<string, number>> {
    const rows = await this.#kysely.selectFrom('settings_heads').selectAll().execute();
    return new Map(rows.map(({ site, version }) => [site, version]));
  }

  /** All settings of a site, at least as new as `head`. */
  async read(site: string): Promise<{ head: number; rows: SettingsRow[] }> {
    const stored = await this.#kysely
      .selectFrom('settings_heads')
      .select('version')
      .where('site', '=', site)
      .executeTakeFirst();
    return { head: stored?.version ?? 0, rows: await rowsOf(this.#kysely, site) };
  }

  /**
   * Decides against the present settings and stores; answers the new head, undefined where `decide` finds nothing to
   * change. Whatever it throws is thrown on, and nothing is stored. It must ask nothing but the transaction.
   */
  async change(
    site: string,
    decide: (
      rows: readonly SettingsRow[],
      transaction: Transaction<Database>,
    ) => Promise<SettingsWrites | undefined> | SettingsWrites | undefined,
  ): Promise<number | undefined> {
    return this.#kysely.transaction().execute(async (transaction) => {
      // First of all, so that others who change this site wait here.
      await lock(transaction, site);
      const writes = await decide(await rowsOf(transaction, site), transaction);
      if (!writes) return undefined;
      const head = await newHead(transaction, site);
      const { put = [], remove = [], audit } = writes;
      for (const { kind, id, value } of put) {
        const row = { version: head, value: JSON.stringify(value) };
        await transaction
          .insertInto('settings')
          .values({ site, kind, id, ...row })
          .onConflict((conflict) => conflict.columns(['site', 'kind', 'id']).doUpdateSet(row))
          .execute();
      }
      for (const { kind, id } of remove) {
        await transaction
          .deleteFrom('settings')
          .where('site', '=', site)
          .where('kind', '=', kind)
          .where('id', '=', id)
          .execute();
      }
      for (const entry of audit) await this.#audit.append({ ...entry, site }, transaction);
      return head;
    });
  }
}

async function rowsOf(kysely: Kysely<Database>, site: string): Promise<SettingsRow[]> {
  const rows = await kysely
    .selectFrom('settings')
    .select(['kind', 'id', 'version', 'value'])
    .where('site', '=', site)
    .orderBy('kind')
    .orderBy('id')
    .execute();
  return rows.map(({ kind, id, version, value }) => ({
    kind: kind as SettingsKind,
    id,
    version,
    value: JSON.parse(value) as unknown,
  }));
}

async function lock(transaction: Transaction<Database>, site: string): Promise<void> {
  await transaction
    .insertInto('settings_heads')
    .values({ site, version: 0 })
    // An update of nothing takes the row's lock all the same.
    .onConflict((conflict) =>
      conflict.column('site').doUpdateSet({ version: sql<number>`settings_heads.version` }),
    )
    .execute();
}

async function newHead(transaction: Transaction<Database>, site: string): Promise<number> {
  const { version } = await transaction
    .updateTable('settings_heads')
    .set({ version: sql<number>`version + 1` })
    .where('site', '=', site)
    .returning('version')
    .executeTakeFirstOrThrow();
  return version;
}
