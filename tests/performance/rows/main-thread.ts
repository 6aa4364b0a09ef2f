import { type Demo, withDemo, withPage } from '../harness/demo.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, medianInterval } from '../harness/statistics.ts';

/**
 * Chromium's own throttle makes the thread spin by the wall clock, which on a busy machine is mostly noise (±50 ms);
 * processor time, four times, says the same and repeats to a millisecond.
 */
const THROTTLE = 4;
const ROUNDS = 20;
/** From the load event on, for what comes later (the snippet is async). */
const WATCH_MS = 1_000;
const BUDGET_MS = 10;
const MS_PER_SECOND = 1_000;

/** Milliseconds that the page's main thread would be at work on a machine four times as slow, from before the navigation to well after load. */
function busyTime(demo: Demo, url: string): Promise<number> {
  return withPage(demo, async (page, _context, session) => {
    // Processor time of the thread, so that what else runs on the machine is not counted.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taskTime = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * MS_PER_SECOND;
    };
    const before = await taskTime();
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(WATCH_MS);
    return THROTTLE * ((await taskTime()) - before);
  });
}

async function measure(context: BenchContext): Promise<Row[]> {
  return withDemo(async (demo) => {
    const [added, bare]: [number[], number[]] = [[], []];
    await busyTime(demo, demo.withUs);
    await busyTime(demo, demo.without);
    for (let round = 0; round < rounds(context, ROUNDS); round++) {
      // The order changes, so that neither is always the one after the other.
      const first = round % 2 === 0 ? demo.without : demo.withUs;
      const one = await busyTime(demo, first);
      const other = await busyTime(demo, first === demo.without ? demo.withUs : demo.without);
      const [without, withUs] = first === demo.without ? [one, other] : [other, one];
      bare.push(without);
      added.push(withUs - without);
    }
    const [low, high] = medianInterval(added);
    return [
      judged({
        name: 'main-thread',
        what: `main-thread time added before a click, ${THROTTLE}× throttle`,
        budgetMax: BUDGET_MS,
        peers: '0.75–1.5 s',
        measured: median(added),
        unit: 'ms',
        baseline: `the page without us ${figure(median(bare))} ms`,
        note:
          `${THROTTLE} times the processor time of the main thread's tasks, with and without the snippet, ` +
          `${added.length} fresh windows each, nothing cached; median of the differences, 95 % interval ${figure(low)} to ${figure(high)} ms`,
      }),
    ];
  });
}

export const mainThread: RowModule = { name: 'main-thread', measure };
