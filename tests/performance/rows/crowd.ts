import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ANSWER_TIMEOUT_MS, VISITOR_HEARTBEAT_MS } from '@alongside/sdk/protocol';
import { MeasuredProcess } from '../harness/measured-process.ts';
import { relayUrl, startRelay } from '../harness/relay-under-load.ts';
import { type BenchContext, judged, type Row, type RowModule } from '../harness/row.ts';
import { figure, percentile, slope } from '../harness/statistics.ts';
import type { Connect } from '../processes/load-client.ts';

const CONNECTIONS = 19_000;
const STEPS = 4;
const STORM = 5_000;
const STORM_BUDGET_SECONDS = 30;
const SEND_BUDGET_MS = 1_000;
const AFTER_STORM = { perSecond: 500, total: 2_500 };
const KB = 1_024;
const MS_PER_SECOND = 1_000;
/** Slope of the last steps over that of the first: 1 is a straight line. */
const LINEAR_MAX = 1.25;

/** The most files that this process and its children may have open, as Linux says; undefined elsewhere. */
function openFilesMax(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/** Client processes, each from a loopback address of its own, since an address has only 28,000 ports. */
function crowd(count: number): { client: MeasuredProcess; localAddress: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    client: new MeasuredProcess('load-client'),
    localAddress: `127.0.0.${index + 1}`,
  }));
}

/** How many connections are open, as the clients see it. */
async function openAt(clients: ReturnType<typeof crowd>): Promise<number> {
  const counts = await Promise.all(clients.map(({ client }) => client.ask<number>('openVisitors')));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function idle(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: 0, conversationsPerAgent: 0 });
  const clients = crowd(STEPS);
  const points: [number, number][] = [];
  let held = 0;
  let problem = '';
  try {
    const share = Math.round((CONNECTIONS * Math.min(1, context.effort)) / STEPS);
    for (const { client, localAddress } of clients) {
      const connect: Connect = { url: relayUrl(relay.url), count: share, localAddress };
      try {
        await client.ask<string[]>('connectVisitors', connect);
      } catch (error) {
        problem = String(error).split('\n')[0] ?? '';
        break;
      }
      await relay.server.settled();
      held = await openAt(clients);
      points.push([held, (await relay.server.memory()).rss]);
      context.say(`${figure(held)} connections, ${figure((points.at(-1)?.[1] ?? 0) / KB / KB)} MB`);
    }
    // All of them are answered a ping at least once while they idle.
    await delay(VISITOR_HEARTBEAT_MS + ANSWER_TIMEOUT_MS);
    held = await openAt(clients);
  } finally {
    await Promise.all([relay.stop(), ...clients.map(({ client }) => client.stop())]);
  }
  const middle = Math.floor(points.length / 2);
  const growth = slope(points.slice(middle - 1)) / slope(points.slice(0, middle + 1));
  const limit = openFilesMax();
  return [
    judged({
      name: 'idle-connections',
      what: 'idle connections held by one process',
      budgetMin: CONNECTIONS,
      peers: '–',
      measured: held,
      unit: 'connections',
      baseline: `${figure((points.at(-1)?.[1] ?? 0) / KB / KB)} MB resident`,
      note: `welcomed visitors; file limit ${limit === undefined ? 'unknown' : figure(limit)}${problem && `; then ${problem}`}`,
    }),
    judged({
      name: 'idle-connections-linear',
      what: 'memory per connection, last half ÷ first half',
      budgetMax: LINEAR_MAX,
      peers: '–',
      measured: growth,
      unit: '×',
      baseline: `${figure(slope(points) / KB)} KB a connection over all`,
      note: points.map(([count, rss]) => `${figure(count)}: ${figure(rss / KB / KB)} MB`).join(', '),
    }),
  ];
}

async function storm(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: 0, conversationsPerAgent: 0 });
  const clients = crowd(2);
  const count = Math.round((STORM * Math.min(1, context.effort)) / clients.length);
  try {
    const url = relayUrl(relay.url);
    await Promise.all(
      clients.map(({ client, localAddress }) => client.ask('connectVisitors', { url, count, localAddress })),
    );
    await Promise.all(clients.map(({ client }) => client.ask('loseVisitors')));
    await relay.server.settled();
    const back = await Promise.all(
      clients.map(({ client, localAddress }) =>
        client.ask<number[]>('returnVisitors', { url, localAddress, together: count }),
      ),
    );
    const latencies = await clients[0]?.client.ask<number[]>('sendPaced', AFTER_STORM);
    const times = back.flat().map((milliseconds) => milliseconds / MS_PER_SECOND);
    return [
      judged({
        name: 'storm-all-back',
        what: `${figure(count * clients.length)} clients reconnect at once: all back after`,
        budgetMax: STORM_BUDGET_SECONDS,
        peers: '–',
        measured: Math.max(...times),
        unit: 's',
        baseline: `half of them after ${figure(percentile(times, 0.5))} s`,
        note: 'each with its token and position, all at once; who is refused tries again after a random time up to 8 s',
      }),
      judged({
        name: 'storm-send-p99',
        what: 'ack latency p99 right after the storm',
        budgetMax: SEND_BUDGET_MS,
        peers: '–',
        measured: percentile(latencies ?? [], 0.99),
        unit: 'ms',
        baseline: `median ${figure(percentile(latencies ?? [], 0.5))} ms`,
        note: `${AFTER_STORM.perSecond} first messages a second, each of another visitor, each opens a sitting`,
      }),
    ];
  } finally {
    await Promise.all([relay.stop(), ...clients.map(({ client }) => client.stop())]);
  }
}

// Apart, so that one which the machine cannot bear does not take the other's figures with it.
export const idleCrowd: RowModule = { name: 'idle', measure: idle };
export const stormingCrowd: RowModule = { name: 'storm', measure: storm };
