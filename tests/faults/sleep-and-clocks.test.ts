import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { VisitorDriver } from './support/clients.ts';
import { Laptop } from './support/laptop.ts';
import { IS_LONG, report } from './support/report.ts';
import { NO_RATES } from './support/no-limits.ts';
import { eventually, until } from './support/until.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');
/** Beyond heartbeat and patience of the server for a visitor, so that it has given the sleeper up. */
const SLEEP_MS = IS_LONG ? 10 * 60_000 : 40_000;
/** What is promised is 10 s of use, and 1 s once the socket is back; a busy machine gets some more. */
const NOTICED_MAX_MS = 15_000;
const CAUGHT_UP_MAX_MS = 5_000;
const WRITTEN_MEANWHILE = 20;

/** A chat of a visitor on a laptop, through the proxy, with an agent who is not behind it. */
async function chatOnLaptop(centre: Centre, laptop: Laptop) {
  const visitor = centre.visitor('visitor', true, {
    clock: laptop.clock,
    surroundings: laptop.surroundings,
  });
  const agent = await centre.agent('Ana', { direct: true });
  const conversation = await visitor.conversation();
  await visitor.send('Good morning');
  await agent.take(conversation);
  agent.open(conversation);
  await centre.history.until(() => centre.history.settled, 'the first message', 30_000);
  const writeMeanwhile = async (): Promise<void> => {
    for (let number = 1; number <= WRITTEN_MEANWHILE; number++)
      await agent.send(conversation, `meanwhile ${number}`);
  };
  return { visitor, writeMeanwhile };
}

const lastWord = `meanwhile ${WRITTEN_MEANWHILE}`;

/** Milliseconds from the welcome of the next connection until what was missed is shown. */
async function catchUp(visitor: VisitorDriver): Promise<number> {
  await visitor.online();
  const back = performance.now();
  await until(
    visitor.client.conversation,
    ({ entries }) =>
      entries.some((each) => 'body' in each && 'text' in each.body && each.body.text === lastWord),
    'what was missed',
  );
  return performance.now() - back;
}

test.concurrent(
  '[DL7] R6: a laptop that slept notices within 10 s of use that its socket is dead, and catches up',
  async () => {
    await inCentre('R6 asleep', async (centre) => {
      const { proxy, history, random } = centre;
      const laptop = new Laptop();
      const { visitor, writeMeanwhile } = await chatOnLaptop(centre, laptop);
      laptop.sleep();
      proxy.set({ blackHole: 'both' });
      await writeMeanwhile();
      await delay(SLEEP_MS);
      proxy.set({});
      const { swallowed } = proxy.struck;
      const slept = laptop.wake();
      const used = performance.now();
      await visitor.send('awake again');
      const gone = ({ state }: { state: string }): boolean => state === 'reconnecting';
      await until(visitor.client.connection, gone, 'the dead socket is noticed', NOTICED_MAX_MS);
      const noticedMs = performance.now() - used;
      const caughtUpMs = await catchUp(visitor);
      history.healed();
      const verdict = await centre.judge();
      report({
        ...{ row: 'R6', fault: 'a laptop sleeps, its socket dies unseen', verdict, seed: random.seed },
        struck: {
          swallowed,
          'slept, s': Math.round(slept / 1_000),
          'noticed after ms': Math.round(noticedMs),
          'caught up after ms': Math.round(caughtUpMs),
        },
      });
      expect(swallowed).toBeGreaterThan(0);
      expect(slept).toBeGreaterThanOrEqual(SLEEP_MS);
      expect(caughtUpMs).toBeLessThan(CAUGHT_UP_MAX_MS);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: WRITTEN_MEANWHILE + 2, unknown: 0 });
    });
  },
  SLEEP_MS + 4 * 60_000,
);

test.concurrent('[DL7] R6: with another network the chat goes on at once', async () => {
  await inCentre('R6 another network', async (centre) => {
    const { proxy, history, random } = centre;
    const laptop = new Laptop();
    const { visitor, writeMeanwhile } = await chatOnLaptop(centre, laptop);
    proxy.set({ blackHole: 'both' });
    await visitor.send('leaving the house');
    await writeMeanwhile();
    await eventually(() => proxy.struck.swallowed > 0, 'something is lost on the old network');
    laptop.network = false;
    await until(visitor.client.connection, ({ state }) => state === 'offline', 'offline is said');
    proxy.set({});
    const joined = performance.now();
    laptop.network = true;
    await visitor.online();
    const backMs = performance.now() - joined;
    const caughtUpMs = await catchUp(visitor);
    history.healed();
    const verdict = await centre.judge();
    const { swallowed } = proxy.struck;
    report({
      ...{
        row: 'R6',
        fault: 'another network; the old socket never hears of it',
        verdict,
        seed: random.seed,
      },
      struck: {
        swallowed,
        'back after ms': Math.round(backMs),
        'caught up after ms': Math.round(caughtUpMs),
      },
    });
    expect(swallowed).toBeGreaterThan(0);
    expect(backMs).toBeLessThan(NOTICED_MAX_MS);
    expect(caughtUpMs).toBeLessThan(CAUGHT_UP_MAX_MS);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: WRITTEN_MEANWHILE + 2, unknown: 0 });
  });
});

const HOUR_MS = 60 * 60_000;

test.concurrent(
  "[DL3] R12: the server's clock goes back by an hour, and again before a start: one order, and chats are offered",
  async () => {
    await inCentre(
      'R12 server',
      async (centre) => {
        const { server, history, random } = centre;
        const { visitor, agent, conversation } = await centre.chat();
        const exchange = async (when: string): Promise<void> => {
          for (let number = 1; number <= 10; number++) {
            await visitor.send(`${when}, message ${number}`);
            await agent.send(conversation, `${when}, answer ${number}`);
          }
          await history.until(() => history.unanswered === 0, when, 60_000);
        };
        await exchange('before');
        process.kill(server.pid, 'SIGUSR2');
        await exchange('an hour earlier');
        const guest = centre.visitor('guest');
        await guest.send('Is anybody there?');
        await agent.take(await guest.conversation());
        await server.kill();
        await centre.comeBack({ FAULT_CLOCK_SHIFT_MS: String(-2 * HOUR_MS) });
        await exchange('two hours earlier');
        const shifts = [...server.output().matchAll(/the clock is off by (-?\d+) ms/g)].map(([, ms]) =>
          Number(ms),
        );
        history.healed();
        const verdict = await centre.judge();
        report({
          ...{ row: 'R12', fault: "the server's clock goes back, and again before a start", verdict },
          ...{ struck: { 'clock went back': shifts.length, kills: 1 }, seed: random.seed },
        });
        expect(shifts).toEqual([-HOUR_MS, -2 * HOUR_MS]);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ stored: 62, unknown: 0 });
      },
      { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
    );
  },
);
