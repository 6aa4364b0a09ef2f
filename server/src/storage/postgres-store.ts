import { Pool, type PoolClient, type QueryResultRow, TypeOverrides } from 'pg';
import type { Clock } from '@alongside/sdk/shared';
import { type Report, oneLine } from '../lib/report.ts';
import { StoreHealth } from './health.ts';

/** By which Postgres lists our connections. */
export const APPLICATION_NAME = 'alongside';
/** Connections of one process; Postgres allows 100 by default, for all processes together. */
export const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** A process that was stopped inside of a transaction loses it after this time, and with it the row's lock. */
const IDLE_IN_TRANSACTION_MAX_MS = 10_000;
const LOCK_WAIT_MAX_MS = 5_000;
/** A connection whose other end is gone without a word is given up after this time. */
const ANSWER_WAIT_MAX_MS = 8_000;

const INT8_OID = 20;

/** Postgres' 64-bit numbers as JavaScript's; larger ones than it can hold exactly are never stored. */
function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a number that was stored by us`);
  return value;
}

function typesOfOurs(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(INT8_OID, exactNumber);
  return overrides;
}

/** What the log needs of a connection. */
export interface Session {
  /** `name` makes it a prepared statement of the connection. */
  query<Row extends QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** A commit whose outcome is unknown: it may have happened (DL16). */
export class UnknownCommitError extends Error {
  override readonly name = 'UnknownCommitError';
}

/** The connections to a Postgres database. */
export class PostgresStore {
  readonly health: StoreHealth;
  readonly pool: Pool;
  #weakCommit = false;

  /** Connects when first used. */
  constructor(databaseUrl: string, { clock, report }: { clock: Clock; report: Report }) {
    this.pool = new Pool({
      connectionString: databaseUrl,
      application_name: APPLICATION_NAME,
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MAX_MS,
      lock_timeout: LOCK_WAIT_MAX_MS,
      query_timeout: ANSWER_WAIT_MAX_MS,
      keepAlive: true,
      types: typesOfOurs(),
    });
    // A connection that breaks says so as an event, which ends the process where nobody listens: one in use also
    // fails its query, one at rest is taken out of the pool.
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
    this.pool.on('error', (error) => {
      report('database-connection-lost', { error: oneLine(error) });
    });
    this.health = new StoreHealth({ clock, report, recover: () => this.#recover() });
  }

  /** Where the database's default would answer before the disk has it, each transaction asks for more (DL1). */
  async learnSettings(): Promise<void> {
    const { rows } = await this.pool.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
    this.#weakCommit = rows[0]?.synchronous_commit === 'off';
  }

  /**
   * Runs `work` in a transaction and commits where it answers `commit: true`.
   * @throws UnknownCommitError when the commit was sent and not answered
   */
  async transaction<T>(work: (session: Session) => Promise<{ commit: boolean; result: T }>): Promise<T> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      await client.query(this.#weakCommit ? 'BEGIN; SET LOCAL synchronous_commit TO on' : 'BEGIN');
      const { commit, result } = await work(sessionOf(client));
      if (commit) await commitOrDoubt(client);
      else await client.query('ROLLBACK');
      broken = false;
      return result;
    } catch (error) {
      if (!(error instanceof UnknownCommitError)) {
        broken = await client.query('ROLLBACK').then(
          () => false,
          () => true,
        );
      }
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** One statement outside of a transaction. */
  query<Row extends QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.pool.query<Row>({ name, text, values: [...values] }).then(({ rows }) => rows);
  }

  async close(): Promise<void> {
    this.health.close();
    if (!this.pool.ended) await this.pool.end();
  }

  async #recover(): Promise<void> {
    await this.learnSettings();
    await this.pool.query(
      `INSERT INTO meta (key, value) VALUES ('probe', '1') ON CONFLICT (key) DO UPDATE SET value = '1'`,
    );
  }
}

function sessionOf(client: PoolClient): Session {
  return {
    query: (name, text, values) =>
      client.query<never>({ name, text, values: [...values] }).then(({ rows }) => rows),
  };
}

/** Whatever goes wrong here, the server may have committed: only reading tells. */
async function commitOrDoubt(client: PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    throw new UnknownCommitError(oneLine(error), { cause: error });
  }
  // Postgres answers ROLLBACK to a COMMIT of a transaction in which something failed.
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back instead of committed.');
}
