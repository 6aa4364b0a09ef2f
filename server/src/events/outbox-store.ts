import { type Kysely, sql } from 'kysely';
import type { DialectName } from '../storage/migrations/migration.ts';
import type { Database, EffectRow } from '../storage/schema.ts';
import { oneLine } from '../lib/report.ts';

/** An effect as it is in the outbox. */
export interface StoredEffect {
  id: number;
  stream: string;
  site: string;
  /** Last event of the decision that asked for it. */
  seq: number;
  kind: string;
  payload: object;
  runAt: number;
  attempts: number;
}

/** The outbox's rows, on both stores. */
export class OutboxStore {
  readonly #kysely: Kysely<Database>;
  readonly #dialect: DialectName;

  constructor(kysely: Kysely<Database>, dialect: DialectName) {
    this.#kysely = kysely;
    this.#dialect = dialect;
  }

  /** What another process had in hand is free again: there can be no other on a SQLite file. */
  async releaseAll(): Promise<void> {
    if (this.#dialect === 'postgres') return;
    await this.#kysely.updateTable('effects').set({ claimed_until: 0 }).execute();
  }

  /**
   * Takes what is due and in nobody's hand, oldest first. On Postgres a row that another process takes at this
   * moment is left to it.
   */
  async claim(now: number, leaseMs: number, limit: number): Promise<StoredEffect[]> {
    const skipLocked = this.#dialect === 'postgres' ? sql`for update skip locked` : sql``;
    const { rows } = await sql<EffectRow>`
      update effects set claimed_until = ${now + leaseMs}
      where id in (
        select id from effects where run_at <= ${now} and claimed_until <= ${now}
        order by id limit ${limit} ${skipLocked})
      returning *`.execute(this.#kysely);
    return rows.map(storedEffect).sort((one, other) => one.id - other.id);
  }

  /** When the next one is due that is not due yet. */
  async nextDue(now: number): Promise<number | undefined> {
    const row = await this.#kysely
      .selectFrom('effects')
      .select(({ fn }) => fn.min('run_at').as('run_at'))
      .where('run_at', '>', now)
      .executeTakeFirst();
    return row?.run_at ?? undefined;
  }

  /** Keeps them in this process's hand. */
  async renew(ids: readonly number[], until: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#kysely.updateTable('effects').set({ claimed_until: until }).where('id', 'in', ids).execute();
  }

  async remove(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#kysely.deleteFrom('effects').where('id', 'in', ids).execute();
  }

  /** `runAt` null: given up; the row stays for the operator. */
  async failed(id: number, attempts: number, runAt: number | null, claimedUntil: number): Promise<void> {
    await this.#kysely
      .updateTable('effects')
      .set({ attempts, run_at: runAt, claimed_until: claimedUntil })
      .where('id', '=', id)
      .execute();
  }

  /** How many are to be done, and how many were given up; for metrics and `doctor`. */
  async counts(): Promise<{ waiting: number; givenUp: number }> {
    const row = await this.#kysely
      .selectFrom('effects')
      .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('run_at').as('waiting')])
      .executeTakeFirstOrThrow();
    return { waiting: row.waiting, givenUp: row.all - row.waiting };
  }
}

function storedEffect(row: EffectRow): StoredEffect {
  return {
    id: row.id,
    stream: row.stream,
    site: row.site,
    seq: row.seq,
    kind: row.kind,
    payload: payloadOf(row.payload),
    runAt: row.run_at ?? 0,
    attempts: row.attempts,
  };
}

/** A payload that cannot be read is given to its handler as it is, which refuses it like any other wrong one. */
function payloadOf(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    return { unreadable: oneLine(error) };
  }
}
