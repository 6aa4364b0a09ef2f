import { systemClock } from '@alongside/sdk/shared';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lacks } from '../../../tests/support/programs.ts';
import { sharedRedis, startRedisServer, stopRedisServer } from '../../../tests/support/redis.ts';
import { newToken } from '../lib/random-token.ts';
import type { Bus } from './bus.ts';
import { InProcessBus } from './in-process-bus.ts';
import { RedisBus } from './redis-bus.ts';

/** Ends of one bus: what is published at one is heard at the other. */
interface Ends {
  here: Bus;
  there: Bus;
  /** Waits until what was published has arrived. */
  settle: () => Promise<void>;
}

const opened: RedisBus[] = [];
afterEach(() => {
  for (const bus of opened.splice(0)) bus.close();
});

async function openRedisBus(redisUrl: string, centre: string, said: string[] = []): Promise<RedisBus> {
  const report = (problem: string): void => void said.push(problem);
  const bus = await RedisBus.open({ redisUrl, centre, clock: systemClock, report });
  opened.push(bus);
  return bus;
}

async function twoProcesses(): Promise<Ends> {
  const { url } = await sharedRedis();
  const centre = newToken();
  const [here, there] = [await openRedisBus(url, centre), await openRedisBus(url, centre)];
  return { here, there, settle: () => passed(here, there) };
}

/** One channel keeps the order: what comes after all else has come. */
function passed(here: Bus, there: Bus): Promise<void> {
  return new Promise((resolve) => {
    const stop = there.subscribe('revoked', 'the last', () => {
      stop();
      resolve();
    });
    here.publish('revoked', 'the last', { reason: '' });
  });
}

function inOneProcess(bus: Bus): Ends {
  return { here: bus, there: bus, settle: () => Promise.resolve() };
}

/** What every bus keeps; another one joins this list. */
const BUSES: { name: string; needs?: 'redis'; open: () => Promise<Ends> }[] = [
  { name: 'in one process', open: () => Promise.resolve(inOneProcess(new InProcessBus())) },
  {
    name: 'through Redis, heard by the process that says it',
    needs: 'redis',
    open: async () => inOneProcess((await twoProcesses()).here),
  },
  { name: 'through Redis, heard by another process', needs: 'redis', open: twoProcesses },
];

describe.each(BUSES)('the bus $name', ({ open, needs }) => {
  const isMissing = needs !== undefined && lacks(needs);

  test.skipIf(isMissing)(
    'tells all who listen to a topic and key, in the order of publishing, and nobody else',
    async () => {
      const { here, there, settle } = await open();
      const heard: string[] = [];
      there.subscribe('revoked', 'one', ({ reason }) => heard.push(`a ${reason}`));
      there.subscribe('revoked', 'one', ({ reason }) => heard.push(`b ${reason}`));
      there.subscribe('revoked', 'two', ({ reason }) => heard.push(`c ${reason}`));
      here.publish('revoked', 'one', { reason: 'first' });
      here.publish('revoked', 'one', { reason: 'second' });
      here.publish('revoked', 'three', { reason: 'unheard' });
      await settle();
      expect(heard.filter((text) => text.startsWith('a'))).toEqual(['a first', 'a second']);
      expect(heard.filter((text) => text.startsWith('b'))).toEqual(['b first', 'b second']);
      expect(heard).toHaveLength(4);
    },
  );

  test.skipIf(isMissing)('tells nothing to who has left, also while it is telling', async () => {
    const { here, there, settle } = await open();
    const heard: string[] = [];
    const stop = there.subscribe('revoked', 'one', ({ reason }) => {
      heard.push(reason);
      stop();
    });
    here.publish('revoked', 'one', { reason: 'first' });
    await settle();
    here.publish('revoked', 'one', { reason: 'second' });
    await settle();
    stop();
    expect(heard).toEqual(['first']);
  });

  test.skipIf(isMissing)('a listener that fails harms neither the publisher nor the others', async () => {
    const { here, there, settle } = await open();
    const heard: string[] = [];
    there.subscribe('revoked', 'one', () => {
      throw new Error('a fault');
    });
    there.subscribe('revoked', 'one', ({ reason }) => heard.push(reason));
    here.publish('revoked', 'one', { reason: 'first' });
    await settle();
    expect(heard).toEqual(['first']);
  });
});

describe.skipIf(lacks('redis'))('the bus through Redis', () => {
  test('two centres on one Redis do not hear each other', async () => {
    const { url } = await sharedRedis();
    const [here, there] = [await openRedisBus(url, newToken()), await openRedisBus(url, newToken())];
    const heard: string[] = [];
    there.subscribe('revoked', 'one', ({ reason }) => heard.push(reason));
    here.publish('revoked', 'one', { reason: 'not yours' });
    await passed(here, here);
    await passed(there, there);
    expect(heard).toEqual([]);
  });

  test('[DL14] Redis killed: said, in trouble until it is back, then heard again, without a restart', async () => {
    const redis = await startRedisServer();
    const said: string[] = [];
    const centre = newToken();
    const [here, there] = [
      await openRedisBus(redis.url, centre, said),
      await openRedisBus(redis.url, centre),
    ];
    expect([here.trouble, there.trouble]).toEqual([undefined, undefined]);
    await stopRedisServer(redis, 'SIGKILL');
    await vi.waitUntil(() => here.trouble === 'bus-down' && there.trouble !== undefined, { timeout: 20_000 });
    here.publish('revoked', 'one', { reason: 'lost' });
    expect(here.dropped).toBe(1);
    const again = await startRedisServer(redis.port);
    onTestFinished(() => stopRedisServer(again));
    await vi.waitUntil(() => here.trouble === undefined && there.trouble === undefined, { timeout: 20_000 });
    expect(said).toEqual(['bus-trouble', 'bus-recovered']);
    await passed(here, there);
  }, 60_000);

  test('[DL14] a Redis that is not there at the start is trouble, no failure', async () => {
    const said: string[] = [];
    const bus = await openRedisBus('redis://127.0.0.1:1', newToken(), said);
    expect(bus.trouble).toBe('bus-down');
    expect(said).toEqual(['bus-trouble']);
  });
});
