import type { Page } from 'playwright-core';
import { type Demo, withDemo, withPage } from '../harness/demo.ts';
import { judged, type Row, type RowModule } from '../harness/row.ts';

/** Long enough for whatever a script does once the page has come to rest. */
const WATCH_MS = 4_000;

interface Visit {
  readonly requests: readonly string[];
  readonly sockets: number;
  readonly cookies: number;
  readonly stored: readonly string[];
}

/** Names of what the page's origin has stored, of whatever kind. */
function storedIn(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches = await window.caches.keys();
    const workers = await navigator.serviceWorker.getRegistrations();
    return [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ...databases.map(({ name }) => `indexedDB ${String(name)}`),
      ...caches.map((name) => `cache ${name}`),
      ...workers.map(({ scope }) => `service worker ${scope}`),
    ];
  });
}

/** Opens the page, scrolls, moves and types, but touches nothing of ours. */
function visit(demo: Demo, url: string): Promise<Visit> {
  return withPage(demo, async (page, context) => {
    const requests: string[] = [];
    let sockets = 0;
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    page.on('websocket', () => (sockets += 1));
    await page.goto(url, { waitUntil: 'load' });
    await page.mouse.move(200, 200);
    await page.mouse.wheel(0, 200);
    await page.getByLabel('A field').fill('words');
    await page.waitForTimeout(WATCH_MS);
    return { requests, sockets, cookies: (await context.cookies()).length, stored: await storedIn(page) };
  });
}

async function measure(): Promise<Row[]> {
  return withDemo(async (demo) => {
    const without = await visit(demo, demo.without);
    const withUs = await visit(demo, demo.withUs);
    const own = (visited: Visit): string[] => visited.requests.filter((path) => !path.endsWith('.html'));
    const added = own(withUs).length - own(without).length;
    const left = withUs.sockets + withUs.cookies + withUs.stored.length;
    const leftBare = without.sockets + without.cookies + without.stored.length;
    return [
      judged({
        name: 'requests-before-intent',
        what: 'snippet: requests before intent',
        budgetMax: 1,
        peers: '16–18 (Chatwoot, Rocket.Chat, Papercups)',
        measured: added,
        unit: added === 1 ? 'request' : 'requests',
        baseline: `${own(without).length} of the page's own`,
        note: `Chromium on demo-site/fixtures/plain.html, ${WATCH_MS} ms after load: ${own(withUs).join(', ')}`,
      }),
      judged({
        name: 'state-before-intent',
        what: 'sockets, cookies and stored items before intent',
        budgetMax: 0,
        peers: 'WebSocket + 1–5 API calls each page view',
        measured: left,
        unit: 'items',
        baseline: `${leftBare} of the page's own`,
        note: `WebSockets ${withUs.sockets}, cookies ${withUs.cookies}, storage, databases, caches and workers ${withUs.stored.length}`,
      }),
    ];
  });
}

export const beforeIntent: RowModule = { name: 'before-intent', measure };
