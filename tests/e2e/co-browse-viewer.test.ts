import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { hostileCases, writtenOut } from '../support/co-browse/corpus.ts';
import { Viewing } from '../support/co-browse/viewing.ts';
import { lacks } from '../support/programs.ts';

const cases = hostileCases().filter(({ kind }) => kind.startsWith('rrweb'));
const STALL_MAX_MS = 200;
/** A stall of a payload's own comes each time; one that comes from other suites on the machine does not. */
const TURNS_MAX = 6;
const element = (id: number, tagName: string, childNodes: unknown[]) => ({
  type: 2,
  id,
  tagName,
  attributes: {},
  childNodes,
});

/** A page that says one thing. */
function pageThatSays(text: string): unknown[] {
  const body = element(5, 'body', [element(6, 'p', [{ type: 3, id: 7, textContent: text }])]);
  const node = { type: 0, id: 1, childNodes: [element(3, 'html', [body])] };
  return [
    { type: 4, timestamp: 1, data: { href: 'https://shop.test/', width: 800, height: 600 } },
    { type: 2, timestamp: 2, data: { node, initialOffset: { top: 0, left: 0 } } },
  ];
}

describe.skipIf(lacks('chromium'))('[CO15] the viewer of a shared page', () => {
  let browser: Browser;
  let replay: string;

  beforeAll(async () => {
    [browser, replay] = await Promise.all([
      launchChromium(),
      bundleOf('console/src/replay/main.ts', 'replay'),
    ]);
  });
  afterAll(() => browser.close());

  test.skipIf(cases.length > 0)(
    'the shared corpus of hostile payloads is not beside the repository',
    () => undefined,
  );

  for (const { id, payload } of cases) {
    test(`[T2] [T3] [T4] [T5] ${id} hurts nobody`, async () => {
      const viewing = await Viewing.open(browser, replay);
      try {
        let quickestMs = Infinity;
        for (let turn = 1; turn <= TURNS_MAX && quickestMs >= STALL_MAX_MS; turn++) {
          await viewing.takeLongestTask();
          await viewing.give(writtenOut(payload));
          await viewing.give(pageThatSays(`still here, turn ${turn}`));
          await viewing.waitFor(`still here, turn ${turn}`);
          quickestMs = Math.min(quickestMs, await viewing.takeLongestTask());
        }
        expect(await viewing.damage()).toEqual({
          scripts: 0,
          requests: [],
          errors: [],
          popups: 0,
          focus: 'composer',
          isPolluted: false,
        });
        expect(quickestMs).toBeLessThan(STALL_MAX_MS);
      } finally {
        await viewing.close();
      }
    });
  }
});
