import { IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newCommandId, platformRandom } from '../lib/ids.ts';
import { type OutboxBox, addEntry, refuseEntry, removeEntries, retryEntry } from './outbox-box.ts';
import { type OutboxStore, indexedDbOutboxStore, memoryOutboxStore } from './outbox-store.ts';

const add = (text: string) => (box: OutboxBox) =>
  addEntry(box, { id: newCommandId(1), lane: 'a', at: 1, body: { type: 'chat.send', text } });
const texts = (box: OutboxBox): string[] => box.entries.map(({ n, body }) => `${n} ${body.text}`);

const WAITING = 2_500;

/** How often IndexedDB was asked for what, since it was asked last. */
function countRequests(): () => Record<string, number> {
  let counts: Record<string, number> = {};
  const methods = ['get', 'getAll', 'getAllKeys', 'put', 'delete'] as const;
  for (const method of methods) {
    const real = IDBObjectStore.prototype[method] as (...parameters: unknown[]) => unknown;
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
      this: unknown,
      ...parameters: unknown[]
    ) {
      counts[method] = (counts[method] ?? 0) + 1;
      return real.apply(this, parameters) as never;
    });
  }
  return () => {
    const counted = counts;
    counts = {};
    return counted;
  };
}

/** What every store of an outbox keeps to. */
function outboxStoreContract(open: () => OutboxStore): void {
  test('[DL5] a change is there for the next one', async () => {
    const store = open();
    const { device } = await store.change((box) => ({ device: box.device }));
    await store.change(add('one'));
    expect(await store.change(texts)).toEqual(['1 one']);
    expect(await store.change((box) => box.device)).toBe(device);
  });

  test('[DL3] changes that are asked for at once run one after the other, in their order', async () => {
    const store = open();
    const added = await Promise.all(['one', 'two', 'three'].map((text) => store.change(add(text))));
    expect(added.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(await store.change(texts)).toEqual(['1 one', '2 two', '3 three']);
  });

  test('a change that throws leaves nothing behind and is told', async () => {
    const store = open();
    await store.change(add('one'));
    const failing = store.change((box) => {
      add('two')(box);
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await store.change(texts)).toEqual(['1 one']);
  });

  test('a box that was kept from an older change is not the store’s', async () => {
    const store = open();
    const kept = await store.change((box) => box);
    await store.change(add('one'));
    kept.entries.push();
    kept.lanes.length = 0;
    expect(await store.change(texts)).toEqual(['1 one']);
    expect(await store.change((box) => box.lanes.length)).toBe(1);
  });
}

describe('in memory', () => {
  outboxStoreContract(() => memoryOutboxStore(platformRandom));

  test('begins with what was known', async () => {
    const first = memoryOutboxStore(platformRandom);
    await first.change(add('one'));
    const second = memoryOutboxStore(platformRandom, await first.change((box) => box));
    expect(await second.change(texts)).toEqual(['1 one']);
  });
});

describe('in IndexedDB', () => {
  beforeEach(() => {
    vi.stubGlobal('indexedDB', new IDBFactory());
    vi.stubGlobal('IDBKeyRange', IDBKeyRange);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  outboxStoreContract(() => indexedDbOutboxStore('site', platformRandom));

  test('[DL5] it survives the page, and another tab sees it', async () => {
    const [one, other] = [
      indexedDbOutboxStore('site', platformRandom),
      indexedDbOutboxStore('site', platformRandom),
    ];
    await one.change(add('one'));
    await other.change(add('two'));
    expect(await one.change(texts)).toEqual(['1 one', '2 two']);
    one.close();
    expect(await indexedDbOutboxStore('site', platformRandom).change(texts)).toEqual(['1 one', '2 two']);
  });

  test('sites do not see each other', async () => {
    await indexedDbOutboxStore('site', platformRandom).change(add('one'));
    const other = indexedDbOutboxStore('other', platformRandom);
    expect(await other.change(texts)).toEqual([]);
  });

  test('[DL5] it is written with durability strict', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await indexedDbOutboxStore('site', platformRandom).change(add('one'));
    expect(transaction).toHaveBeenCalledWith('boxes', 'readwrite', { durability: 'strict' });
  });

  test('a message costs the same behind thousands that wait', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    const waiting = await store.change((box) =>
      Array.from({ length: WAITING }, (_, index) => add(`${index}`)(box)),
    );
    const asked = countRequests();
    const { id } = await store.change(add('one more'));
    // The header is read, the entry and the header are written.
    expect(asked()).toEqual({ get: 1, put: 2 });
    await store.change((box) => removeEntries(box, new Set([waiting[0]?.id ?? ''])));
    expect(asked()).toEqual({ get: 1, put: 1, delete: 1 });
    await store.change((box) => refuseEntry(box, id, 'too-large', 'Too long.'));
    expect(asked()).toEqual({ get: 1, put: 2 });
    expect(await store.change((box) => box.entries.length)).toBe(WAITING);
    expect(asked()).toEqual({ get: 1, put: 1 });
  });

  test('what another tab changed is read once', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    const other = indexedDbOutboxStore('site', platformRandom);
    await store.change(add('one'));
    await other.change(add('two'));
    const asked = countRequests();
    expect(await store.change(texts)).toEqual(['1 one', '2 two']);
    expect(asked()).toMatchObject({ getAll: 1 });
    await store.change(add('three'));
    expect(asked()).toEqual({ get: 1, put: 2 });
    expect(await other.change(texts)).toEqual(['1 one', '2 two', '3 three']);
  });

  test('entries keep their order over replacing, removing and a new page', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    const [one, two] = [await store.change(add('one')), await store.change(add('two'))];
    await store.change(add('three'));
    await store.change((box) => refuseEntry(box, one.id, 'too-large', 'Too long.'));
    await store.change((box) => removeEntries(box, new Set([two.id])));
    const ordered = async (from: OutboxStore): Promise<string[]> =>
      from.change((box) => box.entries.map(({ body }) => body.text));
    expect(await ordered(indexedDbOutboxStore('site', platformRandom))).toEqual(['one', 'three']);
    await store.change((box) => retryEntry(box, one.id, newCommandId(2)));
    expect(await ordered(store)).toEqual(['three', 'one']);
    expect(await ordered(indexedDbOutboxStore('site', platformRandom))).toEqual(['three', 'one']);
  });

  test('what the page’s scripts wrote into the records is left out', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    await store.change(add('one'));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (
      this: IDBObjectStore,
      _: unknown,
      key?: IDBValidKey,
    ) {
      return this.put({ id: 'no command' }, key);
    });
    await store.change(add('two'));
    expect(put).toHaveBeenCalled();
    expect(await indexedDbOutboxStore('site', platformRandom).change(texts)).toEqual(['1 one']);
  });

  test('a browser that denies it is told of, and asked again the next time', async () => {
    const denied = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const store = indexedDbOutboxStore('site', platformRandom);
    await expect(store.change(texts)).rejects.toThrow('denied');
    denied.mockRestore();
    expect(await store.change(texts)).toEqual([]);
  });

  test('a connection that the browser has closed is opened anew', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    await store.change(add('one'));
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    });
    await expect(store.change(texts)).rejects.toThrow('closing');
    expect(await store.change(texts)).toEqual(['1 one']);
  });

  test('a full disk is told of, and what was there stays', async () => {
    const store = indexedDbOutboxStore('site', platformRandom);
    await store.change(add('one'));
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(store.change(add('two'))).rejects.toThrow('full');
    expect(await store.change(texts)).toEqual(['1 one']);
  });
});
