import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import type { Clock } from '@alongside/sdk/shared';
import type { Report } from '../lib/report.ts';
import { type CheckpointOptions, Checkpoints } from './checkpoints.ts';
import { StoreHealth } from './health.ts';
import { isStoreTrouble } from './sqlite-errors.ts';
import { Turns } from './turns.ts';

/** Texts with `IN (…)` of every length would fill the cache otherwise; a text in use costs about 5 KB. */
const STATEMENTS_MAX = 300;
/**
 * Pages of the write-ahead log (64 MB) that SQLite itself moves into the file within a commit: only where
 * {@link Checkpoints} could not for a long time.
 */
const WAL_PAGES_MAX = 16_000;
/** Another process (a backup, a shell) may hold the file for a moment. */
const BUSY_TIMEOUT_MS = 2_000;

/** A prepared statement and whether it answers rows. */
export interface Prepared {
  statement: StatementSync;
  reader: boolean;
}

/**
 * The one connection to the SQLite file. All writers share it by {@link Turns}, so that a transaction of one never
 * takes in statements of another. A commit that failed is never tried again on the same connection: it is closed
 * and opened anew, which reads the file again (DL16).
 */
export class SqliteStore {
  readonly turns: Turns;
  readonly health: StoreHealth;
  readonly #path: string;
  readonly #checkpoints: Checkpoints;
  readonly #statements = new LRUCache<string, Prepared>({ max: STATEMENTS_MAX });
  readonly #reopened = new Set<() => void>();
  #database: DatabaseSync;

  /** Throws what SQLite says when the file cannot be opened. */
  constructor(path: string, options: { clock: Clock; report: Report } & Pick<CheckpointOptions, 'pagesMax'>) {
    this.#path = path;
    this.#database = openDatabase(path);
    this.#checkpoints = new Checkpoints(
      { pagesLeft: () => this.#pagesLeft(), moveRest: () => this.#moveRest() },
      { ...options, path },
    );
    this.turns = new Turns(options.clock);
    this.health = new StoreHealth({ ...options, recover: () => this.#recover() });
  }

  /** Called when the file was opened anew: what was kept in memory may not be what is in it. */
  onReopened(then: () => void): () => void {
    this.#reopened.add(then);
    return () => this.#reopened.delete(then);
  }

  prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, reader: statement.columns().length > 0 };
    this.#statements.set(sql, prepared);
    return prepared;
  }

  run(sql: string, ...parameters: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.prepare(sql).statement.run(...parameters);
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what a text of SQL answers is known to its author only
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).statement.get(...parameters) as Row | undefined;
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.prepare(sql).statement.all(...parameters) as Row[];
  }

  /** Several statements at once, without parameters. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /**
   * Runs `work` in one transaction that is on disk when this returns. The caller has the turn. Trouble of the store
   * is told to `health`; the error is thrown on in any case.
   */
  transaction<T>(work: () => T): T {
    try {
      this.run('BEGIN IMMEDIATE');
      const result = work();
      this.run('COMMIT');
      this.#checkpoints.committed();
      return result;
    } catch (error) {
      this.rollBack();
      this.noticed(error);
      throw error;
    }
  }

  /** Ends a transaction that failed; SQLite itself may have ended it already. */
  rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch (error) {
      this.health.failed(error);
    }
  }

  /** Passes trouble of the store on to `health`. */
  noticed(error: unknown): void {
    if (isStoreTrouble(error)) this.health.failed(error);
  }

  /** Closes the file for good, after whoever uses it. */
  async close(): Promise<void> {
    this.health.close();
    await this.#checkpoints.close();
    await this.turns.take();
    this.#forgetConnection();
  }

  #pagesLeft(): number {
    const pages = this.get<{ log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)');
    return pages ? pages.log - pages.checkpointed : 0;
  }

  async #moveRest(): Promise<void> {
    await this.turns.take();
    try {
      if (this.health.healthy) this.get('PRAGMA wal_checkpoint(PASSIVE)');
    } finally {
      this.turns.give();
    }
  }

  async #recover(): Promise<void> {
    await this.#checkpoints.pause();
    await this.turns.take();
    try {
      this.#forgetConnection();
      this.#database = openDatabase(this.#path);
      for (const listener of [...this.#reopened]) listener();
      this.#proveWritable();
    } finally {
      this.#checkpoints.resume();
      this.turns.give();
    }
  }

  /**
   * What a failed fsync left in the operating system's cache looks stored and is not. Moving the write-ahead log
   * into the file writes and syncs it again, so whatever is read from now on is on disk.
   */
  #proveWritable(): void {
    const moved = this.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
    if (moved?.busy !== 0) throw new Error('the write-ahead log could not be moved into the file');
    this.run('BEGIN IMMEDIATE');
    this.run(
      `INSERT INTO meta (key, value) VALUES ('probe', '1')
       ON CONFLICT (key) DO UPDATE SET value = CASE value WHEN '1' THEN '2' ELSE '1' END`,
    );
    this.run('COMMIT');
  }

  #forgetConnection(): void {
    this.#statements.clear();
    if (!this.#database.isOpen) return;
    try {
      this.#database.close();
    } catch {
      // A connection that cannot even be closed is forgotten all the same: the new one reads the file.
    }
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  try {
    // FULL syncs at each commit: an acknowledged command survives loss of power, not only of the process (DL1).
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;');
    database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES_MAX}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
