import { expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

test.skipIf(lacks('chromium'))(
  '[DL5] what an agent typed just before the console is loaded again is still there',
  async () => {
    const server = await startServer();
    const browser = await launchChromium();
    try {
      const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
      await ana.become('Available');
      const visitor = await VisitorOnPage.on(browser, server);
      await visitor.openChat();
      await visitor.write('begin');
      await ana.accept();
      await ana.reply.fill('half a sent');
      await ana.page.reload();
      await ana.conversation.getByText('begin', { exact: true }).waitFor();
      await expect.poll(() => ana.reply.inputValue()).toBe('half a sent');
    } finally {
      await browser.close();
      await server.remove();
    }
  },
);
