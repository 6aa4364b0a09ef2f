import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MeasuredProcess } from '../harness/measured-process.ts';
import { relayUrl, startEcho, startRelay } from '../harness/relay-under-load.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, ratios } from '../harness/statistics.ts';
import type { Connect } from '../processes/load-client.ts';
import type { Seed } from '../processes/seeder.ts';

const LENGTHS = [1_000, 10_000, 100_000];
const CONVERSATIONS_PER_LENGTH = 4;
const OTHERS = [100, 1_000, 10_000];
const MEASURED_VISITORS = 50;
const WARM_UP_MESSAGES = 4_000;
const MESSAGES_PER_ROUND = 2_000;
/** Fewer where few visitors share a commit: the disk would be measured, not the processor. */
const MESSAGES_PER_LENGTH = 600;
const ROUNDS = 7;
/** Flat, with room for the noise of the machine. */
const BUDGET_RATIO = 1.5;
/** How many of the others come at a time: each leaves before the next ones. */
const OTHERS_AT_A_TIME = 500;

async function costOf(server: MeasuredProcess, client: MeasuredProcess, messages: number): Promise<number> {
  const micros = await server.cpuDuring(async () => {
    await client.ask('sendClosed', messages);
    await server.settled();
  });
  return micros / messages;
}

/** A group of visitors whose conversations are equally long. */
interface Group {
  readonly length: number;
  readonly client: MeasuredProcess;
  readonly costs: number[];
}

/** Lets visitors come once, fills their conversations while no server runs, and starts it again. */
async function withLongConversations(groups: readonly Group[], dataFolder: string): Promise<MeasuredProcess> {
  const first = await startRelay({ visitors: 0, conversationsPerAgent: 0 }, dataFolder);
  const conversations: { id: string; events: number }[] = [];
  for (const { client, length } of groups) {
    const connect: Connect = { url: relayUrl(first.url), count: CONVERSATIONS_PER_LENGTH };
    const ids = await client.ask<string[]>('connectVisitors', connect);
    conversations.push(...ids.map((id) => ({ id, events: length })));
    await client.ask('loseVisitors');
  }
  await first.stop();
  const seeder = new MeasuredProcess('seeder');
  const seed: Seed = { dataFolder, conversations };
  await seeder.ask('seed', seed);
  await seeder.stop();
  const server = new MeasuredProcess('relay-server');
  const url = await server.ask<string>('start', { dataFolder });
  await server.ask('indexMessages', false);
  for (const { client } of groups) await client.ask('returnVisitors', { url: relayUrl(url) });
  return server;
}

async function byLength(context: BenchContext): Promise<Row> {
  const folder = await temporaryFolder('bench-growth');
  const groups: Group[] = LENGTHS.map((length) => ({
    length,
    client: new MeasuredProcess('load-client'),
    costs: [],
  }));
  const stops: (() => Promise<unknown>)[] = [
    ...groups.map(
      ({ client }) =>
        () =>
          client.stop(),
    ),
    () => folder.remove(),
  ];
  try {
    const server = await withLongConversations(groups, `${folder.path}/data`);
    stops.unshift(() => server.stop());
    for (const { client } of groups) await costOf(server, client, 2 * MESSAGES_PER_LENGTH);
    for (let round = 0; round < rounds(context, ROUNDS); round++) {
      for (const { client, costs } of groups) {
        costs.push(await costOf(server, client, MESSAGES_PER_LENGTH));
      }
      context.say(
        `round ${round + 1}: ${groups.map(({ costs }) => figure(costs.at(-1) ?? 0)).join(', ')} µs`,
      );
    }
  } finally {
    for (const stop of stops) await stop();
  }
  const [shortest, longest] = [groups[0], groups.at(-1)];
  const list = groups.map(({ length, costs }) => `${figure(length)}: ${figure(median(costs))} µs`).join(', ');
  return judged({
    name: 'growth-events',
    what: `cost per message at ${figure(LENGTHS.at(-1) ?? 0)} events in the conversation ÷ at ${figure(LENGTHS[0] ?? 0)}`,
    budgetMax: BUDGET_RATIO,
    peers: '–',
    measured: median(ratios(longest?.costs ?? [], shortest?.costs ?? [])),
    unit: '×',
    baseline: list,
    note: `server CPU, ${CONVERSATIONS_PER_LENGTH} visitors of each length in a closed loop, the lengths in turn in each round`,
  });
}

async function byOthers(context: BenchContext): Promise<Row> {
  const relay = await startRelay({ visitors: MEASURED_VISITORS, conversationsPerAgent: 0 });
  const echo = await startEcho(MEASURED_VISITORS);
  const others = new MeasuredProcess('load-client');
  try {
    await relay.server.ask('indexMessages', false);
    await costOf(relay.server, relay.client, WARM_UP_MESSAGES);
    await costOf(echo.server, echo.client, WARM_UP_MESSAGES);
    let there = 0;
    const relative: number[] = [];
    const micros: number[] = [];
    for (const count of OTHERS) {
      for (; there < count; there += Math.min(OTHERS_AT_A_TIME, count - there)) {
        const come: Connect = { url: relayUrl(relay.url), count: Math.min(OTHERS_AT_A_TIME, count - there) };
        await others.ask('connectVisitors', come);
        await others.ask('sendClosed', come.count);
        await others.ask('close');
      }
      await relay.server.settled();
      const [ours, bare]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds(context, ROUNDS); round++) {
        ours.push(await costOf(relay.server, relay.client, MESSAGES_PER_ROUND));
        bare.push(await costOf(echo.server, echo.client, MESSAGES_PER_ROUND));
      }
      relative.push(median(ratios(ours, bare)));
      micros.push(median(ours));
      context.say(
        `${count} others: ${figure(median(ours))} µs, ${figure(median(ratios(ours, bare)))} × echo`,
      );
    }
    const list = OTHERS.map((count, index) => `${figure(count)}: ${figure(micros[index] ?? 0)} µs`).join(
      ', ',
    );
    return judged({
      name: 'growth-others',
      what: `cost per message with ${figure(OTHERS.at(-1) ?? 0)} other conversations waiting ÷ with ${figure(OTHERS[0] ?? 0)}`,
      budgetMax: BUDGET_RATIO,
      peers: '–',
      measured: (relative.at(-1) ?? 0) / (relative[0] ?? 1),
      unit: '×',
      baseline: list,
      note: 'server CPU as a multiple of a bare ws echo taking turns with it; each of the others has said one thing and waits in the queue',
    });
  } finally {
    await Promise.all([others.stop(), echo.stop(), relay.stop()]);
  }
}

async function measure(context: BenchContext): Promise<Row[]> {
  return [await byLength(context), await byOthers(context)];
}

export const growth: RowModule = { name: 'growth', measure };
