import { IDBDatabase, IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newCommandId, platformRandom } from '../lib/ids.ts';
import { type OutboxBox, addEntry } from './outbox-box.ts';
import { type OutboxStore, indexedDbOutboxStore, memoryOutboxStore } from './outbox-store.ts';

const add = (text: string) => (box: OutboxBox) =>
  addEntry(box, { id: newCommandId(1), lane: 'a', at: 1, body: { type: 'chat.send', text } });
const texts = (box: OutboxBox): string[] => box.entries.map(({ n, body }) => `${n} ${body.text}`);

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
