import type { Page } from 'playwright-core';
import { type Demo, openPanel, withDemo, withPage } from '../harness/demo.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, medianInterval, percentile } from '../harness/statistics.ts';

const INSERTIONS = 20_000;
const PAIRS = 6;
const RUNS_PER_PAIR = 10;
const WARM_UP_RUNS = 2;
const BUDGET_PERCENT = 1;
/** Of a pair's runs the quick ones: what slows the others down is the machine, not the page. */
const QUICK_SHARE = 0.25;

/** Milliseconds for the insertions, the microtasks that observers would run in, and a layout. */
function churn(page: Page): Promise<number> {
  return page.evaluate(async (insertions) => {
    const list = document.createElement('ul');
    document.querySelector('main')?.append(list);
    const begin = performance.now();
    for (let index = 0; index < insertions; index++) {
      const line = document.createElement('li');
      line.textContent = String(index);
      list.append(line);
    }
    await Promise.resolve();
    list.getBoundingClientRect();
    const milliseconds = performance.now() - begin;
    list.remove();
    return milliseconds;
  }, INSERTIONS);
}

interface Pair {
  readonly withUs: number;
  readonly without: number;
}

/** A page with and one without us, side by side, taking turns. */
function comparePages(demo: Demo, isOpen: boolean): Promise<Pair> {
  return withPage(demo, (page) =>
    withPage(demo, async (bare) => {
      await page.goto(demo.withUs, { waitUntil: 'networkidle' });
      await bare.goto(demo.without, { waitUntil: 'networkidle' });
      if (isOpen) await openPanel(page);
      const times = { withUs: [] as number[], without: [] as number[] };
      for (let run = 0; run < WARM_UP_RUNS + RUNS_PER_PAIR; run++) {
        const order = run % 2 === 0 ? (['withUs', 'without'] as const) : (['without', 'withUs'] as const);
        for (const which of order) {
          const milliseconds = await churn(which === 'withUs' ? page : bare);
          if (run >= WARM_UP_RUNS) times[which].push(milliseconds);
        }
      }
      return {
        withUs: percentile(times.withUs, QUICK_SHARE),
        without: percentile(times.without, QUICK_SHARE),
      };
    }),
  );
}

async function compare(context: BenchContext, demo: Demo, isOpen: boolean): Promise<Row> {
  const pairs: Pair[] = [];
  for (let pair = 0; pair < rounds(context, PAIRS); pair++) pairs.push(await comparePages(demo, isOpen));
  const percents = pairs.map(({ withUs, without }) => (withUs / without - 1) * 100);
  const [low, high] = medianInterval(percents);
  const state = isOpen ? 'conversation open' : 'before intent';
  return judged({
    name: isOpen ? 'dom-churn-open' : 'dom-churn',
    what: `host DOM churn, ${figure(INSERTIONS)} insertions, ${state}: slower by`,
    budgetMax: BUDGET_PERCENT,
    peers: 'Chatwoot +113 %',
    measured: median(percents),
    unit: '%',
    baseline: `without us ${figure(median(pairs.map(({ without }) => without)))} ms`,
    note:
      `${pairs.length} pairs of windows taking turns, the quick quarter of ${RUNS_PER_PAIR} runs each; median of ` +
      `the pairs, 95 % interval ${figure(low)} to ${figure(high)} %`,
  });
}

async function measure(context: BenchContext): Promise<Row[]> {
  return withDemo(async (demo) => [await compare(context, demo, false), await compare(context, demo, true)]);
}

export const domChurn: RowModule = { name: 'dom-churn', measure };
