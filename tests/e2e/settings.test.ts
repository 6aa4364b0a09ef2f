import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { AgentAtDesk } from './people.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

describe.skipIf(lacks('chromium'))('the settings', () => {
  let server: ServerProcess;
  let browser: Browser;
  let sam: AgentAtDesk;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    sam = await AgentAtDesk.signedIn(browser, server, 'Sam');
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  async function open(page: Page, ...path: string[]): Promise<void> {
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    for (const name of path) await page.getByRole('link', { name, exact: true }).click();
  }
  const form = (page: Page, name: string) => page.getByRole('form', { name, exact: true });
  const save = (page: Page, name: string) =>
    form(page, name)
      .getByRole('button', { name: /^(Save|Add)$/ })
      .click();
  const saved = (page: Page) => page.getByText('Saved. It is in force now.').waitFor();

  test('an administrator adds somebody, who signs in with the link and sees no settings; the change log says so', async () => {
    const { page } = sam;
    await open(page, 'Agents', 'New agent');
    await form(page, 'New agent').getByRole('textbox', { name: 'Name' }).fill('Cara');
    await save(page, 'New agent');
    await form(page, 'Cara').waitFor();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = page.getByRole('textbox', { name: 'Sign-in link' });
    await expect.poll(() => link.inputValue()).toContain('#sign-in=');
    expect(await axeFindings(page)).toEqual([]);

    const context = await newContext(browser);
    const cara = new AgentAtDesk(await context.newPage());
    await cara.page.goto(await link.inputValue());
    await cara.status.waitFor();
    expect(await cara.page.getByRole('link', { name: /Settings|Floor/ }).count()).toBe(0);
    await cara.page.goto(`${server.url}/console/#/settings/people`);
    await cara.page.getByRole('region', { name: 'Inbox' }).waitFor();

    await form(page, 'Cara')
      .getByRole('switch', { name: /May sign in/ })
      .uncheck();
    await save(page, 'Cara');
    await cara.page.getByText(/Your session has ended/).waitFor();
    await page.getByRole('link', { name: 'Change log' }).click();
    await page
      .getByRole('list', { name: 'Changes' })
      .getByText(/added the agent Cara/)
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  });

  test('a queue is refused in place without a name, warned of without members, and there at once with both', async () => {
    const { page } = sam;
    await open(page, 'Queues', 'New queue');
    await save(page, 'New queue');
    await form(page, 'New queue')
      .getByRole('alert')
      .getByText(/^Not saved/)
      .waitFor();
    const name = form(page, 'New queue').getByRole('textbox', { name: 'Name' });
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await axeFindings(page)).toEqual([]);
    await name.fill('Repairs');
    await form(page, 'New queue')
      .getByLabel('After a chat')
      .selectOption({ label: 'Always, for a fixed time' });
    await save(page, 'New queue');
    await form(page, 'Repairs')
      .getByText(/has no members/)
      .waitFor();

    await open(page, 'Agents');
    await page.getByRole('link', { name: /Ana/ }).click();
    const work = form(page, 'What Ana works on');
    await work.getByLabel('Add to a queue').selectOption({ label: 'Repairs' });
    await work.getByRole('group', { name: 'Repairs' }).getByRole('spinbutton', { name: 'After' }).fill('30');
    await work.getByRole('spinbutton', { name: 'Chats at once' }).fill('5');
    await save(page, 'What Ana works on');
    await saved(page);
    await open(page, 'Queues');
    await page.getByRole('link', { name: /Repairs/ }).click();
    await form(page, 'Repairs').waitFor();
    await expect.poll(() => page.getByText(/has no members/).count()).toBe(0);
    await page.getByRole('link', { name: 'Floor' }).click();
    await page.getByRole('region', { name: 'Queues' }).getByText('Repairs').waitFor();
  });

  test('[T19] a web site: an address that says too much is refused in place; the look is in the snippet at once', async () => {
    const { page } = sam;
    await open(page, 'Web site');
    const site = form(page, 'Web site');
    await site.getByRole('button', { name: 'Add an address' }).click();
    await site.getByRole('textbox', { name: 'Address 1' }).fill('https://*.shop.test');
    await save(page, 'Web site');
    await site
      .getByRole('alert')
      .getByText(/not one origin/)
      .waitFor();
    await site.getByRole('textbox', { name: 'Address 1' }).fill('https://www.shop.test/');
    await site.getByRole('textbox', { name: 'Greeting' }).fill('Ask us anything.');
    await site.getByLabel('Colour').fill('#0a7d5a');
    await save(page, 'Web site');
    await saved(page);
    await expect
      .poll(() => site.getByRole('textbox', { name: 'Address 1' }).inputValue())
      .toBe('https://www.shop.test');
    expect(await axeFindings(page)).toEqual([]);
    const snippet = await (await fetch(`${server.url}/embed/demo.js`)).text();
    expect(snippet).toContain('Ask us anything.');
    expect(snippet).toContain('#0a7d5a');
  });

  test('hours with a calendar: a zone that there is not is refused in words, a day becomes an exception', async () => {
    const { page } = sam;
    await open(page, 'Opening hours', 'New opening hours');
    const hours = form(page, 'New opening hours');
    await hours.getByRole('textbox', { name: 'Name' }).fill('Shop');
    await hours.getByLabel('Time zone').fill('Europe/Atlantis');
    await save(page, 'New opening hours');
    await hours
      .getByRole('alert')
      .getByText(/Europe\/Atlantis/)
      .waitFor();
    await hours.getByLabel('Time zone').fill('Europe/Berlin');
    await hours.getByRole('button', { name: 'Next month' }).click();
    await hours
      .getByRole('cell')
      .getByRole('button', { name: /\b15\b/ })
      .click();
    await page.locator(':focus').fill('Stocktaking');
    await save(page, 'New opening hours');
    await form(page, 'Shop').waitFor();
    await page.getByRole('button', { name: 'Next month' }).click();
    await page.getByRole('button', { name: /closed, Stocktaking/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('what is not saved is asked about, and when somebody else was quicker, both are there to choose from', async () => {
    const { page } = sam;
    await open(page, 'Visitors');
    const hours = form(page, 'Visitors').getByLabel('Open', { exact: true });
    await hours.selectOption({ label: 'Shop' });
    await page.getByRole('link', { name: 'Inbox' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    expect(await hours.inputValue()).not.toBe('');
    expect(await axeFindings(page)).toEqual([]);

    const other = await page.context().newPage();
    await other.goto(`${server.url}/console/#/settings/site`);
    await form(other, 'Visitors')
      .getByLabel('When closed')
      .selectOption({ label: 'Only the opening time is said' });
    await save(other, 'Visitors');
    await saved(other);
    await save(page, 'Visitors');
    const conflict = page.getByText('Somebody else saved this meanwhile.');
    await conflict.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show theirs' }).click();
    await conflict.waitFor({ state: 'detached' });
    expect(await hours.inputValue()).toBe('');
    expect(await form(page, 'Visitors').getByLabel('When closed').inputValue()).toBe('say-closed');
    await hours.selectOption({ label: 'Shop' });
    await page.getByRole('link', { name: 'Inbox' }).click();
    await dialog.getByRole('button', { name: 'Save and leave' }).click();
    await page.getByRole('region', { name: 'Inbox' }).waitFor();
    await other.reload();
    await form(other, 'Visitors')
      .getByLabel('Open', { exact: true })
      .locator('option:checked', { hasText: 'Shop' })
      .waitFor({ state: 'attached' });
    await other.close();
  });

  test('whoever goes on while it is being saved is not asked, and is there once it is', async () => {
    const { page } = sam;
    await open(page, 'Queues', 'New queue');
    await form(page, 'New queue').getByRole('textbox', { name: 'Name' }).fill('Returns');
    let goes: () => void = () => undefined;
    const held = new Promise<void>((go) => (goes = go));
    const asked = new Promise<void>((known) => {
      void page.route(/\/v1\/.*queues/, async (route) => {
        if (route.request().method() !== 'GET') {
          known();
          await held;
        }
        await route.continue();
      });
    });
    await save(page, 'New queue');
    await asked;
    await page.getByRole('link', { name: 'Skills', exact: true }).click();
    await form(page, 'New queue').getByText('Saving…').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    goes();
    await page.getByRole('link', { name: 'New skill' }).waitFor();
    await page.unroute(/\/v1\/.*queues/);
    await open(page, 'Queues');
    await page.getByRole('link', { name: /Returns/ }).waitFor();
  });

  test('on a phone: one page at a time, with a way back, and axe finds nothing; by keys through the palette', async () => {
    const storageState = await sam.page.context().storageState();
    const context = await newContext(browser, { ...PHONE, storageState });
    const page = await context.newPage();
    await page.goto(`${server.url}/console/`);
    await page.getByRole('link', { name: 'Settings', exact: true }).tap();
    await page.getByRole('link', { name: 'Opening hours' }).tap();
    await page.getByRole('link', { name: 'New opening hours' }).tap();
    await form(page, 'New opening hours').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'All opening hours' }).tap();
    await page.getByRole('link', { name: 'All settings' }).tap();
    await page.getByRole('link', { name: 'Change log' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
    await page.keyboard.type('settings tags');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'New tag' }).waitFor();
    await context.close();
  });
});
