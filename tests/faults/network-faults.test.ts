import { expect, test } from 'vitest';
import { type Centre, inCentre } from './support/centre.ts';
import type { VisitorDriver } from './support/clients.ts';
import { complaints } from './support/checker.ts';
import type { Direction } from './support/fault-proxy.ts';
import { IS_LONG, report } from './support/report.ts';
import { until } from './support/until.ts';

/** From now on the client does not wait for its backoff, so that a run of many cuts is short. */
function withoutPatience(visitor: VisitorDriver): void {
  visitor.client.connection.subscribe(({ state }) => {
    if (state === 'reconnecting') queueMicrotask(() => visitor.client.hurry());
  });
}

/** Bytes that one message and its answers cost in each direction. */
async function measureExchange(
  { proxy, history }: Centre,
  visitor: VisitorDriver,
): Promise<Record<Direction, number>> {
  const before = { ...proxy.passed };
  await visitor.send('measured');
  await history.until(() => history.settled, 'an undisturbed exchange', 30_000);
  return { up: proxy.passed.up - before.up, down: proxy.passed.down - before.down };
}

/** Sends one message, whose exchange is cut after `bytes` of a direction. */
async function sendCut(
  centre: Centre,
  visitor: VisitorDriver,
  direction: Direction,
  bytes: number,
): Promise<void> {
  const { proxy, history } = centre;
  await visitor.online();
  const struck = proxy.cutAfter(direction, bytes);
  await visitor.send(`cut ${direction} ${bytes}`);
  await struck;
  await history.until(() => history.settled, `cut after ${bytes} bytes ${direction}`, 30_000);
}

/** In `npm test` one offset of so many, beginning at random. */
const OFFSETS_STEP = IS_LONG ? 1 : 11;

test(
  '[DL2] R5: a connection that is cut after any byte of a send and its answers leaves exactly one event',
  async () => {
    await inCentre('R5', async (centre) => {
      const { proxy, history, random } = centre;
      const visitor = centre.visitor();
      await visitor.send('first');
      await history.until(() => history.settled, 'the first message', 30_000);
      withoutPatience(visitor);
      const size = await measureExchange(centre, visitor);
      expect(size.up).toBeGreaterThan(100);
      expect(size.down).toBeGreaterThan(200);
      let cuts = 0;
      for (const direction of ['up', 'down'] as const) {
        for (
          let bytes = random.integer(0, OFFSETS_STEP - 1);
          bytes <= size[direction];
          bytes += OFFSETS_STEP
        ) {
          await sendCut(centre, visitor, direction, bytes);
          cuts++;
        }
      }
      history.healed();
      const verdict = await centre.judge();
      const { cut } = proxy.struck;
      report({
        row: 'R5',
        fault: 'TCP cut after a byte offset of a send/ack exchange',
        struck: { cut },
        verdict,
        seed: random.seed,
      });
      expect(cut).toBe(cuts);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: cuts + 2, unknown: 0 });
    });
  },
  IS_LONG ? 30 * 60_000 : 4 * 60_000,
);

/** What is promised is 10 s of use; a busy machine gets some more. */
const NOTICED_MAX_MS = 15_000;

test.concurrent(
  '[DL7] R6: a black hole is noticed within 10 s of use, and what was written in it arrives after it',
  async () => {
    await inCentre('R6', async (centre) => {
      const { proxy, history, random } = centre;
      const { visitor, agent, conversation } = await centre.chat();
      proxy.set({ blackHole: 'both' });
      const begin = performance.now();
      await visitor.send('into the dark');
      await agent.send(conversation, 'is anybody there?');
      const gone = ({ state }: { state: string }): boolean => state === 'reconnecting';
      await Promise.all([
        until(visitor.client.connection, gone, 'the visitor notices', NOTICED_MAX_MS),
        until(agent.client.connection, gone, 'the agent notices', NOTICED_MAX_MS),
      ]);
      const noticedMs = performance.now() - begin;
      const { swallowed } = proxy.struck;
      proxy.set({});
      // Tries that fell into the hole end by themselves after 10 s; then the socket is back.
      await Promise.all([visitor.online(), agent.online()]);
      history.healed();
      const verdict = await centre.judge();
      report({
        ...{ row: 'R6', fault: 'black hole while both write; noticed by use', verdict, seed: random.seed },
        struck: { swallowed, 'noticed after ms': Math.round(noticedMs) },
      });
      expect(swallowed).toBeGreaterThanOrEqual(2);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: 3, unknown: 0 });
    });
  },
);

const MESSAGES = 100;

test.concurrent(
  '[DL3] [DL4] R7: doubled and swapped frames both ways, and lost live entries, keep one order',
  async () => {
    await inCentre('R7', async (centre) => {
      const { proxy, history, random } = centre;
      const { visitor, agent, conversation } = await centre.chat();
      proxy.set({
        delayMs: [0, 5],
        frames: (direction, text) => {
          const { type } = JSON.parse(text) as { type: string };
          if (direction === 'down' && type === 'entry' && random.chance(0.05)) return 'drop';
          if (type !== 'command' && type !== 'entry' && type !== 'ack') return 'pass';
          return random.chance(0.15) ? 'twice' : random.chance(0.15) ? 'later' : 'pass';
        },
      });
      for (let number = 1; number <= MESSAGES / 2; number++) {
        await visitor.send(`message ${number}`);
        await agent.send(conversation, `answer ${number}`);
      }
      await history.until(() => history.unanswered === 0, 'all answered', 50_000);
      const { struck } = proxy;
      proxy.set({});
      history.healed();
      const verdict = await centre.judge();
      const {
        'frame-dropped': dropped,
        'frame-doubled': doubled,
        'frame-swapped': swapped,
        delayed,
      } = struck;
      report({
        row: 'R7',
        fault: 'frames doubled, swapped, delayed; live entries lost',
        struck: { dropped, doubled, swapped, delayed },
        verdict,
        seed: random.seed,
      });
      expect(Math.min(dropped, doubled, swapped)).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: MESSAGES + 1, unknown: 0 });
    });
  },
);

test.concurrent(
  '[DL4] R8: a live entry that was the last and got lost is found by the heartbeat within 30 s',
  async () => {
    await inCentre('R8', async (centre) => {
      const { proxy, history, random } = centre;
      const { visitor, agent, conversation } = await centre.chat();
      proxy.set({
        frames: (_, text) => {
          const { type } = JSON.parse(text) as { type: string };
          return type === 'entry' && text.includes('the last word') ? 'drop' : 'pass';
        },
      });
      const connections = visitor.connections;
      await agent.send(conversation, 'the last word');
      await history.until(() => history.unanswered === 0, 'stored', 10_000);
      const dropped = proxy.struck['frame-dropped'];
      history.healed();
      const verdict = await centre.judge();
      report({
        row: 'R8',
        fault: 'the last live frame lost, to the visitor and to the agent',
        struck: { dropped },
        verdict,
        seed: random.seed,
      });
      expect(dropped).toBe(2);
      expect(complaints(verdict)).toEqual([]);
      // By the heartbeat after 25 s: a client that hears nothing for 35 s would have connected anew.
      expect(visitor.connections).toBe(connections);
    });
  },
);

test.concurrent(
  '[DL4] R8: a change of the desk that was the last and got lost is found by the heartbeat',
  async () => {
    await inCentre('R8 desk', async (centre) => {
      const { proxy, history, random } = centre;
      const agent = await centre.agent();
      await agent.online();
      await agent.client.setPresence('available');
      proxy.set({
        frames: (_, text) => ((JSON.parse(text) as { type: string }).type === 'desk.patch' ? 'drop' : 'pass'),
      });
      const begun = performance.now();
      const visitor = centre.visitor();
      await visitor.send('ringing?');
      await until(
        agent.client.desk,
        (rows) => [...rows.values()].some(({ type }) => type === 'offer'),
        'an offer',
      );
      const shownMs = Math.round(performance.now() - begun);
      const { 'frame-dropped': dropped } = proxy.struck;
      expect(agent.connections).toBe(1);
      history.healed();
      const verdict = await centre.judge();
      report({
        ...{ row: 'R8', fault: 'all changes of the desk lost; an offer is shown all the same', verdict },
        ...{ struck: { dropped, 'shown after ms': shownMs }, seed: random.seed },
      });
      expect(dropped).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
    });
  },
);
