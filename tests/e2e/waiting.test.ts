import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUEUE_SETTINGS, DEFAULT_SITE_OPTIONS } from '../../sdk/src/shared.ts';
import { command } from '../integration/settings-people.ts';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const DAY_MS = 86_400_000;

describe.skipIf(lacks('chromium'))('what the panel says to those who wait', () => {
  let browser: Browser;
  let server: ServerProcess;
  beforeAll(async () => {
    browser = await launchChromium();
    server = await startServer();
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  async function set(kind: string, id: string, value: object): Promise<void> {
    const { code, problem } = await command(server, ['settings', 'set', 'demo', kind, id], { value });
    if (code !== 0) throw new Error(problem);
  }

  test('[RT11] where too many wait one may leave a message, and reads that it is there', async () => {
    const overflow = { waitingMax: 0, offer: ['message'] };
    await set('queues', 'default', { ...DEFAULT_QUEUE_SETTINGS, overflow });
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.openChat();
    await visitor.write('Do you repair brakes?');
    await visitor.page.getByRole('button', { name: 'Leave a message instead' }).click();
    await visitor.conversation.getByText('Your message is with us.').waitFor();
    expect(await visitor.page.getByRole('button', { name: 'Leave a message instead' }).count()).toBe(0);
    await visitor.page.close();
  });

  test('what is typed leaves the browser only where the site shows it, says so, and the visitor lets it', async () => {
    await set('queues', 'default', DEFAULT_QUEUE_SETTINGS);
    const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await ana.become('Available');
    // What was left there before is hers first.
    await ana.accept();
    const visitor = await VisitorOnPage.on(browser, server);
    const { page } = visitor;
    const fetched: string[] = [];
    const drafts: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        if (payload.includes('"draft"')) drafts.push(payload.toString());
      });
    });
    await visitor.openChat();
    await visitor.write('Hello');
    await ana.accept();
    await visitor.conversation.getByText('Ana has joined').waitFor();
    await visitor.write('Nobody sees this early');
    await ana.conversation.getByText('Nobody sees this early').waitFor();
    expect(drafts).toEqual([]);
    expect(fetched.filter((url) => url.includes('draft'))).toEqual([]);

    await set('site-options', 'site', { ...DEFAULT_SITE_OPTIONS, liveDrafts: true });
    await page.getByText('Ana sees what you type, before you send it.').waitFor();
    await visitor.message.fill('my card is 4111 1111 1111');
    const preview = ana.page.getByRole('group', { name: 'Not sent yet' });
    await preview.getByText('my card is ••••••', { exact: true }).waitFor();
    expect(drafts.join()).not.toContain('4111');
    expect(await visitor.message.getAttribute('aria-describedby')).toBeTruthy();

    // Closed, it is not seen any more; sent, it is a message.
    await page.keyboard.press('Escape');
    await preview.waitFor({ state: 'hidden' });
    await visitor.launcher.click();
    await visitor.message.pressSequentially(' and');
    await preview.getByText('my card is •••••• and', { exact: true }).waitFor();
    await visitor.message.fill('Where is it?');
    await visitor.message.press('Enter');
    await ana.conversation.getByText('Where is it?', { exact: true }).last().waitFor();
    await preview.waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('Ana sees only what you send.').waitFor();
    const told = drafts.length;
    await visitor.write('Quietly');
    await ana.conversation.getByText('Quietly').waitFor();
    expect(drafts.slice(told).filter((frame) => !frame.includes('"text":""'))).toEqual([]);
    await set('site-options', 'site', DEFAULT_SITE_OPTIONS);
    await page.getByText('Ana sees only what you send.').waitFor({ state: 'hidden' });
    await ana.page.context().close();
    await page.close();
  });

  test('[RT12] closed, the home says when it opens, and the conversation that a message waits', async () => {
    const opens = new Date(Date.now() + 3 * DAY_MS);
    const weekly = [{ day: opens.getUTCDay() || 7, from: '09:00', to: '10:00' }];
    await set('hours', 'shop', { name: 'Shop', zone: 'UTC', weekly, exceptions: [] });
    await set('queues', 'default', { ...DEFAULT_QUEUE_SETTINGS, hours: 'shop' });
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.launcher.click();
    await visitor.page.getByText(/^Back \w+ at .+\. Leave a message\.$/).waitFor();
    await visitor.page.getByRole('button', { name: 'Chat', exact: true }).click();
    await visitor.write('Is the blue one still there?');
    await visitor.conversation.getByText(/^Your message is with us\. We are back \w+ at .+\.$/).waitFor();
    await visitor.page.close();
  });
});
