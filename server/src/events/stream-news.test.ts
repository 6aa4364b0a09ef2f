import type { Clock } from '@alongside/sdk/shared';
import { describe, expect, test } from 'vitest';
import type { Bus, BusHealth } from '../bus/bus.ts';
import { InProcessBus } from '../bus/in-process-bus.ts';
import type { Appended, StoredEvent } from './log.ts';
import { NewsBetweenProcesses, type Place, type SharedLog } from './stream-news.ts';

const STREAM = 'cnv_1';

function eventOf(seq: number): StoredEvent {
  return { stream: STREAM, seq } as StoredEvent;
}

/** One store of one stream, as several processes see it. */
class Store {
  head = 0;
  reads = 0;
  lookups = 0;
  fails = false;

  newerThan(places: readonly Place[]): Promise<{ stream: string; head: number }[]> {
    this.lookups++;
    return Promise.resolve(
      places.flatMap(({ stream, seq }) => (this.head > seq ? [{ stream, head: this.head }] : [])),
    );
  }

  eventsAfter(_stream: string, after: number, limit: number): Promise<StoredEvent[]> {
    this.reads++;
    if (this.fails) return Promise.reject(new Error('planted'));
    const count = Math.min(limit, this.head - after);
    return Promise.resolve(Array.from({ length: count }, (_, index) => eventOf(after + index + 1)));
  }
}

/** A bus that loses what it is told to lose. */
class LossyBus extends InProcessBus {
  loses = false;
  override publish(...message: Parameters<Bus['publish']>): void {
    if (!this.loses) super.publish(...message);
  }
}

/** One process: what its listeners were told, and timers that the test fires. */
function processOn(store: Store, bus: Bus) {
  const listeners = new Set<(appended: Appended) => void>();
  const announce = (appended: Appended): void => {
    for (const listener of [...listeners]) listener(appended);
  };
  const log = {
    onAppended: (then: (appended: Appended) => void) => {
      listeners.add(then);
      return () => listeners.delete(then);
    },
    newerThan: (places: readonly Place[]) => store.newerThan(places),
    eventsAfter: (stream: string, after: number, limit: number) => store.eventsAfter(stream, after, limit),
    announce,
  } as unknown as SharedLog;
  let timer: (() => void) | undefined;
  const clock = {
    after: (_milliseconds: number, then: () => void) => {
      timer = then;
      return () => (timer = undefined);
    },
  } as unknown as Clock;
  let trouble: BusHealth['trouble'];
  let changed: () => void = () => undefined;
  const health: BusHealth = {
    get trouble() {
      return trouble;
    },
    onChanged: (then) => {
      changed = then;
      return () => undefined;
    },
  };
  const problems: string[] = [];
  const news = new NewsBetweenProcesses({
    ...{ log, bus, health, clock },
    report: (problem) => void problems.push(problem),
  });
  const told: number[][] = [];
  listeners.add(({ events }) => told.push(events.map(({ seq }) => seq)));
  return {
    ...{ news, told, problems },
    append(count = 1) {
      const events = Array.from({ length: count }, () => eventOf(++store.head));
      announce({ stream: STREAM, site: 'shop', events });
    },
    async poll() {
      timer?.();
      await settled();
    },
    async busIs(next: BusHealth['trouble']) {
      trouble = next;
      changed();
      await settled();
    },
  };
}

/** Everything here is promises without timers: they are done by the next turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function twoProcesses() {
  const store = new Store();
  const bus = new LossyBus();
  return { store, bus, one: processOn(store, bus), other: processOn(store, bus) };
}

describe('news between processes', () => {
  test('[DL14] what one process appends is announced in the other, in order and once', async () => {
    const { one, other, store } = twoProcesses();
    other.news.follow(STREAM, 'shop').at(0);
    one.append();
    one.append(2);
    await settled();
    one.append();
    await settled();
    expect(other.told.flat()).toEqual([1, 2, 3, 4]);
    expect(one.told.flat()).toEqual([1, 2, 3, 4]);
    expect(store.reads).toBeLessThan(4);
  });

  test('a stream that nobody follows is not read', async () => {
    const { one, other, store } = twoProcesses();
    one.append();
    await settled();
    other.news.follow(STREAM, 'shop').stop();
    one.append();
    await settled();
    expect([store.reads, other.told]).toEqual([0, []]);
  });

  test('[DL14] what the bus loses is found by looking, also the last one', async () => {
    const { one, other, bus } = twoProcesses();
    other.news.follow(STREAM, 'shop').at(0);
    bus.loses = true;
    one.append(2);
    await settled();
    expect(other.told).toEqual([]);
    await other.poll();
    expect(other.told).toEqual([[1, 2]]);
    expect(other.news.foundLate).toBe(1);
    await other.poll();
    expect(other.told).toEqual([[1, 2]]);
  });

  test('[DL14] trouble of the bus, and its end, are followed by a look at once', async () => {
    const { one, other, bus } = twoProcesses();
    other.news.follow(STREAM, 'shop').at(0);
    bus.loses = true;
    one.append();
    await other.busIs('bus-down');
    expect(other.told).toEqual([[1]]);
    one.append();
    await other.busIs(undefined);
    expect(other.told).toEqual([[1], [2]]);
  });

  test('[DL4] an own entry on top of a foreign one that was not heard of brings that one too', async () => {
    const { one, other, bus } = twoProcesses();
    other.news.follow(STREAM, 'shop').at(0);
    bus.loses = true;
    one.append();
    other.append();
    await settled();
    // The own one at once; then both, from the store.
    expect(other.told).toEqual([[2], [1, 2]]);
  });

  test('[DL4] what is appended while a follower looks up where it is, is announced after that', async () => {
    const { one, other } = twoProcesses();
    const followed = other.news.follow(STREAM, 'shop');
    one.append(2);
    await settled();
    await other.poll();
    expect(other.told).toEqual([]);
    followed.at(1);
    await settled();
    expect(other.told).toEqual([[2]]);
  });

  test('[DL4] a second follower who is further back is told what the first one has', async () => {
    const { one, other, bus } = twoProcesses();
    const [first, second] = [other.news.follow(STREAM, 'shop'), other.news.follow(STREAM, 'shop')];
    bus.loses = true;
    one.append(3);
    first.at(3);
    second.at(2);
    await settled();
    expect(other.told).toEqual([[3]]);
  });

  test('who wants changes only is told that there is one, without entries', async () => {
    const { one, other, store } = twoProcesses();
    other.news.follow(STREAM, 'shop').fromNow();
    one.append();
    await settled();
    expect([other.told, store.reads]).toEqual([[[]], 0]);
  });

  test('a store that cannot be read is said, and read at the next look', async () => {
    const { one, other, store } = twoProcesses();
    other.news.follow(STREAM, 'shop').at(0);
    store.fails = true;
    one.append();
    await settled();
    expect(other.problems).toEqual(['news-not-read']);
    store.fails = false;
    await other.poll();
    expect(other.told).toEqual([[1]]);
  });
});
