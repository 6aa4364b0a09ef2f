import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { noteMembers } from '../support/co-browse/members.ts';
import { lacks } from '../support/programs.ts';

const SHOP = 'https://shop.test/';
const PAGE =
  '<!doctype html><title>Shop</title><style id=sheet>p{color:red}</style><body><p>text</p><input id=field></body>';

describe.skipIf(lacks('chromium'))('[CO12] beside a recorder of the host’s own', () => {
  let browser: Browser;
  let ours: string;
  let theirs: string;

  beforeAll(async () => {
    [browser, ours, theirs] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/recorder-entry.ts', 'recorder'),
      bundleOf('tests/support/co-browse/bare-recorder-entry.ts', 'bare', 'whole'),
    ]);
  });
  afterAll(() => browser.close());

  async function open(): Promise<Page> {
    const context = await browser.newContext();
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    const page = await context.newPage();
    await page.goto(SHOP);
    await page.evaluate(`${ours}; window.recorder = recorder; ${theirs}; window.bare = bare;`);
    await page.evaluate(noteMembers);
    return page;
  }

  const STARTS = {
    ours: `window.recording = recorder.start({ preset: 'balanced', show: ['#field'] })`,
    theirs: 'bare.start()',
  } as const;
  const STOPS = { ours: 'recording.stop()', theirs: 'bare.stop()' } as const;

  /** A rule, a value and a text, each with a name of its own; answers who told of them. */
  async function heard(page: Page, name: string): Promise<{ ours: string[]; theirs: string[] }> {
    await page.evaluate(async (mark) => {
      const sheet = document.querySelector<HTMLStyleElement>('#sheet')?.sheet;
      sheet?.insertRule(`.rule-${mark}{color:blue}`);
      const field = document.querySelector<HTMLInputElement>('#field');
      if (field) field.value = `value-${mark}`;
      document.querySelector('p')?.append(` text-${mark}`);
      await new Promise((done) => setTimeout(done, 300));
    }, name);
    const marks = [`rule-${name}`, `text-${name}`];
    const [own, other] = await page.evaluate<[string, string]>(
      `[recorder.frames.join(''), bare.events.join('')]`,
    );
    const among = (text: string): string[] => marks.filter((mark) => text.includes(mark));
    return { ours: among(own), theirs: among(other) };
  }

  for (const first of ['ours', 'theirs'] as const) {
    for (const stopsFirst of ['ours', 'theirs'] as const) {
      test(`${first} starts first, ${stopsFirst} stops first: the other goes on`, async () => {
        const page = await open();
        const second = first === 'ours' ? 'theirs' : 'ours';
        await page.evaluate(STARTS[first]);
        await page.evaluate(STARTS[second]);
        const both = ['rule-alpha', 'text-alpha'];
        expect(await heard(page, 'alpha')).toEqual({ ours: both, theirs: both });

        const stays = stopsFirst === 'ours' ? 'theirs' : 'ours';
        await page.evaluate(STOPS[stopsFirst]);
        const after = await heard(page, 'bravo');
        expect(after[stopsFirst]).toEqual([]);
        expect(after[stays]).toContain('text-bravo');
        if (first === 'ours' || stopsFirst === 'ours') expect(after[stays]).toContain('rule-bravo');
        await page.evaluate(STOPS[stays]);
        const left = await page.evaluate<string[]>('changed()');
        // What stays is rrweb's own: it puts back what it found, which was ours, or leaves its own there.
        if (first === 'theirs' && stopsFirst === 'ours')
          expect(left).toEqual(['CSSStyleSheet.addRule', 'CSSStyleSheet.removeRule']);
        expect(await page.evaluate('recorder.failures')).toEqual([]);
        await page.context().close();
      });
    }
  }
});
