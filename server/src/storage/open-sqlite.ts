import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import { lockFolder } from './folder-lock.ts';
import { migrate, refuseNewer, schemaVersion } from './migrate.ts';
import type { Database } from './schema.ts';
import { sqliteCode } from './sqlite-errors.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { SqliteStorage, StorageOptions } from './storage.ts';
import { damageOfWriteAheadLog } from './write-ahead-log.ts';

const FILE_NAME = 'alongside.db';
const SQLITE_HEADER = 'SQLite format 3\0';
/** SQLite's CORRUPT and NOTADB. */
const DAMAGED = new Set([11, 26]);
/**
 * Up to this size a start looks at every page (about 4 ms a MB); beyond it a start would take too long, and damage
 * is found where it is read, by the rows' checksums.
 */
const QUICK_CHECK_MAX_BYTES = 32 * 1024 * 1024;

/** Opens the SQLite file of a data folder, and makes both where they are missing. @throws StartError */
export async function openSqlite(dataFolder: string, options: StorageOptions): Promise<SqliteStorage> {
  makeFolder(dataFolder);
  const unlock = options.beside === true ? () => undefined : lockFolder(dataFolder);
  const path = join(dataFolder, FILE_NAME);
  let store: SqliteStore | undefined;
  try {
    refuseForeignFile(path);
    // Beside a server that runs, the log is being written.
    if (options.beside !== true) refuseDamagedLog(path);
    store = openStore(path, options);
    refuseDamaged(store, path);
    const kysely = new Kysely<Database>({ dialect: sqliteDialect(store) });
    refuseNewer(await schemaVersion(kysely, 'sqlite'));
    return storageOf(store, kysely, unlock, options);
  } catch (error) {
    await store?.close();
    unlock();
    throw error;
  }
}

function storageOf(
  store: SqliteStore,
  kysely: Kysely<Database>,
  unlock: () => void,
  { clock }: StorageOptions,
): SqliteStorage {
  return {
    dialect: 'sqlite',
    kysely,
    store,
    health: store.health,
    migrate: () => migrate(kysely, 'sqlite', clock),
    async check() {
      await store.turns.take();
      try {
        return problemsOf(store, 'PRAGMA integrity_check(20)');
      } finally {
        store.turns.give();
      }
    },
    async close() {
      await kysely.destroy();
      await store.close();
      unlock();
    },
  };
}

function makeFolder(dataFolder: string): void {
  try {
    makeFolders(resolve(dataFolder));
  } catch (error) {
    throw new StartError(`Cannot make the data folder ${dataFolder}: ${oneLine(error)}.`);
  }
}

/** Node's own `recursive` never returns where a parent refuses children as missing (`/proc`). */
function makeFolders(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
    return;
  }
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** SQLite takes an empty file for a new one and would overwrite it; anything else must be its own. */
function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  const { size } = statSync(path);
  if (size === 0) return;
  const header = Buffer.alloc(SQLITE_HEADER.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1') !== SQLITE_HEADER) {
    throw new StartError(`${path} is damaged or not a SQLite file; restore it from a backup.`);
  }
}

/** SQLite itself would forget, without a word, all that was stored after the damage. */
function refuseDamagedLog(path: string): void {
  const log = `${path}-wal`;
  const damage = damageOfWriteAheadLog(log);
  if (damage !== undefined) throw new StartError(`${log} is damaged: ${damage}; restore it from a backup.`);
}

function damaged(path: string, error: unknown): StartError {
  return new StartError(`${path} is damaged: ${oneLine(error)}; restore it from a backup.`);
}

function openStore(path: string, options: StorageOptions): SqliteStore {
  try {
    const store = new SqliteStore(path, options);
    chmodSync(path, 0o600);
    return store;
  } catch (error) {
    const isDamaged = DAMAGED.has((sqliteCode(error) ?? 0) & 0xff);
    throw isDamaged ? damaged(path, error) : new StartError(`Cannot open ${path}: ${oneLine(error)}.`);
  }
}

function refuseDamaged(store: SqliteStore, path: string): void {
  try {
    // Reads the first page and the list of tables, whatever the size.
    store.all('SELECT name FROM sqlite_schema');
    if (statSync(path).size > QUICK_CHECK_MAX_BYTES) return;
    const [problem] = problemsOf(store, 'PRAGMA quick_check(1)');
    if (problem === undefined) return;
    throw new Error(problem);
  } catch (error) {
    throw damaged(path, error);
  }
}

/** What a check of SQLite's own found; nothing where all is well. */
function problemsOf(store: SqliteStore, pragma: string): string[] {
  const rows = store.all<Record<string, string>>(pragma);
  return rows.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok');
}
