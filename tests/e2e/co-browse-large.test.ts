import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { buildLargePage, stirLargePage, stormOn } from '../support/co-browse/large-page.ts';
import { treeShown } from '../support/co-browse/random-page.ts';
import { skeletonOf } from '../support/co-browse/skeleton.ts';
import { Viewing } from '../support/co-browse/viewing.ts';
import { lacks } from '../support/programs.ts';

const SHOP = 'https://shop.test/';
const PAGE = '<!doctype html><title>Shop</title><body><p id=end>-</p><main id=root></main></body>';
const NODES = 50_000;
const MANY = 10_000;
const STIRS = 300;
const SEEDS = [3];
/** Of sixty, those after which a viewer once had moved nodes in another order or place than the page. */
const MOVING_SEEDS = [3, 14];
const FEW = 500;
const MOVES = 400;
const STORM_MS = 3_000;
const TIMEOUT_MS = 180_000;
const FRAME = '.stage iframe';

interface Shared {
  readonly viewing: Viewing;
  readonly page: Page;
  close(): Promise<void>;
}

describe.skipIf(lacks('chromium'))('[CO12] a page that is large or never still', () => {
  let browser: Browser;
  let recorder: string;
  let replay: string;

  beforeAll(async () => {
    [browser, recorder, replay] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/recorder-entry.ts', 'recorder'),
      bundleOf('console/src/replay/main.ts', 'replay'),
    ]);
  });
  afterAll(() => browser.close());

  /** A page whose recorder is there but does not run yet. */
  async function share(): Promise<Shared> {
    const viewing = await Viewing.open(browser, replay);
    const context = await browser.newContext();
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    const page = await context.newPage();
    await page.goto(SHOP);
    await page.exposeBinding('leave', (_source, events: unknown) => viewing.give(events));
    await page.evaluate(
      `${recorder}; window.recorder = recorder; recorder.listen((events) => { window.leave(events) })`,
    );
    return {
      viewing,
      page,
      close: async () => {
        await context.close();
        await viewing.close();
      },
    };
  }

  const start = (page: Page): Promise<unknown> =>
    page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);

  async function expectSameTrees({ page, viewing }: Shared): Promise<void> {
    const there = await page.evaluate(skeletonOf, undefined);
    await expect
      .poll(async () => (await viewing.viewer.evaluate(skeletonOf, FRAME)) === there, {
        timeout: TIMEOUT_MS / 2,
        interval: 500,
      })
      .toBe(true);
    expect(await page.evaluate('recorder.failures')).toEqual([]);
  }

  for (const seed of SEEDS) {
    test(
      `a page of ${NODES} nodes is told in pieces while it changes, and arrives whole (seed ${seed})`,
      async () => {
        const shared = await share();
        const { page } = shared;
        await page.evaluate(buildLargePage, NODES);
        await start(page);
        const first = await page.evaluate<number>('recorder.frames.join("").length');
        await page.evaluate(`(${stirLargePage.toString()})(${seed}, ${STIRS})`);
        await expectSameTrees(shared);
        const all = await page.evaluate<number>('recorder.frames.join("").length');
        expect(first * 10).toBeLessThan(all);

        await shared.close();
      },
      TIMEOUT_MS,
    );
  }

  for (const seed of MOVING_SEEDS) {
    test(
      `moved nodes stand where the page has them, after ${MOVES} moves among ${FEW} (seed ${seed})`,
      async () => {
        const shared = await share();
        await shared.page.evaluate(buildLargePage, FEW);
        await start(shared.page);
        await shared.page.evaluate(`(${stirLargePage.toString()})(${seed}, ${MOVES})`);
        await expectSameTrees(shared);
        await shared.close();
      },
      TIMEOUT_MS,
    );
  }

  test(
    `${MANY} nodes that come at once are told in pieces, and so is a checkpoint`,
    async () => {
      const shared = await share();
      await start(shared.page);
      await shared.page.evaluate(buildLargePage, MANY);
      await expectSameTrees(shared);
      const sizes = await shared.page.evaluate<number[]>('recorder.frames.map(({ length }) => length)');
      expect(Math.max(...sizes)).toBeLessThan(1_000_000);

      // The same, told from the beginning.
      const { page, viewing } = shared;
      const live = await viewing.viewer.evaluate(treeShown);
      await page.evaluate(`recording.checkpoint(); document.querySelector('#end').textContent = 'again'`);
      await viewing.waitFor('again');
      await expect
        .poll(async () => (await viewing.viewer.evaluate(treeShown)).replace('again', '-') === live, {
          timeout: TIMEOUT_MS / 2,
        })
        .toBe(true);
      await shared.close();
    },
    TIMEOUT_MS,
  );

  test(
    'a storm of changes is told late, then not at all, and the page is sent again when it is over',
    async () => {
      const shared = await share();
      await shared.page.evaluate(buildLargePage, MANY);
      await start(shared.page);
      expect(await shared.page.evaluate(stormOn, STORM_MS)).toBeGreaterThan(3);
      await expectSameTrees(shared);
      const states = await shared.page.evaluate<string[]>('recorder.states');
      // A machine that is busy itself goes straight to the second.
      expect(states.some((state) => state !== 'live')).toBe(true);
      await expect
        .poll(() => shared.page.evaluate<string>('recorder.states.at(-1)'), { timeout: TIMEOUT_MS / 2 })
        .toBe('live');
      await shared.close();
    },
    TIMEOUT_MS,
  );
});
