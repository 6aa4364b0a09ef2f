import { deflateSync, gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { bundleOf } from '../../support/co-browse/bundle.ts';
import { LiveShare } from '../../support/co-browse/live-share.ts';
import { changesSeen, changeAndNote, scriptedSession } from '../../support/co-browse/scripted-session.ts';
import { openPanel, withDemo, withPage } from '../harness/demo.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, percentile } from '../harness/statistics.ts';

const KB = 1_000;
const LARGE_NODES = 50_000;
const SESSION_PAGE = '/demo/fixtures/big-dom.html?nodes=5900&rules=1800';
const ROUNDS = 5;
const CHANGES = 300;
const QUIET_MS = 1_500;
const SETTLE_MS = 4_000;

/** The longest task from a recorder's start until it is quiet; what else the page did is over by then. */
async function longestTask(page: Page, start: string, told: string): Promise<number> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  await page.waitForTimeout(QUIET_MS);
  // From a timer: what the debugger runs is no task of the page's.
  await page.evaluate(`tasks.length = 0; setTimeout(() => { ${start} })`);
  let last = -1;
  for (let count = 0; count !== last;) {
    last = count;
    await page.waitForTimeout(QUIET_MS);
    count = await page.evaluate<number>(told);
  }
  return page.evaluate<number>('Math.max(0, ...tasks)');
}

async function tasks(context: BenchContext, browser: Browser, fixtures: string): Promise<Row> {
  const [ours, bare] = await Promise.all([
    bundleOf('tests/support/co-browse/recorder-entry.ts', 'recorder'),
    bundleOf('tests/support/co-browse/bare-recorder-entry.ts', 'bare', 'whole'),
  ]);
  const measured = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds(context, ROUNDS); round++) {
    for (const which of ['ours', 'bare'] as const) {
      const page = await browser.newPage({ bypassCSP: true });
      await page.goto(`${fixtures}/big-dom.html?nodes=${LARGE_NODES}`, { waitUntil: 'load' });
      await page.evaluate(
        which === 'ours' ? `${ours}; window.recorder = recorder;` : `${bare}; window.bare = bare;`,
      );
      const [start, told] =
        which === 'ours'
          ? [`recorder.start({ preset: 'balanced' })`, 'recorder.frames.length']
          : ['bare.start()', 'bare.events.length'];
      measured[which].push(await longestTask(page, start, told));
      await page.close();
    }
    context.say(
      `longest task ${figure(measured.ours.at(-1) ?? 0)} ms, rrweb ${figure(measured.bare.at(-1) ?? 0)} ms`,
    );
  }
  return judged({
    name: 'co-browse-longest-task',
    what: `longest task of the recorder at ${figure(LARGE_NODES)} nodes`,
    budgetMax: 50,
    peers: '0.4–0.7 s (rrweb)',
    measured: Math.min(...measured.ours),
    unit: 'ms',
    baseline: `rrweb alone in the same run ${figure(Math.min(...measured.bare))} ms`,
    note:
      `from the start until nothing more is told; the quickest of ${measured.ours.length} pages each, because what ` +
      `slows the others down is the machine; medians ${figure(median(measured.ours))} and ${figure(median(measured.bare))} ms`,
  });
}

async function recorderSize(): Promise<Row> {
  const code = await bundleOf('sdk/src/co-browse/recorder-chunk.ts', 'recorder');
  const bare = await bundleOf('tests/support/co-browse/bare-recorder-entry.ts', 'bare', 'whole');
  const bytes = (text: string): number => gzipSync(text, { level: 9 }).length / 1024;
  return judged({
    name: 'co-browse-recorder-bytes',
    what: 'recorder chunk, scrubber included, gzip',
    budgetMax: 30,
    peers: 'OpenReplay 90.9 · Cobrowse.io 184 KB',
    measured: bytes(code),
    unit: 'KB',
    baseline: `rrweb’s recorder alone, as it is, ${figure(bytes(bare))} KB`,
    note: '1 KB = 1,024 B; consent, drawing, control and the connection are chunks of their own',
  });
}

/** Nobody shares: the conversation is open, and nothing of co-browse is there. */
async function beforeSharing(): Promise<Row> {
  return withDemo((demo) =>
    withPage(demo, async (page) => {
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
      page.on('websocket', (socket) => loaded.push(new URL(socket.url()).pathname));
      await page.goto(demo.withUs, { waitUntil: 'load' });
      await openPanel(page);
      await page.waitForTimeout(QUIET_MS);
      const ours = loaded.filter((path) => /co-browse|recorder/.test(path));
      return judged({
        name: 'co-browse-before-sharing',
        what: 'co-browse code and sockets for who does not share',
        budgetMax: 0,
        peers: 'OpenReplay 90.9 KB + a socket',
        measured: ours.length,
        unit: 'requests and sockets',
        baseline: `${loaded.length} requests and sockets of the open conversation`,
        note: `none of them is of the recorder or of co-browse: ${ours.join(', ') || 'none'}`,
      });
    }),
  );
}

async function bareSession(browser: Browser, page: string): Promise<{ first: number; live: number }> {
  const bare = await bundleOf('tests/support/co-browse/bare-recorder-entry.ts', 'bare', 'whole');
  const tab = await browser.newPage({ bypassCSP: true, viewport: { width: 1_000, height: 700 } });
  await tab.goto(page, { waitUntil: 'load' });
  await tab.evaluate(`${bare}; bare.start(); window.bare = bare;`);
  const packed = async (): Promise<number> => {
    const events = await tab.evaluate<string[]>('bare.events.splice(0)');
    return events.reduce((sum, event) => sum + deflateSync(event).length, 0);
  };
  const first = await packed();
  await scriptedSession(tab);
  await tab.waitForTimeout(QUIET_MS);
  const live = await packed();
  await tab.close();
  return { first, live };
}

async function session(context: BenchContext, browser: Browser): Promise<Row[]> {
  const live = await LiveShare.open(browser, { path: SESSION_PAGE, isCounted: true });
  try {
    await live.untilEqual();
    await live.page.waitForTimeout(SETTLE_MS);
    const first = live.proxy?.bytesUp ?? Number.NaN;
    const bare = await bareSession(browser, live.scene.server.url + SESSION_PAGE);
    await live.page.bringToFront();
    await scriptedSession(live.page);
    await live.page.waitForTimeout(QUIET_MS);
    await live.untilEqual();
    const after = live.proxy?.bytesUp ?? Number.NaN;

    await live.viewer.evaluate(changesSeen);
    const delays: number[] = [];
    const made = await live.page.evaluate(changeAndNote, Math.round(CHANGES * Math.max(0.1, context.effort)));
    await live.page.waitForTimeout(QUIET_MS);
    const seen = await live.viewer.evaluate<Record<string, number>>('window.seen');
    for (const [text, at] of Object.entries(made)) if (seen[text] !== undefined) delays.push(seen[text] - at);
    return sessionRows({ first, live: after - first, bare, delays, changes: Object.keys(made).length });
  } finally {
    await live.close();
  }
}

interface Measured {
  readonly first: number;
  readonly live: number;
  readonly bare: { readonly first: number; readonly live: number };
  readonly delays: readonly number[];
  readonly changes: number;
}

function sessionRows({ first, live, bare, delays, changes }: Measured): Row[] {
  const way =
    'page → real relay with its firewall → viewer’s document with its own, one browser and one server on this machine';
  const latency = (share: number, budgetMax: number): Row =>
    judged({
      name: `co-browse-latency-p${share * 100}`,
      what: `DOM change → agent’s DOM, local, p${share * 100}`,
      budgetMax,
      peers: 'OpenReplay ≥ 19–28 / 34–168 ms at capture alone',
      measured: percentile(delays, share),
      unit: 'ms',
      baseline: `quickest ${figure(Math.min(...delays))} ms`,
      note: `${delays.length} of ${changes} text changes seen; ${way}`,
    });
  return [
    latency(0.5, 5),
    latency(0.95, 25),
    judged({
      name: 'co-browse-live-bytes',
      what: 'live bytes of the scripted session',
      budgetMax: 18,
      peers: '82 KB',
      measured: live / KB,
      unit: 'KB',
      baseline: `bare rrweb recorder, each event packed, the same session: ${figure(bare.live / KB)} KB`,
      note: '120 moves, 25 wheels, 27 keys, a text change each 100 ms, 200 inserts on 5,900 nodes with 1,800 rules; bytes from the browser on the wire, compressed with the context kept',
    }),
    judged({
      name: 'co-browse-first-view',
      what: 'first view incl. CSS',
      budgetMax: 125,
      peers: '674 KB without CSS',
      measured: first / KB,
      unit: 'KB',
      baseline: `bare rrweb snapshot, packed: ${figure(bare.first / KB)} KB`,
      note: 'handshake, hello and all pieces until the viewer’s tree is the page’s; the same page',
    }),
  ];
}

async function measure(context: BenchContext): Promise<Row[]> {
  const browser = await launchChromium();
  try {
    const rows = [await recorderSize(), await beforeSharing(), ...(await session(context, browser))];
    const task = await withDemo(({ server }) => tasks(context, browser, `${server.url}/demo/fixtures`));
    return [...rows, task];
  } finally {
    await browser.close();
  }
}

export const coBrowse: RowModule = { name: 'co-browse', measure };
