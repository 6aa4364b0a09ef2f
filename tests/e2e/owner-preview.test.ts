import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const WAIT = { timeout: 30_000, interval: 200 };
const TEST_MS = 240_000;
const CARD = '4242 4242 4242 4242';
const MAIL = 'jo@example.com';
const NAME = 'Jolanda';

/** What an agent, or an owner who looks as one, sees in the viewer's frame. */
const shownIn = (place: Locator): FrameLocator => place.frameLocator('iframe').frameLocator('.stage iframe');

/** The owner, the page that the settings opened, and the picture of it. */
class Looking {
  readonly page: Page;
  readonly pane: Locator;
  readonly picture: FrameLocator;

  constructor(page: Page) {
    this.page = page;
    this.pane = page.getByRole('region', { name: 'What the agent sees' });
    this.picture = shownIn(this.pane);
  }

  /** Opens a page of the owner's in a tab, by the settings. */
  async at(url: string): Promise<Page> {
    await this.pane.getByRole('textbox', { name: 'A page of yours' }).fill(url);
    const opened = this.page.context().waitForEvent('page');
    await this.pane.getByRole('button', { name: 'Open in a tab' }).click();
    return opened;
  }

  rule(words: string | RegExp): Locator {
    return this.pane.getByRole('region', { name: 'What each rule did' }).getByRole('button', { name: words });
  }
}

async function fillCheckout(page: Page): Promise<void> {
  await page.locator('[autocomplete~="given-name"]').fill(NAME);
  await page.locator('[autocomplete~="email"]').fill(MAIL);
  await page.locator('[autocomplete~="cc-number"]').fill(CARD);
}

/** What the fields of the checkout say where it is shown. */
const said = async (picture: FrameLocator): Promise<string[]> =>
  Promise.all(
    // Names of classes and ids cross, attributes of forms do not.
    ['#given-name', '#email', '#cc-number'].map((field) => picture.locator(field).inputValue()),
  );

describe.skipIf(lacks('chromium'))('what the agent sees', () => {
  let server: ServerProcess;
  let browser: Browser;
  let sam: AgentAtDesk;
  let looking: Looking;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    sam = await AgentAtDesk.signedIn(browser, server, 'Sam');
    looking = new Looking(sam.page);
    await sam.page.getByRole('link', { name: 'Settings', exact: true }).click();
    await sam.page.getByRole('link', { name: 'What agents see', exact: true }).click();
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const checkout = (): string => `${server.url}/demo/shop/checkout.html`;

  test(
    '[CO3] [CO4] [CO5] an owner sees a page as agents would, changes a rule, sees the difference, saves it, and a share shows exactly that',
    { timeout: TEST_MS },
    async () => {
      const { page } = sam;
      const tab = await looking.at(checkout());
      await tab.getByText('look at this tab').waitFor();
      await fillCheckout(tab);
      // What the page is told to show is seen, what nobody may see is not.
      await expect.poll(() => said(looking.picture), WAIT).toEqual([NAME, '••••••', '••••••']);
      await looking.rule(/Passwords, card, code/).waitFor();
      await looking.rule(/Shown: \[autocomplete~="given-name"\]/).waitFor();
      expect(await axeFindings(page)).toEqual([]);

      // A selector that no browser reads is said in its place, and changes nothing.
      const show = page.getByRole('group', { name: 'Show', exact: true });
      const next = show.getByRole('textbox', { name: 'Show: add a selector' });
      await next.fill('#email[');
      await next.press('Enter');
      await show.getByText(/This cannot be used/).waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText(/^Not saved\. /).waitFor();
      expect(await said(looking.picture)).toEqual([NAME, '••••••', '••••••']);

      // Before it is saved it is seen, and only here. A card field stays hidden whatever is asked for.
      const wrong = show.getByRole('textbox', { name: /^Show: selector/ }).last();
      await wrong.fill('#email, [autocomplete~="cc-number"]');
      await expect.poll(() => said(looking.picture), WAIT).toEqual([NAME, MAIL, '••••••']);
      await show.getByText('2 parts of this page, 1 of them hidden all the same').waitFor();
      const policy = async () =>
        (await (await fetch(`${server.url}/v1/sites/demo/co-browse`)).json()) as { show: string[] };
      expect((await policy()).show.join()).not.toContain('#email');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved. It is in force now.').waitFor();
      expect((await policy()).show).toContain('#email, [autocomplete~="cc-number"]');
      await expect.poll(() => said(looking.picture), WAIT).toEqual([NAME, MAIL, '••••••']);

      // The next page of the tab is seen too.
      await tab.goto(`${server.url}/demo/account/`);
      const heading = (await tab.locator('h1').first().innerText()).trim();
      await looking.picture.locator('h1', { hasText: heading }).first().waitFor();

      const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
      await ana.become('Available');
      const visitor = await VisitorOnPage.on(browser, server, '/demo/shop/checkout.html');
      await visitor.openChat();
      await visitor.write('Is this right?');
      await ana.accept();
      await ana.page.getByRole('button', { name: 'See their page' }).click();
      await visitor.page.getByRole('button', { name: 'Allow', exact: true }).click();
      await visitor.page.getByText('Ana can see this page').waitFor();
      await fillCheckout(visitor.page);
      const stage = shownIn(ana.page.getByRole('region', { name: 'Their page' }));
      await expect.poll(() => said(stage), WAIT).toEqual([NAME, MAIL, '••••••']);
      await tab.close();
      await looking.pane.getByText('The tab was closed, or it cannot be reached.').waitFor();
    },
  );

  test(
    '[CO1] a link, another opener and another answer get nothing of a page',
    { timeout: TEST_MS },
    async () => {
      const context = await newContext(browser);
      const fetched: string[] = [];
      context.on('request', (request) => {
        if (/\/recorder-/.test(request.url())) fetched.push(request.url());
      });
      // The same machine by another name is another origin.
      const foreign = await context.newPage();
      await foreign.goto(`${server.url.replace('127.0.0.1', 'localhost')}/demo/fixtures/plain-without.html`);
      const opened = context.waitForEvent('page');
      await foreign.evaluate((url) => {
        const heard: unknown[] = [];
        Object.assign(window, { heard });
        window.addEventListener('message', ({ data }) => heard.push(data));
        const tab = window.open(url, 'alongside-preview-guessed');
        const policy = { preset: 'balanced', mask: [], block: [], show: ['*'], deny: [], assetOrigins: [] };
        setInterval(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => heard.push(data);
          tab?.postMessage({ type: 'alongside-preview', code: 'guessed', policy }, '*', [port2]);
        }, 100);
      }, checkout());
      const lured = await opened;
      // The module has come and has seen who opened the tab.
      await lured.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => /\/preview-/.test(name)),
      );
      // Without anybody who opened it, such as behind a link.
      const alone = await context.newPage();
      await alone.goto(checkout());
      await alone.evaluate(() => (window.name = 'alongside-preview-guessed'));
      await alone.reload();
      await alone.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => /\/preview-/.test(name)),
      );
      // The launcher has been pressed and has answered: whatever the tab does by itself has begun by then.
      for (const page of [lured, alone]) {
        await page.getByRole('button', { name: 'Chat with us' }).click();
        await page.getByRole('dialog', { name: 'Chat with us' }).waitFor();
        expect(await page.getByText('look at this tab').count()).toBe(0);
      }
      expect(fetched).toEqual([]);
      expect(await foreign.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
      await context.close();
    },
  );

  test(
    '[CO15] a code from another window is refused, a page that posts garbage harms nothing, and what is over stays over',
    { timeout: TEST_MS },
    async () => {
      const { page } = sam;
      const tab = await looking.at(checkout());
      await looking.picture.locator('h1', { hasText: 'Checkout' }).waitFor();

      // A window that the page opened knows the code, and is not the one that was opened here.
      const opened = sam.page.context().waitForEvent('page');
      await tab.evaluate(
        (url) => void window.open(url, 'another'),
        `${server.url}/demo/fixtures/plain-without.html`,
      );
      const child = await opened;
      const answered = await child.evaluate(
        async (code) => {
          let heard = 0;
          window.addEventListener('message', () => heard++);
          const hello = { type: 'alongside-preview', code, site: 'demo' };
          const console = (window.opener as Window).opener as Window;
          for (let time = 0; time < 10; time++) {
            console.postMessage(hello, '*');
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return heard;
        },
        await tab.evaluate(() => window.name.slice('alongside-preview-'.length)),
      );
      expect(answered).toBe(0);
      await child.close();
      await looking.picture.locator('h1', { hasText: 'Checkout' }).waitFor();

      // The page's own scripts take the place of ours: they are decoded like strangers.
      const said = await tab.evaluate(async () => {
        const console = window.opener as Window;
        const code = window.name.slice('alongside-preview-'.length);
        const garbage = [null, 5, 'x', [], { type: 'frame' }, { type: 'frame', text: 5, snapshot: true }];
        for (const each of garbage) console.postMessage(each, '*');
        const port = await new Promise<MessagePort | undefined>((resolve) => {
          window.addEventListener('message', ({ ports }) => resolve(ports[0]), { once: true });
          console.postMessage({ type: 'alongside-preview', code, site: 'demo' }, '*');
        });
        const hostile = {
          id: 9,
          type: 2,
          tagName: 'script',
          attributes: { onload: 'top.pwned=1' },
          childNodes: [],
        };
        const tree = { type: 2, timestamp: 1, data: { node: hostile, initialOffset: { top: 0, left: 0 } } };
        const messages: unknown[] = [
          ...garbage,
          { type: 'frame', text: '{', snapshot: true },
          { type: 'frame', text: '['.repeat(5_000), snapshot: false },
          { type: 'frame', text: JSON.stringify([tree]), snapshot: true },
          {
            type: 'report',
            rules: [{ rule: 'constructor', count: -1, nodes: ['x'] }],
            pictures: 5,
            partial: 1,
          },
          { type: 'page', address: '<img src=x onerror=top.pwned=1>' },
          { type: 'picked', node: 1, isControl: true, selectors: [{ selector: '</script>', count: 1e9 }] },
        ];
        for (const each of messages) port?.postMessage(each);
        return port !== undefined;
      });
      expect(said).toBe(true);
      await looking.pane.getByText('<img src=x').waitFor();
      expect(await page.evaluate(() => 'pwned' in window)).toBe(false);

      // What was opened before gets nothing once another page is looked at.
      const name = await tab.evaluate(() => window.name);
      const second = await looking.at(`${server.url}/demo/quote/`);
      await looking.picture.locator('h1').first().waitFor();
      expect(tab.isClosed()).toBe(true);
      expect(await second.evaluate(() => window.name)).not.toBe(name);
      await second.evaluate((old) => (window.name = old), name);
      await second.reload();
      await second.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name: url }) => /\/preview-/.test(url)),
      );
      await looking.pane.getByText('Nothing has answered from the tab.').waitFor();
      expect(await second.getByText('look at this tab').count()).toBe(0);
    },
  );

  test(
    'a page that isolates itself, one that is not of the site, and no page at all are said in words',
    { timeout: TEST_MS },
    async () => {
      await looking.pane.getByRole('textbox', { name: 'A page of yours' }).fill('https://elsewhere.example/');
      await looking.pane.getByRole('button', { name: 'Open in a tab' }).click();
      await looking.pane
        .getByText('elsewhere.example is not of this site')
        .or(looking.pane.getByText('no origins yet'))
        .waitFor();
      await sam.page.context().route('**/demo/shop/?isolated', async (route) => {
        const response = await route.fetch();
        await route.fulfill({
          response,
          headers: { ...response.headers(), 'cross-origin-opener-policy': 'same-origin' },
        });
      });
      const tab = await looking.at(`${server.url}/demo/shop/?isolated`);
      await looking.pane.getByText('Cross-Origin-Opener-Policy').waitFor();
      expect(await tab.getByText('look at this tab').count()).toBe(0);
    },
  );
});
