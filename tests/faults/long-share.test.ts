import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { expect, test } from 'vitest';
import { defaultShareLimits } from '../../server/src/lib/share-limits.ts';
import { AgentAtDesk, VisitorOnPage } from '../e2e/people.ts';
import { launchChromium } from '../support/chromium.ts';
import { buildLargePage, stirLargePage } from '../support/co-browse/large-page.ts';
import { skeletonOf } from '../support/co-browse/skeleton.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { NO_RATES } from './support/no-limits.ts';
import { IS_LONG } from './support/report.ts';
import { seedOfRun } from './support/seeded.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');
const PAGE = '/demo/fixtures/plain.html';
const FRAME = '.stage iframe';
const MINUTE_MS = 60_000;

/** A long run lasts an hour or what LONG_SHARE_MINUTES says, a short one so many rounds, whatever the machine. */
const LASTS_MINUTES = Number(process.env['LONG_SHARE_MINUTES'] ?? 60);
const ROUNDS = 24;
const NODES = 600;
const MOVES_PER_ROUND = 30;
const PAUSE_MS = IS_LONG ? 400 : 50;
/** Rounds between two loads of the visitor's page, and between two reloads of the agent's console. */
const LOAD_EVERY = IS_LONG ? 60 : ROUNDS / 4;
const RELOAD_EVERY = IS_LONG ? 500 : ROUNDS / 2;
const SAMPLE_EVERY = IS_LONG ? 20 : 1;
/** The relay asks for a checkpoint past so much tail: less than is usual, so that many are asked for. */
const TAIL_ASK_BYTES = IS_LONG ? 200_000 : 60_000;
const TAIL_ASK_EVERY_MS = IS_LONG ? defaultShareLimits.tailAskEveryMs : 2_000;
/** The last quarter of what is in use may be this much of the second; the first warms up. */
const GROWTH_MAX = IS_LONG ? 1.2 : 1.8;
const WAIT = { timeout: 60_000, interval: 200 };
const MEGABYTE = 1024 * 1024;

/** Bytes in use after collecting garbage, and nodes that the agent's browser holds. */
interface Sample {
  readonly relay: number;
  readonly viewer: number;
  readonly nodes: number;
}

/** A visitor and an agent in browsers of their own, with the page of one on the screen of the other. */
class LongShare {
  readonly server: ServerProcess;
  readonly visitor: VisitorOnPage;
  readonly agent: AgentAtDesk;
  /** Pages that viewers have built, in all. */
  built = 0;

  private constructor(server: ServerProcess, visitor: VisitorOnPage, agent: AgentAtDesk) {
    this.server = server;
    this.visitor = visitor;
    this.agent = agent;
  }

  static async open(server: ServerProcess): Promise<LongShare> {
    const browser = await launchChromium();
    const agent = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await agent.become('Available');
    const visitor = await VisitorOnPage.on(browser, server, PAGE);
    await visitor.openChat();
    await visitor.write('Could you have a look at my page?');
    await agent.accept();
    await agent.page.getByRole('button', { name: 'See their page' }).click();
    const dialog = visitor.page.getByRole('dialog', { name: /^Share this page/ });
    await dialog.getByRole('button', { name: 'Allow', exact: true }).click();
    const share = new LongShare(server, visitor, agent);
    await agent.page.exposeFunction('builtPage', () => share.built++);
    await share.#watch();
    return share;
  }

  get viewer(): Frame | undefined {
    return this.agent.page.frames().find((frame) => frame.url().includes('/view/'));
  }

  /** Counts the pages that this viewer builds. */
  async #watch(): Promise<void> {
    await this.agent.page.frameLocator('iframe').locator(FRAME).waitFor({ state: 'attached' });
    await this.viewer?.evaluate(() => {
      const heard = window as unknown as { builtPage?: () => void };
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes) if ((node as Element).className === 'stage') heard.builtPage?.();
      }).observe(document.body, { childList: true, subtree: true });
    });
  }

  /** The visitor's page is loaded anew, and large again. */
  async load(): Promise<void> {
    const { page } = this.visitor;
    await page.goto(this.server.url + PAGE);
    await page.getByText('can see this page').waitFor();
    await this.fill();
  }

  /** Puts something to move into the page. */
  async fill(): Promise<void> {
    await this.visitor.page.evaluate(() => {
      const root = document.createElement('section');
      root.id = 'root';
      document.body.append(root);
    });
    await this.visitor.page.evaluate(buildLargePage, NODES);
  }

  /** The agent's console is loaded anew: checkpoint and tail come from the relay. */
  async reload(): Promise<void> {
    await this.agent.page.reload();
    await this.#watch();
  }

  async round(seed: number, isCalm: boolean): Promise<void> {
    const { page } = this.visitor;
    await page.evaluate(`(${stirLargePage.toString()})(${seed}, ${MOVES_PER_ROUND})`);
    await page.mouse.move(100 + (seed % 500), 100 + (seed % 300));
    await page.mouse.wheel(0, seed % 2 === 0 ? 60 : -60);
    if (isCalm) await page.locator('#field').fill(`a name ${seed}`);
  }

  async sample(): Promise<Sample> {
    const said = this.server.output().split('memory in use: ').length;
    process.kill(this.server.pid, 'SIGWINCH');
    await expect.poll(() => this.server.output().split('memory in use: ').length, WAIT).toBeGreaterThan(said);
    const relay = Number(this.server.output().split('memory in use: ').at(-1)?.split('\n')[0]);
    return { relay, ...(await this.#viewerNow()) };
  }

  /** The viewer's own process where the browser gives it one, else the console's, which holds it then. */
  async #viewerNow(): Promise<{ viewer: number; nodes: number }> {
    const { page } = this.agent;
    const context = page.context();
    const probe = await context.newCDPSession(this.viewer ?? page).catch(() => context.newCDPSession(page));
    await probe.send('HeapProfiler.collectGarbage');
    const { usedSize } = await probe.send('Runtime.getHeapUsage');
    const { nodes } = await probe.send('Memory.getDOMCounters');
    await probe.detach();
    return { viewer: usedSize, nodes };
  }

  /** Waits until both show the same elements and texts. */
  async untilEqual(): Promise<void> {
    await expect
      .poll(async () => {
        const there = await this.visitor.page.evaluate(skeletonOf, undefined);
        return (await this.viewer?.evaluate(skeletonOf, FRAME)) === there;
      }, WAIT)
      .toBe(true);
  }

  /** How often the relay asked this page for a snapshot. */
  get asked(): number {
    return this.visitor.received.filter((text) => text.includes('"snapshot-asked"')).length;
  }

  async close(): Promise<void> {
    await this.agent.page.context().browser()?.close();
  }
}

/** Median of a quarter of the run, from 0. */
function quarter(samples: readonly Sample[], number: number, of: (sample: Sample) => number): number {
  const values = samples.filter((_, index) => Math.floor((4 * index) / samples.length) === number).map(of);
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.skipIf(process.platform === 'win32' || lacks('chromium'))(
  `[CO6] [CO15] a page that is shared ${IS_LONG ? `for ${LASTS_MINUTES} minutes` : `for ${ROUNDS} rounds`} costs viewer and relay no more at the end than before`,
  async () => {
    const seed = seedOfRun();
    const limits = {
      shares: { ...defaultShareLimits, tailAskBytes: TAIL_ASK_BYTES, tailAskEveryMs: TAIL_ASK_EVERY_MS },
    };
    const environment = { FAULT_LIMITS: JSON.stringify({ ...(JSON.parse(NO_RATES) as object), ...limits }) };
    const server = await startServer({ entry: ENTRY, environment });
    const share = await LongShare.open(server);
    try {
      await share.fill();
      const samples: Sample[] = [];
      const begin = performance.now();
      const now = (): number => performance.now() - begin;
      let rounds = 0;
      for (let told = 0; IS_LONG ? told < LASTS_MINUTES : rounds < ROUNDS; rounds++) {
        await share.round(seed + rounds, rounds % 5 === 0);
        if (rounds % SAMPLE_EVERY === 0) samples.push(await share.sample());
        if (rounds % LOAD_EVERY === LOAD_EVERY - 1) {
          await share.untilEqual();
          await share.load();
        }
        if (rounds % RELOAD_EVERY === RELOAD_EVERY - 1) await share.reload();
        await delay(PAUSE_MS);
        if (Math.floor(now() / MINUTE_MS) > told) {
          told = Math.floor(now() / MINUTE_MS);
          const { relay = 0, viewer = 0, nodes = 0 } = samples.at(-1) ?? {};
          const megabytes = [relay, viewer].map((bytes) => (bytes / MEGABYTE).toFixed(1));
          console.log(
            `a long share: ${told} of ${LASTS_MINUTES} min, seed ${seed}, ${rounds} rounds, ${share.built} pages built, ` +
              `relay ${megabytes[0]} MB, viewer ${megabytes[1]} MB with ${nodes} nodes`,
          );
        }
      }
      await share.untilEqual();
      const measured = (['relay', 'viewer', 'nodes'] as const).map((name) => {
        const [before, after] = [1, 3].map((number) => quarter(samples, number, (sample) => sample[name]));
        return { name, before, after, ratio: (after ?? 0) / (before ?? 1) };
      });
      console.log(
        `a long share: seed ${seed}, ${rounds} rounds, ${share.built} pages built, ${share.asked} asked for`,
      );
      console.log(measured);
      expect(rounds).toBeGreaterThanOrEqual(ROUNDS);
      expect(share.asked).toBeGreaterThan(0);
      expect(share.built).toBeGreaterThan(share.asked / 2);
      for (const { ratio } of measured) expect(ratio).toBeLessThan(GROWTH_MAX);
    } finally {
      await share.close();
      await server.remove();
    }
  },
  (IS_LONG ? LASTS_MINUTES + 30 : 5) * MINUTE_MS,
);
