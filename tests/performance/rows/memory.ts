import type { MeasuredProcess } from '../harness/measured-process.ts';
import { relayUrl, startEcho, startRelay } from '../harness/relay-under-load.ts';
import { type BenchContext, judged, type Row, type RowModule } from '../harness/row.ts';
import { figure, slope } from '../harness/statistics.ts';
import type { Connect } from '../processes/load-client.ts';

const KB = 1_024;
const BUDGET_KB = 16;
/** The first thousands also grow heaps and caches that are there anyway; the slope begins after them. */
const STEPS = [2_000, 4_000, 6_000, 8_000];
const WARM_UP_CONNECTIONS = 500;

interface Growth {
  /** Bytes per connection. */
  readonly rss: number;
  readonly heap: number;
}

/** Connects step by step and answers how much memory of `server` each connection takes. */
async function growth(
  context: BenchContext,
  server: MeasuredProcess,
  connect: (count: number) => Promise<unknown>,
): Promise<Growth> {
  await connect(WARM_UP_CONNECTIONS);
  const rss: [number, number][] = [];
  const heap: [number, number][] = [];
  let connected = WARM_UP_CONNECTIONS;
  const steps = context.effort < 1 ? STEPS.slice(0, 3).map((step) => Math.round(step / 2)) : STEPS;
  for (const step of steps) {
    await connect(step - connected);
    connected = step;
    await server.settled();
    const memory = await server.memory();
    rss.push([step, memory.rss]);
    heap.push([step, memory.heapUsed + memory.external]);
  }
  return { rss: slope(rss), heap: slope(heap) };
}

async function measure(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: 0, conversationsPerAgent: 0, hasSmallHeap: true });
  const echo = await startEcho(0, { hasSmallHeap: true });
  try {
    const visitors = (count: number): Promise<unknown> => {
      const connection: Connect = { url: relayUrl(relay.url), count };
      return relay.client.ask('connectVisitors', connection);
    };
    const ours = await growth(context, relay.server, visitors);
    const bare = await growth(context, echo.server, (count) => echo.connect(count));
    return [
      judged({
        name: 'memory-per-connection',
        what: 'server memory per idle visitor connection',
        budgetMax: BUDGET_KB,
        peers: 'socket.io 27–40 KB; bare ws 9–12 KB',
        measured: ours.rss / KB,
        unit: 'KB',
        baseline: `bare ws ${figure(bare.rss / KB)} KB`,
        note:
          `slope of the resident memory from ${figure(STEPS[0] ?? 0)} to ${figure(STEPS.at(-1) ?? 0)} welcomed ` +
          `visitors, garbage collected, young generation 1 MB in both; of it ${figure(ours.heap / KB)} KB in V8's heap (bare ws ${figure(bare.heap / KB)} KB)`,
      }),
    ];
  } finally {
    await Promise.all([relay.stop(), echo.stop()]);
  }
}

export const memory: RowModule = { name: 'memory', measure };
