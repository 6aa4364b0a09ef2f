import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PrivacySettings } from '../../sdk/src/co-browse/privacy-settings.ts';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { lacks } from '../support/programs.ts';

const SHOP = 'https://shop.test/';
const PAGE =
  '<!doctype html><title>Shop</title><style>.alpha{color:red}</style><body><main id=root>start</main><p id=end>-</p></body>';

type Started = {
  readonly state: string;
  readonly faults?: readonly { readonly list: string; readonly selector: string }[];
};

describe.skipIf(lacks('chromium'))('a page that is recorded', () => {
  let browser: Browser;
  let recorder: string;

  beforeAll(async () => {
    [browser, recorder] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/recorder-entry.ts', 'recorder'),
    ]);
  });
  afterAll(() => browser.close());

  async function openShop(body = PAGE): Promise<Page> {
    const context = await browser.newContext();
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body }));
    const page = await context.newPage();
    await page.goto(SHOP);
    return page;
  }

  async function start(page: Page, settings: Partial<PrivacySettings>): Promise<Started> {
    await page.evaluate(`${recorder}; window.recorder = recorder;`);
    return page.evaluate<Started, Record<string, unknown>>(
      (chosen) => {
        const shared = window as unknown as {
          recorder: { start(settings: unknown): Started };
          recording: Started;
        };
        shared.recording = shared.recorder.start(chosen);
        return JSON.parse(JSON.stringify(shared.recording)) as Started;
      },
      settings as Record<string, unknown>,
    );
  }

  test('[CO4] a selector that no browser reads refuses to start, and nothing leaves', async () => {
    const page = await openShop();
    const settings = { mask: ['.ok', 'p:is('], block: ['', '.a/*'], show: ['..'], deny: ['['] };
    const started = await start(page, settings);
    expect(started.state).toBe('refused');
    expect(started.faults?.map(({ list, selector }) => [list, selector])).toEqual([
      ['mask', 'p:is('],
      ['block', ''],
      ['block', '.a/*'],
      ['show', '..'],
      ['deny', '['],
    ]);
    expect(await page.evaluate('recorder.frames.length')).toBe(0);
    await page.context().close();
  });

  test('[CO4] selectors of the site mask, block and show', async () => {
    const page = await openShop(
      '<body><p class=m>inside-m</p><div class=b style="width:70px;height:30px">inside-b</div><input class=s value=Jane><input value=Other></body>',
    );
    await start(page, { preset: 'balanced', mask: ['.m'], block: ['.b'], show: ['.s'] });
    const all = await page.evaluate<string>('recorder.frames.join("")');
    expect(all).not.toMatch(/inside-m|inside-b|Other/);
    expect(all).toContain('Jane');
    expect(all).toContain('"rr_width":"70px","rr_height":"30px"');
    await page.context().close();
  });

  test('[CO3] words that only begin like what was chosen are seen', async () => {
    const page = await openShop(
      `<body><input type=radio value=post checked><select><option>Main<option selected>Card</select>
       <label>Postcode</label><p>Mainland, cardboard and Postal</p><p>Post or card</p></body>`,
    );
    await start(page, { preset: 'balanced' });
    const all = await page.evaluate<string>('recorder.frames.join("")');
    expect(all).toContain('"Postcode"');
    expect(all).toContain('Mainland, cardboard and Postal');
    expect(all).not.toContain('Post or card');
    await page.context().close();
  });

  test('[CO12] stopping puts every member of the page’s prototypes back', async () => {
    const page = await openShop();
    await page.evaluate(() => {
      const owners = Object.getOwnPropertyNames(window).flatMap((name): [string, object][] => {
        const value: unknown = /^[A-Z]/.test(name) ? Reflect.get(window, name) : undefined;
        const prototype: unknown = typeof value === 'function' ? Reflect.get(value, 'prototype') : undefined;
        return typeof prototype === 'object' && prototype !== null ? [[name, prototype]] : [];
      });
      const all = (): Map<string, unknown> => {
        const found = new Map<string, unknown>();
        for (const [name, owner] of [
          ...owners,
          ['document', document] as [string, object],
          ['customElements', customElements] as [string, object],
        ]) {
          for (const [key, one] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
            found.set(`${name}.${key}`, (one.value as unknown) ?? one.set ?? one.get);
          }
        }
        return found;
      };
      const before = all();
      Object.assign(window, {
        changed: () => {
          const now = all();
          return [...new Set([...before.keys(), ...now.keys()])].filter(
            (key) => before.get(key) !== now.get(key),
          );
        },
      });
    });
    const started = await start(page, { preset: 'balanced' });
    expect(started.state).toBe('recording');
    expect(await page.evaluate<string[]>('changed()')).toContain('CSSStyleSheet.addRule');
    await page.evaluate('recording.stop()');
    expect(await page.evaluate<string[]>('changed()')).toEqual([]);
    const sent = await page.evaluate<number>('recorder.frames.length');
    await page.evaluate('document.body.append("more")');
    await page.waitForTimeout(100);
    expect(await page.evaluate('recorder.frames.length')).toBe(sent);
    await page.context().close();
  });
});
