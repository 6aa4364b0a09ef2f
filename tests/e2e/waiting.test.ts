import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUEUE_SETTINGS } from '../../sdk/src/shared.ts';
import { command } from '../integration/settings-people.ts';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { VisitorOnPage } from './people.ts';

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
