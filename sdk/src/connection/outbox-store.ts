import type { RandomBytes } from '../lib/ids.ts';
import { type OutboxBox, type OutboxEntry, copyOf, emptyBox, readBox, readEntry } from './outbox-box.ts';

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
        const box = copyOf(kept);
        const result = change(box);
        kept = copyOf(box);
        resolve(result);
      });
    },
    close: () => undefined,
  };
}

const DATABASE = 'alongside';
const BOXES = 'boxes';

/** What stands under the key of a box: all but its entries, each of which is a record of its own. */
interface Header extends Omit<OutboxBox, 'entries'> {
  /** Counts changes of the entries. */
  version: number;
  /** Place of the next entry: records lie under `[key, place]`. */
  next: number;
}

/** The entries as this page knows them, good as long as no other one changes them. */
interface Known {
  device: string;
  version: number;
  /** In their order, each with its place. */
  places: Map<OutboxEntry, number>;
}

/**
 * A box in the browser's IndexedDB, under `key`. Rejects where IndexedDB is denied, full or gone. A change reads and
 * writes no entries but those that it changes, so that a message costs the same behind thousands that wait.
 */
export function indexedDbOutboxStore(key: string, random: RandomBytes): OutboxStore {
  const box = new StoredBox(key, random);
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
        return await box.change(database, change);
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
    request.onerror = () => reject(request.error ?? new Error('IndexedDB denied'));
    request.onblocked = () => reject(new Error('IndexedDB blocked'));
  });
}

class StoredBox {
  readonly #key: string;
  readonly #random: RandomBytes;
  /** As of the last change that is on disk. */
  #known: Known | undefined;

  constructor(key: string, random: RandomBytes) {
    this.#key = key;
    this.#random = random;
  }

  change<T>(database: IDBDatabase, change: (box: OutboxBox) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      // The default, relaxed, resolves before the data is on disk.
      const transaction = database.transaction(BOXES, 'readwrite', { durability: 'strict' });
      const records = transaction.objectStore(BOXES);
      let answer: { result: T; known: Known } | undefined;
      const orAbort = (work: () => void) => () => {
        try {
          work();
        } catch (error) {
          transaction.abort();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const header = records.get(this.#key) as IDBRequest<Partial<Header> | undefined>;
      header.onsuccess = orAbort(() => {
        const { device, version } = header.result ?? {};
        const known = this.#known;
        const carryOut = (places: Known['places']): void => {
          answer = this.#carryOut(records, header.result, places, change);
        };
        if (known && known.device === device && known.version === version) carryOut(known.places);
        else this.#read(records, (places) => orAbort(() => carryOut(places))());
      });
      transaction.oncomplete = () => {
        if (answer) {
          this.#known = answer.known;
          resolve(answer.result);
        } else reject(new Error('no answer'));
      };
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB aborted'));
    });
  }

  /** All entries, as another page or an earlier visit left them. */
  #read(records: IDBObjectStore, then: (places: Known['places']) => void): void {
    const all = IDBKeyRange.bound([this.#key], [this.#key, []]);
    const keys = records.getAllKeys(all);
    const values = records.getAll(all);
    values.onsuccess = () => {
      const places: Known['places'] = new Map();
      for (const [index, value] of values.result.entries()) {
        const key = keys.result[index] as [string, number];
        const entry = readEntry(value);
        if (entry) places.set(entry, key[1]);
        else records.delete(key);
      }
      then(places);
    };
  }

  #carryOut<T>(
    records: IDBObjectStore,
    header: Partial<Header> | undefined,
    before: Known['places'],
    change: (box: OutboxBox) => T,
  ): { result: T; known: Known } {
    const box = { ...readBox(header, this.#random), entries: [...before.keys()] };
    let { next = 0, version = 0 } = header ?? {};
    const result = change(box);
    const gone = new Map([...before].map(([{ id }, place]) => [id, place]));
    const places: Known['places'] = new Map();
    const changed: [OutboxEntry, number][] = [];
    for (const entry of box.entries) {
      // One that was replaced keeps its place.
      const place = gone.get(entry.id) ?? next++;
      gone.delete(entry.id);
      places.set(entry, place);
      if (!before.has(entry)) changed.push([entry, place]);
    }
    for (const [entry, place] of changed) records.put(entry, [this.#key, place]);
    for (const place of gone.values()) records.delete([this.#key, place]);
    if (changed.length + gone.size > 0) version++;
    const { device, lanes } = box;
    records.put({ device, lanes, version, next } satisfies Header, this.#key);
    return { result, known: { device, version, places } };
  }
}
