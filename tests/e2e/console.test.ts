import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
const HOSTILE = [
  '<img src=x onerror="top.__pwned=1"><script>top.__pwned=1</script>',
  '[click](javascript:top.__pwned=1) <svg onload=top.__pwned=1>',
  '"><iframe srcdoc="<script>top.__pwned=1</script>">',
];

/** Complaints of the page: script errors and everything that its content security policy stopped. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

describe.skipIf(lacks('chromium'))('the console', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  async function signedIn(name: string, options: BrowserContextOptions = {}): Promise<AgentAtDesk> {
    const context = await newContext(browser, { viewport: { width: 1_440, height: 900 }, ...options });
    const agent = new AgentAtDesk(await context.newPage());
    await agent.page.goto(server.signInLinks.get(name) ?? '');
    await agent.status.waitFor();
    return agent;
  }

  test('is worked by keys alone, axe finds nothing, and hostile text stays text', async () => {
    const ana = await signedIn('Ana');
    const complaints = complaintsOf(ana.page);
    const { page } = ana;
    expect(page.url()).not.toContain('sign-in');
    await page.getByText('You are offline. Set your status to Available to receive chats.').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Set to Available' }).press('Enter');
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.openChat();
    await visitor.write('Do you have chains?');
    await ana.offer.getByRole('button', { name: 'Accept' }).and(page.locator(':focus')).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await ana.reply.and(page.locator(':focus')).waitFor();
    await page.keyboard.type('Yes, **three** kinds.');
    await page.keyboard.press('Enter');
    await ana.conversation.locator('strong', { hasText: 'three' }).waitFor();

    for (const text of HOSTILE) await visitor.write(text);
    for (const text of HOSTILE) await ana.conversation.getByText(text, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.keyboard.type('Sounds odd');
    await page.keyboard.press('Enter');
    await ana.conversation.getByText('Sounds odd').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.type('theme dark');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="dark"]').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.keyboard.press('Escape');
    await page.getByRole('log', { name: 'Conversation' }).focus();
    await page.keyboard.press('e');
    const finish = page.getByRole('dialog', { name: /^Finish/ });
    await finish.getByRole('radio').first().and(page.locator(':focus')).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await ana.conversation.getByText(/Chat finished/).waitFor();
    await visitor.write('One more thing');
    await ana.offer.getByRole('button', { name: 'Accept' }).press('Enter');
    await expect.poll(() => ana.conversation.getByText('New chat').count()).toBe(2);
    expect(await page.evaluate(() => (globalThis as { __pwned?: unknown }).__pwned)).toBeUndefined();
    expect(complaints).toEqual([]);
    await ana.finish();
    await ana.become('Offline');
    await page.context().close();
  });

  test('on a phone, one pane at a time, with a way back', async () => {
    const ben = await signedIn('Ben', PHONE);
    const { page } = ben;
    await ben.become('Available');
    const visitor = await VisitorOnPage.on(browser, server, '/demo/quote/');
    await visitor.openChat();
    await visitor.write('From my phone');
    await ben.accept();
    await ben.answer('From mine');
    expect(await page.getByRole('searchbox', { name: 'Search messages' }).isVisible()).toBe(false);
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Details' }).tap();
    await page.getByRole('complementary', { name: 'Details' }).getByText('/demo/quote/').waitFor();
    expect(await ben.reply.isVisible()).toBe(false);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the conversation' }).tap();
    await ben.reply.waitFor();
    await page.getByRole('link', { name: 'Back to the list' }).tap();
    await page.getByRole('link', { name: /From mine/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await ben.become('Offline');
    await page.context().close();
  });

  test('search opens a conversation at the place; a draft of a note is one after a reload; signing out lasts', async () => {
    const sam = await signedIn('Sam');
    const { page } = sam;
    await sam.become('Available');
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.openChat();
    await visitor.write('My frame number is needle-7731');
    await sam.accept();
    for (let index = 1; index <= 70; index++) {
      await sam.reply.fill(`line ${index}`);
      await sam.reply.press('Enter');
    }
    await sam.conversation.getByText('line 70', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await sam.reply.fill('not for the visitor');
    await expect.poll(() => page.evaluate(isStored, 'not for the visitor')).toBe(true);
    await page.reload();
    await expect.poll(() => sam.reply.inputValue()).toBe('not for the visitor');
    await page.getByRole('button', { name: 'Note', exact: true, pressed: true }).waitFor();

    await page.getByRole('searchbox', { name: 'Search messages' }).fill('needle-7731');
    const hits = page.getByRole('list', { name: 'Messages found' });
    await hits.getByRole('button').click();
    const found = sam.conversation.getByText('My frame number is needle-7731');
    await found.waitFor();
    await expect.poll(() => found.evaluate(isInView)).toBe(true);
    await sam.become('Offline');

    const otherTab = await page.context().newPage();
    await otherTab.goto(`${server.url}/console/`);
    await otherTab.getByRole('combobox', { name: 'Status' }).waitFor();
    await page.getByRole('button', { name: 'Your menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await otherTab.getByText(/Your session has ended/).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in with a link' }).waitFor();
    await page.context().close();
  });

  test('a link works once, and says how to get another', async () => {
    const link = server.signInLinks.get('Ana') ?? '';
    const [first, second] = [await newContext(browser), await newContext(browser)];
    const before = await first.newPage();
    await before.goto(link);
    // Signed in, or refused because a test before this one used it.
    await before.getByRole('heading').first().waitFor();
    const page = await second.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByText(/Ask the person who runs this server for a new sign-in link/).waitFor();
    await Promise.all([first.close(), second.close()]);
  });
});

/** Whether the text stands in any IndexedDB of the page. */
async function isStored(text: string): Promise<boolean> {
  const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(new Error('the database does not answer'));
      };
    });
  for (const { name } of await indexedDB.databases()) {
    const database = await answerOf(indexedDB.open(name ?? ''));
    const stores = [...database.objectStoreNames];
    const contents = await Promise.all(
      stores.map((store) => answerOf(database.transaction(store).objectStore(store).getAll())),
    );
    database.close();
    if (JSON.stringify(contents).includes(text)) return true;
  }
  return false;
}

function isInView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
