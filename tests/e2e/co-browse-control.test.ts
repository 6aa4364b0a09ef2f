import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import type * as Control from '../support/co-browse/control-entry.ts';
import { lacks } from '../support/programs.ts';

const FIXTURES = join(import.meta.dirname, '../../demo-site/fixtures');
const SHOP = 'https://shop.test';

type Acting = typeof Control;
interface Controlled extends Window {
  control: Acting;
}

describe.skipIf(lacks('chromium'))('[CO9] an agent writes where a program keeps the value', () => {
  let browser: Browser;
  let script: string;
  let page: Page;

  beforeAll(async () => {
    [browser, script] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/control-entry.ts', 'control'),
    ]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    const context = await browser.newContext();
    await context.route('**/*', async (route) => {
      const file = new URL(route.request().url()).pathname.slice(1) || 'controlled-inputs.html';
      const contentType = file.endsWith('js')
        ? 'text/javascript'
        : file.endsWith('css')
          ? 'text/css'
          : 'text/html';
      await route.fulfill({ contentType, body: await readFile(join(FIXTURES, file)) });
    });
    page = await context.newPage();
    await page.goto(SHOP);
    await page.evaluate(`${script}; window.control = control; control.start()`);
  });
  afterEach(() => page.context().close());

  /** Presses a field and writes letter by letter, each on the version that the one before left. */
  const write = (selector: string, text: string): Promise<string | undefined> =>
    page.evaluate(
      ([field, letters]) => {
        const { control } = window as unknown as Controlled;
        let { refused, version = 0 } = control.click(field);
        for (const [at, letter] of letters.entries()) {
          if (refused !== undefined) break;
          ({ refused, version = 0 } = control.type(field, { from: at, to: at, text: letter, version }));
        }
        return refused;
      },
      [selector, Array.from(text)] as const,
    );
  const edit = (
    selector: string,
    from: number,
    to: number,
    text: string,
  ): Promise<ReturnType<Acting['type']>> =>
    page.evaluate(
      ([field, start, end, written]) => {
        const { control } = window as unknown as Controlled;
        const { version = 0 } = control.click(field);
        return control.type(field, { from: start, to: end, text: written, version });
      },
      [selector, from, to, text] as const,
    );
  const textOf = (selector: string): Promise<string> =>
    page.evaluate((field) => (window as unknown as Controlled).control.textOf(field), selector);

  test('a field that takes no value which its own setter saw', async () => {
    expect(await write('#tracked', 'Maya')).toBeUndefined();
    expect(await page.locator('#tracked').inputValue()).toBe('Maya');
    expect(await page.locator('#tracked-state').textContent()).toBe('Maya');
  });

  test('a field that waits for the end of a composition', async () => {
    expect(await write('#bound', 'Maya')).toBeUndefined();
    expect(await page.locator('#bound-state').textContent()).toBe('Maya');
  });

  test('a field whose model writes back something else: the agent goes on from that', async () => {
    expect((await edit('#accessor', 0, 0, 'ma')).refused).toBeUndefined();
    expect((await edit('#accessor', 2, 2, 'ya')).refused).toBeUndefined();
    expect(await page.locator('#accessor').inputValue()).toBe('MAYA');
    expect(await page.locator('#accessor-state').textContent()).toBe('MAYA');
  });

  test('a list that is chosen from', async () => {
    expect(
      await page.evaluate(() => (window as unknown as Controlled).control.select('#choice', 1)),
    ).not.toHaveProperty('refused');
    expect(await page.locator('#choice-state').textContent()).toBe('two');
  });

  test('an editor: in the middle of its words, over its lines, and back by undo', async () => {
    const before = (await textOf('#editor')).trim();
    expect(before.replace(/\s+/g, ' ')).toBe('First bold line Second');
    const at = (await textOf('#editor')).indexOf('bold') + 4;
    const done = await edit('#editor p', at, at, 'er');
    expect(done).toMatchObject({
      version: expect.any(Number) as number,
      editor: expect.any(Number) as number,
    });
    expect(done.refused).toBeUndefined();
    expect(await page.locator('#editor b').textContent()).toBe('bolder');
    expect(await page.locator('#events li').allTextContents()).toEqual([
      'beforeinput insertText er',
      'input insertText er',
    ]);
    expect((await edit('#editor p', at - 4, at + 2, '')).refused).toBeUndefined();
    expect(await textOf('#editor')).not.toContain('bold');
    expect(await page.locator('#events li').last().textContent()).toMatch(/^input deleteContent/);
    await page.locator('#editor').focus();
    await page.keyboard.press('ControlOrMeta+z');
    await page.keyboard.press('ControlOrMeta+z');
    expect((await textOf('#editor')).trim()).toBe(before);
  });

  test('an editor’s new line is a paragraph of its own', async () => {
    const at = (await textOf('#editor')).indexOf('Second') + 3;
    expect((await edit('#editor p:last-child', at, at, '\n')).refused).toBeUndefined();
    expect(await page.locator('#editor p').allTextContents()).toEqual(['First bold line', 'Sec', 'ond']);
  });

  test('an editor that refuses, one that is private, a mask and an old version are refused', async () => {
    expect((await edit('#refusing', 0, 0, 'x')).refused).toBe('denied');
    expect((await edit('#masked', 0, 0, 'x')).refused).toBe('masked');
    expect((await edit('#editor p', 0, 0, '••••••')).refused).toBe('masked');
    const old = await page.evaluate(() => {
      const { control } = window as unknown as Controlled;
      return control.type('#editor p', { from: 0, to: 0, text: 'x', version: 99 });
    });
    expect(old.refused).toBe('changed');
    expect((await page.locator('#refusing').textContent())?.trim()).toBe('Stays');
    expect((await page.locator('#masked').textContent())?.trim()).toBe('Private');
  });
});
