import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { StartError } from '../lib/start-error.ts';
import { oneLine } from '../lib/report.ts';
import { sqliteCode } from './sqlite-errors.ts';

const SQLITE_BUSY = 5;

/**
 * Keeps a second server out of a data folder: two processes would each number the same streams. The lock is one
 * of the operating system on `lock.db`, so a crash releases it, and a copied folder is not locked.
 * @throws StartError when another server has it, or the folder cannot be written to.
 */
export function lockFolder(dataFolder: string): () => void {
  const path = join(dataFolder, 'lock.db');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (((sqliteCode(error) ?? 0) & 0xff) === SQLITE_BUSY) {
      throw new StartError(`Another Alongside server is using the data folder ${dataFolder}.`);
    }
    throw new StartError(`Cannot write to the data folder ${dataFolder}: ${oneLine(error)}.`);
  }
  const held = database;
  return () => {
    held.close();
  };
}
