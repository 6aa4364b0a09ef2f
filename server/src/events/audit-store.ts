import { hash } from 'node:crypto';
import type { Clock } from '@alongside/sdk/shared';
import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { DialectName } from '../storage/migrations/migration.ts';
import type { AuditTable, Database } from '../storage/schema.ts';

/** Who did it. `operator`: whoever uses the command line. */
export type AuditActor =
  | { kind: 'agent'; id: string; name: string }
  | { kind: 'operator' | 'system'; id?: undefined; name?: undefined };

/** One act that must be known later: who looked at what, and who changed what. */
export interface AuditEntry {
  site: string;
  actor: AuditActor;
  /** A word with a dot, such as `settings.changed`; what follows the dot belongs to the word before it. */
  action: string;
  /** What it was done to. */
  target: string;
  /** JSON-safe; names nobody who might ask to be forgotten, but by id. */
  details: object;
}

export interface StoredAuditEntry extends AuditEntry {
  /** Counts up. */
  id: number;
  at: number;
}

type Row = Selectable<AuditTable>;

/** Advisory locks of ours have this first number; the second is the site. */
const CHAIN_LOCK = 7_264_111;
/** Rows that are read at once when all are checked. */
const CHECKED_AT_ONCE = 1_000;
const PROBLEMS_MAX = 20;

/**
 * The audit: append-only, one chain per site, each row's hash covers the one before it (RC9). It shows what was
 * changed or taken out by somebody who can write to the store but not to all of its copies; the newest rows can be
 * cut off unseen.
 */
export class AuditStore {
  readonly #kysely: Kysely<Database>;
  readonly #dialect: DialectName;
  readonly #clock: Clock;

  constructor(options: { database: Kysely<Database>; dialect: DialectName; clock: Clock }) {
    this.#kysely = options.database;
    this.#dialect = options.dialect;
    this.#clock = options.clock;
  }

  /** Resolves once it is on disk; `within` makes it part of a transaction. */
  async append(entry: AuditEntry, within?: Transaction<Database>): Promise<void> {
    if (within) return this.#append(entry, within);
    await this.#kysely.transaction().execute((transaction) => this.#append(entry, transaction));
  }

  /** Newest first. `actions`: what their words begin with, such as `settings.`. */
  async read(
    site: string,
    page: { actions: string; before?: number | undefined; limit: number },
  ): Promise<StoredAuditEntry[]> {
    const rows = await this.#kysely
      .selectFrom('audit')
      .selectAll()
      .where('site', '=', site)
      .where('action', 'like', `${page.actions}%`)
      .where('id', '<', page.before ?? Number.MAX_SAFE_INTEGER)
      .orderBy('id', 'desc')
      .limit(page.limit)
      .execute();
    return rows.map(entryOf);
  }

  async #append(entry: AuditEntry, transaction: Transaction<Database>): Promise<void> {
    const { site, actor, action, target, details } = entry;
    if (this.#dialect === 'postgres') {
      await sql`select pg_advisory_xact_lock(${CHAIN_LOCK}, hashtext(${site}))`.execute(transaction);
    }
    const last = await transaction
      .selectFrom('audit')
      .select('hash')
      .where('site', '=', site)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const row = {
      at: this.#clock.now(),
      site,
      actor_kind: actor.kind,
      actor_id: actor.id ?? null,
      action,
      target,
      details: JSON.stringify({ ...(actor.name !== undefined && { by: actor.name }), ...details }),
      previous_hash: last?.hash ?? null,
    };
    await transaction
      .insertInto('audit')
      .values({ ...row, hash: hashOf(row) })
      .execute();
  }
}

/** Reads all of it and answers what was changed since it was written, one line each. */
export async function checkAudit(kysely: Kysely<Database>): Promise<string[]> {
  const problems: string[] = [];
  const lasts = new Map<string, string | null>();
  let after = 0;
  for (;;) {
    const rows = await kysely
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHECKED_AT_ONCE)
      .execute();
    for (const row of rows) {
      after = row.id;
      if (row.hash !== hashOf(row)) problems.push(`Line ${row.id} of the audit was changed.`);
      if (row.previous_hash !== (lasts.get(row.site) ?? null)) {
        problems.push(`Before line ${row.id} of the audit of ${row.site} lines are missing.`);
      }
      lasts.set(row.site, row.hash);
      if (problems.length >= PROBLEMS_MAX) return problems;
    }
    if (rows.length < CHECKED_AT_ONCE) return problems;
  }
}

function entryOf(row: Row): StoredAuditEntry {
  const { by, ...details } = JSON.parse(row.details) as { by?: string };
  const { id, at, site, action, target, actor_kind: kind, actor_id: actorId } = row;
  const actor: AuditActor =
    kind === 'agent'
      ? { kind, id: actorId ?? '', name: by ?? '' }
      : { kind: kind === 'operator' ? 'operator' : 'system' };
  return { id, at, site, actor, action, target: target ?? '', details };
}

function hashOf(row: Omit<Row, 'id' | 'hash'>): string {
  const { previous_hash: previous, at, site, actor_kind: kind, actor_id: id, action, target, details } = row;
  return hash('sha256', JSON.stringify([previous, at, site, kind, id, action, target, details]), 'base64url');
}
