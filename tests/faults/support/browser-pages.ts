import { readFileSync, readdirSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { metricOf } from '../../support/metrics.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { VisitorOnPage } from '../../e2e/people.ts';
import type { StoredLog } from './history.ts';
import { NOTHING_YET } from './verdicts.ts';
import type { Verdict } from './checker.ts';

/** A visitor's page with what its browser knows of it. */
export class Tab extends VisitorOnPage {
  /** When the server welcomed each connection of this page. */
  readonly welcomedAt: number[] = [];
  /** Connections of this page that are open. */
  sockets = 0;

  static async open(context: BrowserContext, server: ServerProcess, path: string): Promise<Tab> {
    const page = await context.newPage();
    const tab = new Tab(page);
    page.on('websocket', (socket) => {
      tab.sockets++;
      socket.on('close', () => (tab.sockets = Math.max(0, tab.sockets - 1)));
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().startsWith('{"type":"welcome"')) tab.welcomedAt.push(performance.now());
      });
    });
    // The document that a navigation ends takes its sockets along without a word.
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) tab.sockets = 0;
    });
    await page.goto(server.url + path);
    return tab;
  }

  get leads(): boolean {
    return this.sockets > 0;
  }
}

/** How long a page is kept busy, to see which process has it. */
const BUSY_MS = 400;

/** The process that runs a page: the one that works while the page does. */
export async function rendererOf(browser: Browser, { page }: Tab): Promise<number> {
  const before = await processorTimes(browser);
  await page.evaluate((milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  }, BUSY_MS);
  const worked = [...(await processorTimes(browser))].map(
    ([pid, seconds]) => [pid, seconds - (before.get(pid) ?? 0)] as const,
  );
  const [most] = worked.toSorted(([, one], [, other]) => other - one);
  if (!most) throw new Error('the browser has no renderer');
  return most[0];
}

/** Processor time of each renderer, in seconds. */
async function processorTimes(browser: Browser): Promise<Map<number, number>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return new Map(
    processInfo.flatMap(({ type, id, cpuTime }) => (type === 'renderer' ? [[id, cpuTime]] : [])),
  );
}

/** The browser's own process, by the profile that it was given. */
export function browserOf(profile: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return line.includes(`--user-data-dir=${profile}`) && !line.some((each) => each.startsWith('--type='));
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`no browser runs on ${profile}`);
  return Number(found);
}

/** How many visitors' connections the server has. */
export function connectionsOf(server: ServerProcess): Promise<number> {
  return metricOf(server, 'alongside_connections{role="visitor"}');
}

/** Judges by texts, which are written once each: `written` and `shown` by page, in the order of each. */
export function verdictOfTexts(
  logs: readonly StoredLog[],
  written: readonly (readonly string[])[],
  shown: readonly (readonly string[])[],
): Verdict {
  const said = written.flat();
  const entries = logs.flatMap((log) => log.entries);
  const texts = entries.flatMap(({ type, text }) => (type === 'chat.message' ? [text ?? ''] : []));
  const order = (list: readonly string[], what: string): string[] =>
    list
      .filter((text, index) => index > 0 && texts.indexOf(text) < texts.indexOf(list[index - 1] ?? ''))
      .map((text) => `${what}: ${text}`);
  return {
    ...NOTHING_YET,
    invoked: said.length,
    ok: said.filter((text) => texts.includes(text)).length,
    unknown: 0,
    stored: texts.length,
    lost: said.filter((text) => !texts.includes(text)),
    duplicate: [
      ...texts.filter((text, index) => texts.indexOf(text) !== index),
      ...shown.flatMap((list) => list.filter((text, index) => list.indexOf(text) !== index)),
    ],
    phantom: texts.filter((text) => !said.includes(text)),
    holes: logs.flatMap(({ conversation, entries: all }) =>
      all.flatMap(({ seq }, index) =>
        seq === index + 1 ? [] : [`${conversation} has ${seq} at ${index + 1}`],
      ),
    ),
    disorder: written.flatMap((list, page) => order(list, `written at page ${page + 1}`)),
    broken: shown.flatMap((list, page) => [
      ...order(list, `shown at page ${page + 1}`),
      ...said.filter((text) => !list.includes(text)).map((text) => `page ${page + 1} does not show ${text}`),
    ]),
  };
}
