import { describe, expect, test } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { newCommandId, platformRandom } from '../lib/ids.ts';
import { FailoverOutboxStore } from './failover-outbox-store.ts';
import { type OutboxBox, addEntry } from './outbox-box.ts';
import { type OutboxStore, memoryOutboxStore } from './outbox-store.ts';

const add = (text: string) => (box: OutboxBox) =>
  addEntry(box, { id: newCommandId(1), lane: 'a', at: 1, body: { type: 'chat.send', text } });
const texts = (box: OutboxBox): string[] => box.entries.map(({ n, body }) => `${n} ${body.text}`);

/** A durable store that works as long as `mood` says so. */
function setUp() {
  const time = new VirtualTime();
  const disk = memoryOutboxStore(platformRandom);
  const state: { mood: 'works' | 'rejects' | 'hangs' | 'rejects once'; changes: number } = {
    mood: 'works',
    changes: 0,
  };
  const durable: OutboxStore = {
    change: (change) => {
      state.changes++;
      const { mood } = state;
      if (mood === 'rejects once') state.mood = 'works';
      if (mood === 'hangs') return new Promise(() => undefined);
      return mood === 'works' ? disk.change(change) : Promise.reject(new Error('denied'));
    },
    close: () => undefined,
  };
  const store = new FailoverOutboxStore(durable, new MachineClock(time), platformRandom);
  return { time, disk, state, store };
}

describe('[DL5] a store that may be denied', () => {
  test('is durable while it works', async () => {
    const { store, disk } = setUp();
    expect(store.storage.value).toBe('opening');
    await store.change(add('one'));
    expect(store.storage.value).toBe('durable');
    expect(await disk.change(texts)).toEqual(['1 one']);
  });

  test('denied from the start, it is memory and says so', async () => {
    const { store, state } = setUp();
    state.mood = 'rejects';
    await store.change(add('one'));
    expect([store.storage.value, await store.change(texts)]).toEqual(['memory', ['1 one']]);
    expect(state.changes).toBe(1);
  });

  test('hanging for 2 s counts as denied', async () => {
    const { store, state, time } = setUp();
    state.mood = 'hangs';
    const saved = store.change(add('one'));
    await time.advance(1_999);
    expect(store.storage.value).toBe('opening');
    await time.advance(1);
    expect(await saved).toMatchObject({ n: 1 });
    expect(store.storage.value).toBe('memory');
  });

  test('failing later, it goes on in memory with what was known, under the same device', async () => {
    const { store, state } = setUp();
    const device = await store.change((box) => box.device);
    await store.change(add('one'));
    state.mood = 'rejects';
    await store.change(add('two'));
    expect([store.storage.value, await store.change(texts)]).toEqual(['memory', ['1 one', '2 two']]);
    expect(await store.change((box) => box.device)).toBe(device);
  });

  test('one failure, after which it works again, is no reason to leave it', async () => {
    const { store, state, disk } = setUp();
    await store.change(add('one'));
    state.mood = 'rejects once';
    await store.change(add('two'));
    expect(store.storage.value).toBe('durable');
    expect(await disk.change(texts)).toEqual(['1 one', '2 two']);
  });

  test('what is asked for while it fails keeps its order', async () => {
    const { store, state, time } = setUp();
    await store.change(add('one'));
    state.mood = 'hangs';
    const saved = Promise.all([store.change(add('two')), store.change(add('three'))]);
    await time.advance(5_000);
    expect((await saved).map(({ n }) => n)).toEqual([2, 3]);
  });

  test('without a durable store it is memory', async () => {
    const store = new FailoverOutboxStore(undefined, new MachineClock(new VirtualTime()), platformRandom);
    await store.change(add('one'));
    expect(store.storage.value).toBe('memory');
  });
});
