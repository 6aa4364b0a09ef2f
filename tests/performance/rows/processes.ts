import { findPostgres, findRedis } from '../../support/programs.ts';
import {
  freshDatabase,
  type PostgresServer,
  startPostgresServer,
  stopPostgresServer,
} from '../../support/postgres.ts';
import { type RedisServer, startRedisServer, stopRedisServer } from '../../support/redis.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MeasuredProcess } from '../harness/measured-process.ts';
import { relayUrl } from '../harness/relay-under-load.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule, skipped } from '../harness/row.ts';
import { figure, median, ratios } from '../harness/statistics.ts';
import type { Connect } from '../processes/load-client.ts';
import type { StartRelay } from '../processes/relay-server.ts';

const VISITORS = 100;
const WARM_UP_MESSAGES = 4_000;
const MESSAGES_PER_ROUND = 4_000;
const ROUNDS = 7;
const MS_PER_SECOND = 1_000;
/** What a second process may add to a message for telling and being told of it. */
const BUDGET_RATIO = 1.5;

const CPU = {
  name: 'two-processes-cpu',
  what: "two processes on one Postgres ÷ one: the servers' CPU per durable message",
  budgetMax: BUDGET_RATIO,
  peers: '–',
  unit: '×',
} as const;

/** Server processes on one database, each with a client of its own. */
interface Cluster {
  readonly servers: readonly MeasuredProcess[];
  readonly clients: readonly MeasuredProcess[];
  readonly micros: number[];
  readonly perSecond: number[];
}

async function startCluster(processes: number, start: StartRelay): Promise<Cluster> {
  const servers = Array.from({ length: processes }, () => new MeasuredProcess('relay-server'));
  // Two clients in any case: what is compared is the servers.
  const clients = [new MeasuredProcess('load-client'), new MeasuredProcess('load-client')];
  const cluster = { servers, clients, micros: [], perSecond: [] };
  try {
    const urls: string[] = [];
    // One after the other: the first makes the tables and the demo's people.
    for (const server of servers) urls.push(await server.ask<string>('start', start));
    for (const server of servers) await server.ask('indexMessages', false);
    for (const [place, client] of clients.entries()) {
      const url = relayUrl(urls[place % processes] ?? '');
      const connect: Connect = { url, count: VISITORS / clients.length };
      await client.ask('connectVisitors', connect);
    }
    return cluster;
  } catch (error) {
    await stopCluster(cluster);
    throw error;
  }
}

async function stopCluster({ servers, clients }: Cluster): Promise<void> {
  await Promise.all([...clients, ...servers].map((each) => each.stop()));
}

/** CPU of all `servers` together while `work` runs, in microseconds. */
async function cpuOf(servers: readonly MeasuredProcess[], work: () => Promise<void>): Promise<number> {
  const [server, ...others] = servers;
  if (!server) {
    await work();
    return 0;
  }
  let rest = 0;
  const own = await server.cpuDuring(async () => {
    rest = await cpuOf(others, work);
  });
  return own + rest;
}

async function round({ servers, clients, micros, perSecond }: Cluster, messages: number): Promise<void> {
  let seconds = 0;
  const cpu = await cpuOf(servers, async () => {
    const begin = performance.now();
    await Promise.all(clients.map((client) => client.ask('sendClosed', messages / clients.length)));
    seconds = (performance.now() - begin) / MS_PER_SECOND;
    for (const server of servers) await server.settled();
  });
  micros.push(cpu / messages);
  perSecond.push(messages / seconds);
}

async function compare(context: BenchContext, postgres: PostgresServer, redis: RedisServer): Promise<Row[]> {
  const folder = await temporaryFolder('bench-processes');
  const clusters: Cluster[] = [];
  try {
    for (const processes of [1, 2]) {
      const { url: databaseUrl } = await freshDatabase(postgres);
      const start = { dataFolder: `${folder.path}/${processes}`, databaseUrl, redisUrl: redis.url };
      clusters.push(await startCluster(processes, start));
    }
    for (const cluster of clusters) {
      await round(cluster, WARM_UP_MESSAGES);
      cluster.micros.length = cluster.perSecond.length = 0;
    }
    for (let count = 0; count < rounds(context, ROUNDS); count++) {
      for (const cluster of clusters) await round(cluster, MESSAGES_PER_ROUND);
      const [one, two] = clusters.map(({ micros }) => figure(micros.at(-1) ?? 0));
      context.say(`round ${count + 1}: one ${one} µs, two ${two} µs`);
    }
  } finally {
    await Promise.all(clusters.map(stopCluster));
    await folder.remove();
  }
  const [one, two] = clusters;
  if (!one || !two) return [];
  const note = `${VISITORS} visitors in a closed loop, half of them at each process, in turn with all at one; Redis carries the news; Postgres' own processor time, search and agents apart`;
  return [
    judged({
      ...CPU,
      measured: median(ratios(two.micros, one.micros)),
      baseline: `${figure(median(two.micros))} µs against ${figure(median(one.micros))} µs`,
      note,
    }),
    judged({
      name: 'two-processes-rate',
      what: 'two processes on one Postgres ÷ one: messages a second, on two cores that clients and Postgres share',
      peers: '–',
      measured: median(ratios(two.perSecond, one.perSecond)),
      unit: '×',
      baseline: `${figure(median(two.perSecond))} against ${figure(median(one.perSecond))} messages/s`,
      note: 'the same rounds; a second process helps where it has a core of its own',
    }),
  ];
}

async function measure(context: BenchContext): Promise<Row[]> {
  if (findPostgres() === undefined || findRedis() === undefined) {
    return [skipped(CPU, 'no Postgres or no Redis on this machine')];
  }
  const postgres = await startPostgresServer();
  try {
    const redis = await startRedisServer();
    try {
      return await compare(context, postgres, redis);
    } finally {
      await stopRedisServer(redis);
    }
  } finally {
    await stopPostgresServer(postgres);
  }
}

export const processes: RowModule = { name: 'processes', measure };
