import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';
import { Stage, allow } from './stage.ts';

/** What demo-site/fixtures/hostile-script.js can do, and how to see on the page that it was done. */
const DEEDS: Record<string, () => boolean> = {
  websocket: () => !String(WebSocket).includes('[native code]'),
  json: () => JSON.stringify({ is: 'told' }) === '"hostile"',
  array: () => !Array.isArray([]),
  promise: () => !Object.hasOwn(Promise, 'allSettled') || !String(Promise.resolve).includes('[native code]'),
  freeze: () => Object.isFrozen(Object.prototype) && Object.isFrozen(Element.prototype),
  body: () => document.querySelector('h1')?.textContent === 'This body is another one',
  timers: () => (document.documentElement.dataset['hostile'] ?? '').includes('timers'),
};

describe.skipIf(lacks('chromium'))('a hostile page', () => {
  let server: ServerProcess;
  let browser: Browser;
  let ana: AgentAtDesk;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await ana.become('Available');
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** A visitor in a private window; errors of the page are kept. */
  async function visit(path: string): Promise<{ visitor: VisitorOnPage; page: Page; errors: string[] }> {
    const context = await newContext(browser);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.url}/demo/fixtures/${path}`, { waitUntil: 'load' });
    return { visitor: new VisitorOnPage(page), page, errors };
  }

  /** The visitor writes, Ana reads it and answers, the visitor reads that. */
  async function talk(visitor: VisitorOnPage, about: string): Promise<void> {
    await visitor.openChat();
    await visitor.write(`A word on ${about}`);
    await ana.accept();
    await ana.conversation.getByText(`A word on ${about}`, { exact: true }).waitFor();
    await ana.answer(`Read: ${about}`);
    await visitor.conversation.getByText(`Read: ${about}`, { exact: true }).waitFor();
    await ana.finish();
  }

  test.each(Object.entries(DEEDS))(
    '[R28] that does %s: visitor and agent talk, and no error',
    async (deed, isDone) => {
      const { visitor, page, errors } = await visit(`hostile-script.html?do=${deed}`);
      await page.locator(`html[data-hostile*="${deed}"]`).waitFor();
      expect(await page.evaluate(`(${String(isDone)})()`)).toBe(true);
      await talk(visitor, deed);
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  test('[T18] [R28] that does all of it: visitor and agent talk, and no error', async () => {
    const { visitor, page, errors } = await visit('hostile-script.html');
    for (const deed of Object.keys(DEEDS)) await page.locator(`html[data-hostile*="${deed}"]`).waitFor();
    await talk(visitor, 'everything');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('[R28] whose old library changes the prototypes: visitor and agent talk, and no error', async () => {
    const { visitor, page, errors } = await visit('prototype-js.html');
    expect(await page.evaluate(() => Object.keys(Array.prototype).length)).toBeGreaterThan(0);
    await talk(visitor, 'prototypes');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each([
    ['whose old library changes the prototypes', 'prototype-js.html', 'Patched prototypes', []],
    ['that allows no inline style', 'strict-csp.html', 'Strict content security policy', []],
    ['that does all of it', 'hostile-script.html', 'This body is another one', Object.keys(DEEDS)],
  ])('[R28] %s: an agent sees it shared, and no error', async (_what, file, heading, deeds) => {
    const { visitor, page, errors } = await visit(file);
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    for (const deed of deeds) await page.locator(`html[data-hostile*="${deed}"]`).waitFor();
    await visitor.openChat();
    await visitor.write('Please look at this page');
    await ana.accept();
    await ana.page.getByRole('button', { name: 'See their page' }).click();
    await allow(visitor, 'Ana');
    await new Stage(ana.page).heading(heading).waitFor();
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await ana.finish();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('[R28] that takes the widget out, or all that there is: it comes back, the open conversation too', async () => {
    const { visitor, page, errors } = await visit('plain.html');
    await visitor.launcher.waitFor();
    const gone = await page.evaluate(() => {
      document.querySelector('alongside-widget')?.remove();
      return document.querySelector('alongside-widget') === null;
    });
    expect(gone).toBe(true);
    await talk(visitor, 'removal');
    // As text, because code of ours may not do such things.
    const emptied = await page.evaluate(
      `document.documentElement.innerHTML = '<head></head><body><h1>Another page</h1></body>';
       document.querySelector('alongside-widget') === null`,
    );
    expect(emptied).toBe(true);
    await visitor.conversation.getByText('Read: removal', { exact: true }).waitFor();
    await visitor.write('Still there');
    await visitor.page.getByText(/^(Sent|Delivered|Read)$/).waitFor();
    expect(await page.locator('alongside-widget').count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('[R28] that takes it out without end wins quietly', async () => {
    const { visitor, page, errors } = await visit('plain.html');
    await visitor.launcher.waitFor();
    await page.evaluate(() => {
      const take = (): void => document.querySelector('alongside-widget')?.remove();
      new MutationObserver(take).observe(document.documentElement, { childList: true });
      take();
    });
    await page.locator('alongside-widget').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.querySelector('h1')?.textContent)).toBe('A plain page');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('[R28] that opens its document anew: the widget is gone quietly', async () => {
    const { visitor, page, errors } = await visit('plain.html');
    await visitor.launcher.waitFor();
    await page.evaluate(
      `document.open(); document.write('<!doctype html><h1>Written anew</h1>'); document.close();`,
    );
    await page.getByRole('heading', { name: 'Written anew' }).waitFor();
    expect(await page.locator('alongside-widget').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
