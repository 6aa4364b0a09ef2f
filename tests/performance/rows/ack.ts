import { fsyncTimes } from '../harness/fsync.ts';
import { startEcho, startRelay } from '../harness/relay-under-load.ts';
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

async function measure(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: VISITORS, conversationsPerAgent: CONVERSATIONS_PER_AGENT });
  const echo = await startEcho(VISITORS);
  try {
    await echo.client.ask('sendClosed', WARM_UP_MESSAGES);
    await relay.client.ask('sendClosed', WARM_UP_MESSAGES);
    await relay.client.ask('sendPaced', PACE);
    const acks: number[][] = [];
    const fsyncs: number[][] = [];
    const echoes: number[][] = [];
    for (let round = 0; round < rounds(context, ROUNDS); round++) {
      fsyncs.push(fsyncTimes(relay.dataFolder, FSYNCS_PER_ROUND));
      echoes.push(await echo.client.ask<number[]>('sendPaced', PACE));
      acks.push(await relay.client.ask<number[]>('sendPaced', PACE));
    }
    const ackP99 = acks.map((round) => percentile(round, P99));
    const fsyncP99 = fsyncs.map((round) => percentile(round, P99));
    const echoP99 = echoes.map((round) => percentile(round, P99));
    const fsyncMedian = median(fsyncs.flat());
    const ack50 = median(acks.flat());
    return [
      judged({
        name: 'ack-p99',
        what: `ack latency p99 at ${figure(PACE.perSecond)} messages/s ÷ fsync time`,
        budgetMax: BUDGET_RATIO,
        peers: '–',
        measured: median(ackP99) / median(fsyncP99),
        unit: '×',
        baseline: `p99 ${figure(median(ackP99))} ms against fsync p99 ${figure(median(fsyncP99))} ms (bare ws echo p99 ${figure(median(echoP99))} ms)`,
        note:
          'open loop over 200 connections, from the time a message was due until its ack; 4 KB appends with ' +
          `fdatasync on the same folder between the rounds; medians: ack ${figure(ack50)} ms, fsync ${figure(fsyncMedian)} ms`,
      }),
    ];
  } finally {
    await Promise.all([relay.stop(), echo.stop()]);
  }
}

export const ack: RowModule = { name: 'ack', measure };
