import { expect, test } from 'vitest';
import { choosingPort } from '../../sdk/src/connection/choosing-port.ts';
import { platformPorts } from '../../sdk/src/connection/client-ports.ts';
import { webSocketPort } from '../../sdk/src/connection/socket-port.ts';
import { streamPort } from '../../sdk/src/connection/stream-port.ts';
import { platformRandom, systemClock } from '../../sdk/src/shared.ts';
import type { ClientPorts } from '../../sdk/src/visitor.ts';
import { metricOf } from '../support/metrics.ts';
import { FakeSurroundings } from '../support/simulation/fake-surroundings.ts';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver, VisitorDriver } from './support/clients.ts';
import type { Direction, Faults } from './support/fault-proxy.ts';
import { IS_LONG, report } from './support/report.ts';
import { eventually, until } from './support/until.ts';

/** As clients are outside of tests: a socket first, and what takes its place where it does not work. */
const asShipped = (): Partial<ClientPorts> => ({ socket: platformPorts('memory').socket });

/** What is promised is 3 s; a busy machine gets some more. */
const CHOSEN_MAX_MS = 15_000;
const EACH_WAY = 100;

/** Connections without a WebSocket, as the server counts them. */
function streams({ server }: Centre): Promise<number> {
  return metricOf(server, 'alongside_streams');
}

/** Milliseconds until a new client is welcomed. */
async function chosenIn(driver: VisitorDriver | AgentDriver): Promise<number> {
  const begun = performance.now();
  await until(driver.client.connection, ({ state }) => state === 'online', 'welcomed', CHOSEN_MAX_MS);
  return Math.round(performance.now() - begun);
}

/** Both sides write; `inTheMiddle` happens when half of it is said. */
async function talk(
  { history }: Centre,
  { visitor, agent, conversation }: Awaited<ReturnType<Centre['chat']>>,
  inTheMiddle: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  let struck: Promise<unknown> = Promise.resolve();
  for (let number = 1; number <= EACH_WAY; number++) {
    if (number === EACH_WAY / 2) struck = inTheMiddle();
    await visitor.send(`question ${number}`);
    await agent.send(conversation, `answer ${number}`);
  }
  await struck;
  await history.until(() => history.unanswered === 0, 'all answered', 50_000);
}

const WALLS: [string, Faults, 'upgrade-refused' | 'silenced'][] = [
  ['refuses to upgrade', { refuseUpgrade: true }, 'upgrade-refused'],
  ['takes the socket and is silent after it', { silentAfterUpgrade: true }, 'silenced'],
];

test.each(WALLS)(
  '[DL10] a proxy that %s: 100 messages each way over the stream, each once, in order',
  async (name, wall, fault) => {
    await inCentre(`DL10 ${fault}`, async (centre) => {
      const { proxy, history, random } = centre;
      proxy.set(wall);
      const visitor = centre.visitor('first', false, asShipped());
      const agent = await centre.agent('Ben', { ports: asShipped(), keeps: false });
      const [visitorMs, agentMs] = await Promise.all([chosenIn(visitor), chosenIn(agent)]);
      const chat = await centre.chat(asShipped);
      await talk(centre, chat);
      expect(await streams(centre)).toBe(4);
      history.healed();
      const verdict = await centre.judge();
      const blocked = proxy.struck[fault];
      report({
        ...{ row: 'DL10', fault: `a proxy that ${name}`, verdict, seed: random.seed },
        struck: { blocked, 'visitor welcomed after, ms': visitorMs, 'agent, ms': agentMs },
      });
      expect(blocked).toBeGreaterThanOrEqual(4);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: 2 * EACH_WAY + 1, unknown: 0 });
    });
  },
);

test('[DL10] a proxy that keeps the stream too: it says so, tries both ways, and sends all when one opens', async () => {
  await inCentre('DL10 kept', async (centre) => {
    const { proxy, history, random } = centre;
    proxy.set({ refuseUpgrade: true, keepStreams: true });
    const visitor = centre.visitor('visitor', false, asShipped());
    await visitor.send('written behind the wall');
    // A try by the stream, then one by the socket again, then the stream again.
    await eventually(() => proxy.struck['stream-kept'] >= 2, 'two tries by the stream', CHOSEN_MAX_MS * 2);
    expect(proxy.struck['upgrade-refused']).toBeGreaterThanOrEqual(2);
    expect(visitor.client.connection.value.state).toBe('reconnecting');
    expect(history.unanswered).toBe(1);
    proxy.set({ refuseUpgrade: true });
    history.healed();
    await visitor.online();
    const verdict = await centre.judge();
    const { 'stream-kept': kept, 'upgrade-refused': refused } = proxy.struck;
    report({
      ...{ row: 'DL10', fault: 'a proxy that keeps streams back and refuses sockets', verdict },
      ...{ struck: { kept, refused }, seed: random.seed },
    });
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 1, unknown: 0 });
  });
});

test('[DL1] [DL10] kill -9 of the server in the middle of 100 messages each way over the stream', async () => {
  await inCentre('DL10 kill', async (centre) => {
    const { proxy, server, history, random } = centre;
    proxy.set({ refuseUpgrade: true });
    const chat = await centre.chat(asShipped);
    await talk(centre, chat, async () => {
      await server.kill();
      await centre.comeBack();
      history.healed();
    });
    const verdict = await centre.judge();
    report({
      ...{ row: 'DL10', fault: 'kill -9 under 100 messages each way over the stream', verdict },
      ...{ struck: { kills: server.lives - 1 }, seed: random.seed },
    });
    expect(server.lives).toBe(2);
    expect(await streams(centre)).toBe(2);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 2 * EACH_WAY + 1, unknown: 0 });
  });
});

test('[DL10] once sockets go through again the next look finds out, and nothing is lost or doubled on the way', async () => {
  await inCentre('DL10 back', async (centre) => {
    const { proxy, history, random } = centre;
    proxy.set({ refuseUpgrade: true });
    const around = [new FakeSurroundings(), new FakeSurroundings()];
    const places = around.values();
    const chat = await centre.chat(() => ({
      socket: choosingPort(
        {
          clock: systemClock,
          random: platformRandom,
          surroundings: places.next().value ?? new FakeSurroundings(),
          socket: webSocketPort,
          stream: streamPort(systemClock),
        },
        { next: 'stream', failures: 1, socketWorked: false, looks: 0 },
      ),
    }));
    expect(await streams(centre)).toBe(2);
    // A look in vain changes nothing.
    const refused = proxy.struck['upgrade-refused'];
    for (const each of around) each.tell('network');
    await eventually(() => proxy.struck['upgrade-refused'] >= refused + 2, 'two looks in vain');
    expect(await streams(centre)).toBe(2);
    await talk(centre, chat, async () => {
      proxy.set({});
      for (const each of around) each.tell('network');
      await eventually(async () => (await streams(centre)) === 0, 'both are back on sockets');
      history.healed();
    });
    const verdict = await centre.judge();
    report({
      ...{ row: 'DL10', fault: 'sockets go through again under 100 messages each way', verdict },
      ...{ struck: { 'back on a socket': 2 }, seed: random.seed },
    });
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 2 * EACH_WAY + 1, unknown: 0 });
  });
});

/** In `npm test` one offset of so many, beginning at random. */
const OFFSETS_STEP = IS_LONG ? 1 : 29;

test(
  '[DL2] [DL10] R5: a connection that is cut after any byte of a post and its answers leaves exactly one event',
  async () => {
    await inCentre('DL10 cuts', async (centre) => {
      const { proxy, history, random } = centre;
      proxy.set({ refuseUpgrade: true });
      const visitor = centre.visitor('visitor', true, asShipped());
      await visitor.send('first');
      await history.until(() => history.settled, 'the first message', 30_000);
      visitor.client.connection.subscribe(({ state }) => {
        if (state === 'reconnecting') queueMicrotask(() => visitor.client.hurry());
      });
      const before = { ...proxy.passed };
      await visitor.send('measured');
      await history.until(() => history.settled, 'an undisturbed exchange', 30_000);
      const size = (direction: Direction) => proxy.passed[direction] - before[direction];
      const sizes = { up: size('up'), down: size('down') };
      expect(Math.min(sizes.up, sizes.down)).toBeGreaterThan(200);
      let cuts = 0;
      for (const direction of ['up', 'down'] as const) {
        for (
          let bytes = random.integer(0, OFFSETS_STEP - 1);
          bytes <= sizes[direction];
          bytes += OFFSETS_STEP
        ) {
          await visitor.online();
          const struck = proxy.cutAfter(direction, bytes);
          await visitor.send(`cut ${direction} ${bytes}`);
          await struck;
          await history.until(() => history.settled, `cut after ${bytes} bytes ${direction}`, 30_000);
          cuts++;
        }
      }
      history.healed();
      const verdict = await centre.judge();
      const { cut } = proxy.struck;
      report({
        ...{ row: 'R5', fault: 'TCP cut after a byte offset of a post, its answer or its events', verdict },
        ...{ struck: { cut }, seed: random.seed },
      });
      expect(cut).toBe(cuts);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: cuts + 2, unknown: 0 });
    });
  },
  IS_LONG ? 30 * 60_000 : 4 * 60_000,
);
