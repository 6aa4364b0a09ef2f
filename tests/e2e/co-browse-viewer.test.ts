import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { hostileCases, writtenOut } from '../support/co-browse/corpus.ts';
import { HostileShare, pageThatSays } from '../support/co-browse/hostile-share.ts';
import { Viewing } from '../support/co-browse/viewing.ts';
import { lacks } from '../support/programs.ts';

const cases = hostileCases().filter(({ kind }) => kind.startsWith('rrweb'));
const texts = hostileCases().filter(({ kind }) => /^chat-/.test(kind));
const STALL_MAX_MS = 200;
/** A stall of a payload's own comes each time; one that comes from other suites on the machine does not. */
const TURNS_MAX = 6;
const TEST_MS = 120_000;
/** What a visitor may write at once. */
const TEXT_MAX_LENGTH = 8_000;
const NO_DAMAGE = {
  scripts: 0,
  requests: [],
  errors: [],
  popups: 0,
  focus: 'composer',
  isPolluted: false,
};

const textOf = (payload: unknown): string => {
  const written = writtenOut(payload);
  return typeof written === 'string' ? written : JSON.stringify(written);
};

/** The quickest of a few turns, each with the payload and a page that is well after it. */
async function quickest(turn: (name: string) => Promise<number>): Promise<number> {
  let quickestMs = Infinity;
  for (let count = 1; count <= TURNS_MAX && quickestMs >= STALL_MAX_MS; count++) {
    quickestMs = Math.min(quickestMs, await turn(`turn ${count}`));
  }
  return quickestMs;
}

describe.skipIf(lacks('chromium'))('[CO15] hostile pages', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test.skipIf(cases.length > 0)(
    'the shared corpus of hostile payloads is not beside the repository',
    () => undefined,
  );

  describe.skipIf(cases.length === 0)('through the relay, in the built console', () => {
    let share: HostileShare;
    let isHurt = false;

    beforeAll(async () => {
      share = await HostileShare.open(browser);
    }, TEST_MS);
    afterAll(() => share.close());

    for (const { id, payload } of cases) {
      test(
        `[T2] [T3] [T4] [T5] ${id} hurts nobody`,
        async () => {
          // What one payload broke is not the next one's.
          if (isHurt) await share.show();
          isHurt = true;
          const longestMs = await quickest(async (turn) => {
            await share.takeLongestTask();
            share.send(textOf(payload));
            await share.settle(`still here after ${id}, ${turn}`);
            return share.takeLongestTask();
          });
          expect(await share.damage()).toEqual({ ...NO_DAMAGE, viewsLoaded: 0 });
          expect(longestMs).toBeLessThan(STALL_MAX_MS);
          isHurt = false;
        },
        TEST_MS,
      );
    }

    test('and what they were made of was dropped on the way', async () => {
      const metrics = await share.scene.server.metrics();
      expect(metrics.get('alongside_share_events_dropped_total')).toBeGreaterThan(cases.length / 2);
    });

    test(
      '[T1] what a visitor writes is text in the console, whatever it looks like',
      async () => {
        if (isHurt) await share.show();
        expect(texts.length).toBeGreaterThan(0);
        for (const { payload } of texts) {
          const text = textOf(payload);
          if (text.length <= TEXT_MAX_LENGTH) await share.scene.visitor.say(text);
        }
        await share.scene.visitor.say('that was all');
        const log = share.console.getByRole('log', { name: 'Conversation' });
        await log.getByText('that was all', { exact: true }).waitFor();
        expect(await share.damage()).toEqual({ ...NO_DAMAGE, viewsLoaded: 0 });
      },
      TEST_MS,
    );
  });

  describe.skipIf(cases.length === 0)('in the viewer, where the relay let them through', () => {
    let replay: string;
    let viewing: Viewing | undefined;

    beforeAll(async () => {
      replay = await bundleOf('console/src/replay/main.ts', 'replay');
    });
    afterAll(() => viewing?.close());

    for (const { id, payload } of cases) {
      test(`[T2] [T3] [T4] [T5] ${id} hurts nobody`, async () => {
        // What one payload broke is not the next one's.
        const open = viewing ?? (await Viewing.open(browser, replay));
        viewing = undefined;
        try {
          const longestMs = await quickest(async (turn) => {
            await open.takeLongestTask();
            await open.give(writtenOut(payload));
            await open.give(pageThatSays(`still here after ${id}, ${turn}`));
            await open.waitFor(`still here after ${id}, ${turn}`);
            return open.takeLongestTask();
          });
          expect(await open.damage()).toEqual(NO_DAMAGE);
          expect(longestMs).toBeLessThan(STALL_MAX_MS);
          viewing = open;
        } finally {
          if (viewing === undefined) await open.close();
        }
      });
    }
  });
});
