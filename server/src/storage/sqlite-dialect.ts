import type { SQLInputValue } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteStore } from './sqlite-store.ts';

/**
 * Kysely over {@link SqliteStore}. Kysely's own SQLite dialect would bring a lock of its own; here its queries and
 * the log take turns on one connection.
 */
export function sqliteDialect(store: SqliteStore): Dialect {
  return {
    createAdapter: () => new TurnTakingAdapter(),
    createDriver: () => new SqliteStoreDriver(store),
    createIntrospector: (kysely: Kysely<unknown>) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Kysely need not lock: {@link SqliteStore} has turns. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SqliteStoreDriver implements Driver {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#store.turns.take();
    return new SqliteStoreConnection(this.#store);
  }

  releaseConnection(): Promise<void> {
    // A transaction that nobody ended must not take in the next user's statements.
    this.#store.rollBack();
    this.#store.turns.give();
    return Promise.resolve();
  }

  async beginTransaction(): Promise<void> {
    await this.#run('BEGIN IMMEDIATE');
  }

  async commitTransaction(): Promise<void> {
    await this.#run('COMMIT');
  }

  rollbackTransaction(): Promise<void> {
    this.#store.rollBack();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }

  async #run(sql: string): Promise<void> {
    await Promise.resolve();
    try {
      this.#store.run(sql);
    } catch (error) {
      this.#store.noticed(error);
      throw error;
    }
  }
}

class SqliteStoreConnection implements DatabaseConnection {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await Promise.resolve();
    try {
      return this.#execute(query);
    } catch (error) {
      this.#store.noticed(error);
      throw error;
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Read in pages instead: a stream would keep the connection from everybody else.');
  }

  #execute<Row>(query: CompiledQuery): QueryResult<Row> {
    const { statement, reader } = this.#store.prepare(query.sql);
    const parameters = query.parameters.map(bound);
    if (reader) return { rows: statement.all(...parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes) };
  }
}

/**
 * `node:sqlite` takes an object in the first place for named parameters and moves all others one column to the
 * left, without an error; so nothing but plain values may pass.
 */
export function bound(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    return value;
  }
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`A ${typeof value} cannot be stored in SQLite.`);
}
