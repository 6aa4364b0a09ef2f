import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
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

describe.skipIf(lacks('chromium'))('the floor', () => {
  let server: ServerProcess;
  let browser: Browser;
  let sam: AgentAtDesk;
  let samsCookies: Awaited<ReturnType<BrowserContext['storageState']>>;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    sam = await AgentAtDesk.signedIn(browser, server, 'Sam');
    samsCookies = await sam.page.context().storageState();
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const floorOf = (page: Page) => page.getByRole('region', { name: 'Floor' });

  async function inDark(page: Page): Promise<void> {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
    await page.keyboard.type('theme dark');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="dark"]').waitFor();
  }

  test('on a phone it is one column, without a finding of axe', async () => {
    const context = await newContext(browser, { ...PHONE, storageState: samsCookies });
    const page = await context.newPage();
    await page.goto(`${server.url}/console/`);
    await page.getByRole('link', { name: 'Floor' }).tap();
    await floorOf(page).getByRole('list', { name: 'Agents' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  });

  test('[RT16] who waits and why, who has what; reading along, a note that helps, and taking what waits', async () => {
    const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    expect(await ana.page.getByRole('link', { name: 'Floor' }).count()).toBe(0);
    await ana.become('Available');
    const first = await VisitorOnPage.on(browser, server);
    await first.openChat();
    await first.write('Do you have chains?');
    await ana.accept();
    await ana.become('Away');

    await sam.page.getByRole('link', { name: 'Floor' }).click();
    const floor = floorOf(sam.page);
    const anas = floor.getByRole('list', { name: 'With Ana' });
    await anas.getByRole('link', { name: /Read along with Visitor/ }).waitFor();
    const second = await VisitorOnPage.on(browser, server, '/demo/quote/');
    await second.openChat();
    await second.write('Is anybody there?');
    const waiting = floor.getByRole('list', { name: 'Waiting' }).getByRole('listitem');
    await waiting.getByRole('button', { name: /^Why not/ }).click();
    const reasons = waiting.locator('dl');
    await reasons.getByText('away', { exact: true }).waitFor();
    expect(await reasons.innerText()).toMatch(/Ana\s+away[\s\S]*offline/);
    expect(await axeFindings(sam.page)).toEqual([]);
    await inDark(sam.page);
    expect(await axeFindings(sam.page)).toEqual([]);

    await anas.getByRole('link').first().click();
    await sam.page.getByText('You are reading along.').waitFor();
    await sam.conversation.getByText('Do you have chains?').waitFor();
    await sam.page.getByRole('button', { name: 'Note', exact: true, pressed: true }).waitFor();
    await sam.answer('Three kinds, shelf 4');
    await ana.conversation.getByText('Three kinds, shelf 4').waitFor();
    await ana.conversation.getByText(/Sam looked at this conversation/).waitFor();
    expect(await axeFindings(sam.page)).toEqual([]);

    await sam.page.goBack();
    await waiting.getByRole('button', { name: /Move Visitor/ }).click();
    const dialog = sam.page.getByRole('dialog', { name: /Move Visitor/ });
    await dialog.getByRole('button', { name: /Ben/ }).waitFor();
    expect(await axeFindings(sam.page)).toEqual([]);
    await dialog.getByText(/Set your status to Available first/).waitFor();
    await sam.page.keyboard.press('Escape');
    await sam.page.getByRole('link', { name: 'Inbox' }).click();
    await sam.page.getByRole('button', { name: 'Set to Available' }).waitFor();
    await sam.become('Available');
    await sam.offer.waitFor();
    await ana.become('Available');
    await sam.offer.getByRole('button', { name: 'Decline' }).click();
    await ana.offer.waitFor();
    await sam.page.getByRole('link', { name: 'Floor' }).click();
    await waiting.getByRole('button', { name: /^Why not/ }).click();
    await reasons
      .getByText(/^excluded, \d+ s more$/)
      .first()
      .waitFor();
    await waiting.getByRole('button', { name: /Move Visitor/ }).click();
    await dialog.getByRole('button', { name: /Take it myself/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await second.conversation.getByText(/Sam/).first().waitFor();
    await floor.getByRole('list', { name: 'With Sam' }).getByRole('link').waitFor();

    await anas.getByRole('button', { name: /Move Visitor/ }).click();
    await dialog.getByRole('list', { name: 'Queues' }).getByRole('button').first().click();
    await waiting.getByText(/Chats/).waitFor();
    await ana.page.getByText('No open chats').waitFor();
    expect(first.received.join()).not.toMatch(/looked|shelf 4/);
    await Promise.all([ana, first, second].map(({ page }) => page.context().close()));
  });
});
