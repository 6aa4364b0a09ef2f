import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';
import { Stage, allow } from './stage.ts';

const WAIT = { timeout: 30_000, interval: 200 };
/** Two browsers, a server and a page that is recorded: on a machine under load it takes its time. */
const TEST_MS = 240_000;

/** A visitor who chats with an agent and shares the page with them. */
async function shared(browser: Browser, server: ServerProcess, name: string, path: string) {
  const agent = await AgentAtDesk.signedIn(browser, server, name);
  await agent.become('Available');
  const visitor = await VisitorOnPage.on(browser, server, path);
  await visitor.openChat();
  await visitor.write('Could you have a look at my page?');
  await agent.accept();
  await agent.page.getByRole('button', { name: 'See their page' }).click();
  await agent.page.getByText('has not answered yet').waitFor();
  return { agent, visitor, stage: new Stage(agent.page) };
}

describe.skipIf(lacks('chromium'))('a page is shared', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  // A sign-in link is good for one time: each test has people of its own.
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.remove();
  });

  test(
    '[CO1] an agent asks, the visitor allows, and the agent sees the page and what changes on it',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ana', '/demo/shop/');
      expect(await stage.region.count()).toBe(0);
      await allow(visitor, 'Ana');
      await stage.heading('Parts for bicycles').waitFor();
      await stage.region.getByText('Live', { exact: true }).waitFor();
      expect(await axeFindings(agent.page)).toEqual([]);

      // What changes is seen without a new page.
      await visitor.page.getByRole('button', { name: 'Close' }).first().click();
      await visitor.page.evaluate(() => document.querySelector('h1')?.append(' [changed]'));
      await stage.heading('[changed]').waitFor();

      await visitor.page.getByRole('button', { name: 'Stop sharing' }).click();
      await stage.region.waitFor({ state: 'detached' });
      await agent.page.getByText('stopped sharing the page').first().waitFor();
      await visitor.page.getByText('Ana can see this page').waitFor({ state: 'detached' });
    },
  );

  test(
    '[CO6] [CO16] a second viewer and a reload see it at once, by name, and nothing is asked of the page',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ben', '/demo/quote/');
      await allow(visitor, 'Ben');
      const heading = (await visitor.page.locator('h1').first().innerText()).trim();
      await stage.heading(heading).waitFor();
      const asked = (): number =>
        visitor.received.filter((frame) => frame.includes('"type":"snapshot-asked"')).length;
      const before = asked();

      const sam = await AgentAtDesk.signedIn(browser, server, 'Sam');
      await sam.page.goto(agent.page.url());
      await sam.page.getByRole('button', { name: 'Watch', exact: true }).click();
      const second = new Stage(sam.page);
      await second.heading(heading).waitFor();
      await second.region.getByText('You watch only').waitFor();
      await stage.region.getByText('Sam watches too').waitFor();
      await visitor.page.getByText(/(Ben.*Sam|Sam.*Ben).* can see this page/).waitFor();

      await agent.page.reload();
      await stage.heading(heading).waitFor();
      expect(asked() - before).toBe(0);

      await sam.page.getByRole('button', { name: 'Hide their page' }).click();
      await stage.region.getByText('Sam watches too').waitFor({ state: 'detached' });

      await stage.button('End sharing').click();
      await stage.region.waitFor({ state: 'detached' });
      await visitor.page.getByText('can see this page').waitFor({ state: 'detached' });
    },
  );

  test(
    '[CO1] a visitor who declines shares nothing, and the agent reads it',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ana', '/demo/shop/');
      const sockets: string[] = [];
      visitor.page.on('websocket', (socket) => sockets.push(socket.url()));
      const dialog = visitor.page.getByRole('dialog', { name: 'Share this page with Ana?' });
      await dialog.getByRole('button', { name: 'Not now' }).click();
      await agent.page.getByText(/declined\. The page is not shared\./).waitFor();
      expect(await stage.region.count()).toBe(0);
      expect(sockets.filter((url) => url.includes('co-browse'))).toEqual([]);
    },
  );

  test(
    '[T8] a suggested page is a card with its host, opened by the visitor alone',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ana', '/demo/shop/');
      await allow(visitor, 'Ana');
      await stage.heading('Parts for bicycles').waitFor();
      await stage.button('Suggest a page').click();
      const address = agent.page.getByRole('textbox', { name: 'Address' });
      const suggest = agent.page.getByRole('button', { name: 'Suggest', exact: true });
      await address.fill('https://elsewhere.example/');
      await suggest.click();
      await agent.page.getByText('not on the site’s list').waitFor();
      await address.fill(`${server.url}/demo/shop/basket.html`);
      await suggest.click();
      await visitor.page.getByText(new URL(server.url).host).first().waitFor();
      expect(visitor.page.url()).not.toContain('basket');
      await visitor.page.getByRole('button', { name: 'Open page' }).click();
      await stage.heading('basket').waitFor();
      await agent.conversation.getByText('opened the suggested page').waitFor();
      await stage.button('End sharing').click();
    },
  );

  test(
    '[CO13] the agent sees a picture that only the signed-in visitor can load, and the colours the visitor sees',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ana', '/demo/account/');
      const { page } = visitor;
      await page.emulateMedia({ colorScheme: 'dark' });
      await agent.page.emulateMedia({ colorScheme: null });
      await allow(visitor, 'Ana');
      await page.getByRole('button', { name: 'Close' }).first().click();
      await page.getByLabel('E-mail').first().fill('maya@example.com');
      await page.getByLabel('Password', { exact: true }).first().fill('rides far');
      await page.getByRole('button', { name: 'Sign in' }).click();
      const parcel = 'img.parcel';
      await page.locator(parcel).scrollIntoViewIfNeeded();
      const size = (image: ReturnType<typeof stage.shown.locator>): Promise<number> =>
        image.evaluate((each: HTMLImageElement) => each.naturalWidth);
      await expect.poll(() => size(page.locator(parcel)), WAIT).toBe(240);
      await expect.poll(() => size(stage.shown.locator(parcel)), WAIT).toBe(240);
      expect(await stage.shown.locator(parcel).getAttribute('src')).toMatch(/^blob:/);
      const asked = await agent.page.request.get(`${server.url}/demo/account/behind-login/parcel.svg`);
      expect(asked.status()).toBe(403);
      const isDark = (): Promise<boolean> =>
        stage.shown
          .locator('body')
          .evaluate(
            (body) =>
              body.ownerDocument.defaultView?.matchMedia('(prefers-color-scheme: dark)').matches ?? false,
          );
      await expect.poll(isDark, WAIT).toBe(true);
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(isDark, WAIT).toBe(false);
      await stage.button('End sharing').click();
      await stage.region.waitFor({ state: 'detached' });
    },
  );

  test(
    '[CO9] [CO10] [CO11] with leave the agent writes where the site shows it, and nowhere else',
    { timeout: TEST_MS },
    async () => {
      const { agent, visitor, stage } = await shared(browser, server, 'Ben', '/demo/shop/checkout.html');
      await allow(visitor, 'Ben');
      await stage.heading('Checkout').waitFor();
      await visitor.page.getByRole('button', { name: 'Close' }).first().click();
      await stage.button('Ask for control').click();
      const question = visitor.page.getByRole('dialog', { name: 'Let Ben control this page?' });
      await question.getByRole('button', { name: 'Allow control' }).click();
      await visitor.page.getByText('Ben controls this page').waitFor();
      await stage.region.locator('button[aria-pressed=true]', { hasText: 'Control' }).waitFor();

      await stage.press(visitor, '#given-name');
      await stage.over.locator('.field-box').waitFor();
      await agent.page.keyboard.type('Maya');
      const given = visitor.page.locator('#given-name');
      await expect.poll(() => given.inputValue(), WAIT).toBe('Maya');
      await expect.poll(() => stage.shown.locator('#given-name').inputValue(), WAIT).toBe('Maya');
      await agent.page.keyboard.press('Enter');
      await stage.over.locator('.field-box').waitFor({ state: 'detached' });
      await agent.conversation.getByText(/You wrote in/).waitFor();

      await stage.press(visitor, '#cc-number');
      await stage.says('Passwords, codes and payment data');
      await agent.page.keyboard.type('4242');
      await stage.press(visitor, '#notes');
      await stage.says('This is private.');
      await agent.page.keyboard.type('hello');
      await stage.press(visitor, '#checkout .buttons button');
      await stage.says('Sending a form is left to the visitor.');
      expect(await visitor.page.locator('#cc-number').inputValue()).toBe('');
      expect(await visitor.page.locator('#notes').inputValue()).toBe('');
      await stage.heading('Checkout').waitFor();
      await agent.conversation.getByText(/not done, sending is the visitor’s/).waitFor();

      await visitor.page.keyboard.press('Escape');
      await visitor.page.getByText('Ben controls this page').waitFor({ state: 'detached' });
      await stage.button('Ask for control').waitFor();
      await agent.conversation.getByText('took control back').waitFor();
      await visitor.page.getByRole('button', { name: 'Stop sharing' }).click();
      await stage.region.waitFor({ state: 'detached' });
    },
  );

  test(
    '[CO10] with leave the agent writes in an editor that the site shows, as the visitor would',
    { timeout: TEST_MS },
    async () => {
      const page = '/demo/fixtures/controlled-inputs.html';
      const { agent, visitor, stage } = await shared(browser, server, 'Ben', page);
      await allow(visitor, 'Ben');
      await stage.shown.locator('#editor').waitFor();
      await visitor.page.getByRole('button', { name: 'Close' }).first().click();
      await stage.button('Ask for control').click();
      const question = visitor.page.getByRole('dialog', { name: 'Let Ben control this page?' });
      await question.getByRole('button', { name: 'Allow control' }).click();
      await stage.region.locator('button[aria-pressed=true]', { hasText: 'Control' }).waitFor();

      const editor = visitor.page.locator('#editor');
      const before = await editor.innerText();
      await stage.press(visitor, '#editor');
      const box = stage.over.locator('.field-box');
      await box.waitFor();
      await agent.page.keyboard.press('Control+End');
      await agent.page.keyboard.type(' and more');
      await expect.poll(() => editor.innerText(), WAIT).toBe(`${before} and more`);
      await expect.poll(() => stage.shown.locator('#editor').innerText(), WAIT).toContain('and more');
      await agent.page.keyboard.press('Escape');
      await box.waitFor({ state: 'detached' });

      await stage.press(visitor, '#masked');
      await stage.says('This is private.');
      expect(await visitor.page.locator('#masked').innerText()).toBe('Private');
      await visitor.page.getByRole('button', { name: 'Stop sharing' }).click();
      await stage.region.waitFor({ state: 'detached' });
    },
  );
});
