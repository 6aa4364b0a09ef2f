import type { RandomBytes } from '../lib/ids.ts';
import { type OutboxBox, emptyBox, readBox } from './outbox-box.ts';

/**
 * Keeps one box. Invariants, checked by one contract suite over all implementations:
 * - `change` runs alone: it sees all changes that were made before it, by other tabs too;
 * - when it resolves, the changed box is kept (on disk where the store is durable), whole;
 * - when it rejects, or the process dies first, nothing of it is kept, or all of it;
 * - a box belongs to its change: a later one gets a copy. Entries are replaced, never changed in place.
 */
export interface OutboxStore {
  change<T>(change: (box: OutboxBox) => T): Promise<T>;
  close(): void;
}

/** A box for as long as the page lives. */
export function memoryOutboxStore(random: RandomBytes, initial?: OutboxBox): OutboxStore {
  let kept = initial ?? emptyBox(random);
  return {
    change(change) {
      return new Promise((resolve) => {
        const box = structuredClone(kept);
        const result = change(box);
        kept = box;
        resolve(result);
      });
    },
    close: () => undefined,
  };
}

const DATABASE = 'alongside';
const BOXES = 'boxes';

/** A box in the browser's IndexedDB, under `key`. Rejects where IndexedDB is denied, full or gone. */
export function indexedDbOutboxStore(key: string, random: RandomBytes): OutboxStore {
  let opened: Promise<IDBDatabase> | undefined;
  const forget = (): void => {
    opened = undefined;
  };
  return {
    async change(change) {
      opened ??= openDatabase(forget);
      const database = await opened.catch((error: unknown) => {
        forget();
        throw error;
      });
      try {
        return await inTransaction(database, key, random, change);
      } catch (error) {
        // The browser may have ended the connection (storage cleared, its process restarted).
        database.close();
        forget();
        throw error;
      }
    },
    close() {
      void opened?.then(
        (database) => database.close(),
        () => undefined,
      );
    },
  };
}

function openDatabase(gone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(BOXES);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = gone;
      // A later version in another tab waits for us.
      database.onversionchange = () => {
        database.close();
        gone();
      };
      resolve(database);
    };
    request.onerror = () => reject(request.error ?? new Error('IndexedDB was denied'));
    request.onblocked = () => reject(new Error('IndexedDB is blocked'));
  });
}

function inTransaction<T>(
  database: IDBDatabase,
  key: string,
  random: RandomBytes,
  change: (box: OutboxBox) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    // The default, relaxed, resolves before the data is on disk.
    const transaction = database.transaction(BOXES, 'readwrite', { durability: 'strict' });
    const boxes = transaction.objectStore(BOXES);
    const request = boxes.get(key);
    let answer: { result: T } | undefined;
    request.onsuccess = () => {
      try {
        const box = readBox(request.result, random);
        answer = { result: change(box) };
        boxes.put(box, key);
      } catch (error) {
        transaction.abort();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    transaction.oncomplete = () => (answer ? resolve(answer.result) : reject(new Error('no answer')));
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up'));
  });
}
