import { fsyncTimes } from '../harness/fsync.ts';
import {
  type EchoUnderLoad,
  type RelayUnderLoad,
  startEcho,
  startRelay,
} from '../harness/relay-under-load.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, percentile } from '../harness/statistics.ts';

const VISITORS = 200;
const CONVERSATIONS_PER_AGENT = 4;
const WARM_UP_MESSAGES = 12_000;
const PACE = { perSecond: 1_000, total: 2_000 };
const FSYNCS_PER_ROUND = 400;
const ROUNDS = 9;
const BUDGET_RATIO = 4;
const P99 = 0.99;

/** Milliseconds of each round. */
interface Times {
  /** From the time a message was due until the client had its answer. */
  readonly acks: number[][];
  /** From a command's arrival at the server until its answer is written. */
  readonly shares: number[][];
  readonly fsyncs: number[][];
  readonly echoes: number[][];
}

async function timesOf(context: BenchContext, relay: RelayUnderLoad, echo: EchoUnderLoad): Promise<Times> {
  await echo.client.ask('sendClosed', WARM_UP_MESSAGES);
  await relay.client.ask('sendClosed', WARM_UP_MESSAGES);
  await relay.client.ask('sendPaced', PACE);
  const times: Times = { acks: [], shares: [], fsyncs: [], echoes: [] };
  for (let round = 0; round < rounds(context, ROUNDS); round++) {
    times.fsyncs.push(fsyncTimes(relay.dataFolder, FSYNCS_PER_ROUND));
    times.echoes.push(await echo.client.ask<number[]>('sendPaced', PACE));
    await relay.server.ask('ackTimes');
    times.acks.push(await relay.client.ask<number[]>('sendPaced', PACE));
    times.shares.push(await relay.server.ask<number[]>('ackTimes'));
    context.say(`round ${round + 1}: p99 ${figure(percentile(times.acks.at(-1) ?? [], P99))} ms`);
  }
  return times;
}

/** A round in which the machine did something else says nothing of the others. */
const p99 = (times: readonly number[][]): number => median(times.map((round) => percentile(round, P99)));

function rowsFrom({ acks, shares, fsyncs, echoes }: Times): Row[] {
  const fsyncMedian = median(fsyncs.flat());
  const others = `fsync p99 ${figure(p99(fsyncs))} ms (bare ws echo p99 ${figure(p99(echoes))} ms)`;
  return [
    judged({
      name: 'ack-p99',
      what: `ack latency p99 at ${figure(PACE.perSecond)} messages/s ÷ fsync time`,
      budgetMax: BUDGET_RATIO,
      peers: '–',
      measured: p99(acks) / p99(fsyncs),
      unit: '×',
      baseline: `p99 ${figure(p99(acks))} ms against ${others}`,
      note:
        'open loop over 200 connections, from the time a message was due until its ack; 4 KB appends with ' +
        `fdatasync on the same folder between the rounds; medians: ack ${figure(median(acks.flat()))} ms, fsync ${figure(fsyncMedian)} ms`,
    }),
    judged({
      name: 'ack-p99-server',
      what: 'of it, in the server: from the arrival of a command to its answer, p99 ÷ fsync time',
      peers: '–',
      measured: p99(shares) / p99(fsyncs),
      unit: '×',
      baseline: `p99 ${figure(p99(shares))} ms, median ${figure(median(shares.flat()))} ms`,
      note: 'without the way there and back, and without the time by which the clients, on the same cores, were late',
    }),
    judged({
      name: 'ack-p99-echo',
      what: 'the same load on a bare ws echo, which stores nothing: p99 ÷ fsync time',
      peers: '–',
      measured: p99(echoes) / p99(fsyncs),
      unit: '×',
      baseline: `p99 ${figure(p99(echoes))} ms, median ${figure(median(echoes.flat()))} ms`,
      note: 'below this no server comes on this machine',
    }),
  ];
}

async function measure(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: VISITORS, conversationsPerAgent: CONVERSATIONS_PER_AGENT });
  const echo = await startEcho(VISITORS);
  try {
    return rowsFrom(await timesOf(context, relay, echo));
  } finally {
    await Promise.all([relay.stop(), echo.stop()]);
  }
}

export const ack: RowModule = { name: 'ack', measure };
