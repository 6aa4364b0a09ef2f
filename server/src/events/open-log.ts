import type { Storage } from '../storage/storage.ts';
import type { Log } from './log.ts';
import type { LogOptions } from './log-options.ts';
import { PostgresLog } from './postgres-log.ts';
import { SqliteLog } from './sqlite-log.ts';

/** The log on a store whose tables are up to date. */
export async function openLog(storage: Storage, options: LogOptions): Promise<Log> {
  if (storage.dialect === 'sqlite') return new SqliteLog(storage.store, options);
  return PostgresLog.open(storage.store, options);
}
