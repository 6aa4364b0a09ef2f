/** A thread that moves pages of a write-ahead log into its file, so that the server's own thread need not. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { oneLine } from '../lib/report.ts';
import type { MoveAnswer, MoveRequest } from './checkpoints.ts';

parentPort?.on('message', ({ path }: MoveRequest) => {
  parentPort?.postMessage(moved(path));
});

/** Open only for as long as it works: whoever closes the file last must be the store itself. */
function moved(path: string): MoveAnswer {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // PASSIVE neither waits for the writer nor makes it wait; FULL syncs the file before the log may be begun anew.
    database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)');
    return {};
  } catch (error) {
    return { error: oneLine(error) };
  } finally {
    database?.close();
  }
}
