import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';
import type { Storage, StorageOptions } from './storage.ts';

/** A folder for the SQLite file, or the address of a Postgres database (`postgres://…`). */
export type StoragePlace = { dataFolder: string } | { databaseUrl: string };

/**
 * Opens the store. The tables may be missing or old: call `migrate()` next.
 * @throws StartError for whatever an operator has to change: one clear line.
 */
export function openStorage(place: StoragePlace, options: StorageOptions): Promise<Storage> {
  return 'databaseUrl' in place
    ? openPostgres(place.databaseUrl, options)
    : openSqlite(place.dataFolder, options);
}
