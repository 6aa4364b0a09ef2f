import type { Page } from 'playwright-core';
import { type Demo, openPanel, withDemo, withPage } from '../harness/demo.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median } from '../harness/statistics.ts';

const THROTTLE = 4;
const ROUNDS = 7;
const WATCH_MS = 1_500;

interface Seen {
  shift: number;
  longest: number;
  longTasks: number;
}

/** Runs in the page before any script of it. */
function watch(): void {
  const seen: Seen = { shift: 0, longest: 0, longTasks: 0 };
  Object.assign(window, { seenByBench: seen });
  new PerformanceObserver((list) => {
    // Shifts right after an input count too: opening the panel must not move the page either.
    for (const entry of list.getEntries())
      seen.shift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longTasks += 1;
      seen.longest = Math.max(seen.longest, duration);
    }
  }).observe({ type: 'longtask', buffered: true });
}

function seenIn(page: Page): Promise<Seen> {
  return page.evaluate(() => ({ ...(window as unknown as { seenByBench: Seen }).seenByBench }));
}

function visit(demo: Demo, url: string, throttle: number, isOpened: boolean): Promise<Seen> {
  return withPage(demo, async (page, _context, session) => {
    await page.addInitScript(watch);
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForTimeout(WATCH_MS);
    if (isOpened) {
      await openPanel(page);
      await page.waitForTimeout(WATCH_MS);
    }
    return seenIn(page);
  });
}

async function measure(context: BenchContext): Promise<Row[]> {
  return withDemo(async (demo) => {
    const [bare, loaded, opened]: [Seen[], Seen[], Seen[]] = [[], [], []];
    for (let round = 0; round < rounds(context, ROUNDS); round++) {
      bare.push(await visit(demo, demo.without, THROTTLE, false));
      loaded.push(await visit(demo, demo.withUs, THROTTLE, false));
      opened.push(await visit(demo, demo.withUs, 1, true));
    }
    const tasks = (seen: readonly Seen[]): number => median(seen.map(({ longTasks }) => longTasks));
    const longest = (seen: readonly Seen[]): number => median(seen.map((each) => each.longest));
    const shift = Math.max(...[...loaded, ...opened].map((seen) => seen.shift));
    const peers = '–';
    return [
      judged({
        name: 'layout-shift',
        what: 'layout shift caused',
        budgetMax: 0,
        measured: shift,
        unit: '',
        peers,
        baseline: `without us ${figure(Math.max(...bare.map((seen) => seen.shift)))}`,
        note: 'the most of all visits, up to the open conversation; shifts right after an input counted too',
      }),
      judged({
        name: 'long-tasks-load',
        what: `long tasks (> 50 ms) added at load, ${THROTTLE}× throttle`,
        budgetMax: 0,
        measured: Math.max(0, tasks(loaded) - tasks(bare)),
        unit: 'tasks',
        peers,
        baseline: `without us ${figure(tasks(bare))}, longest ${figure(longest(bare))} ms`,
        note: `median of ${loaded.length} visits; the longest with us ${figure(longest(loaded))} ms`,
      }),
      judged({
        name: 'long-tasks-open',
        what: 'long tasks (> 50 ms) while opening the conversation',
        budgetMax: 0,
        measured: tasks(opened),
        unit: 'tasks',
        peers,
        baseline: '–',
        note: `median of ${opened.length} visits without throttle; the longest ${figure(longest(opened))} ms`,
      }),
    ];
  });
}

export const smoothness: RowModule = { name: 'smoothness', measure };
