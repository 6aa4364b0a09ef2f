import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { FaultProxy } from '../faults/support/fault-proxy.ts';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const SEED = 1;
const SHOP = '/demo/shop/';

describe.skipIf(lacks('chromium'))('[DL5] a page that goes while its socket carries nothing', () => {
  let browser: Browser;
  let server: ServerProcess;
  let proxy: FaultProxy;

  beforeEach(async () => {
    browser = await launchChromium();
    server = await startServer();
    proxy = await FaultProxy.inFrontOf(server.port, SEED);
  });
  afterEach(async () => {
    await browser.close();
    await proxy.close();
    await server.remove();
  });

  test.each(['closed', 'left'])(
    'is %s: the agent reads its last words at once; later they stand once',
    async (how) => {
      const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
      await ana.become('Available');
      const context = await newContext(browser);
      const page = await context.newPage();
      const visitor = new VisitorOnPage(page);
      const chunk = page.waitForResponse(/connection-flush/);
      await page.goto(proxy.url + SHOP);
      await visitor.openChat();
      await visitor.write('Hello');
      await ana.accept();
      await ana.answer('Good day');
      await visitor.conversation.getByText('Good day').waitFor();
      await (await chunk).finished();
      proxy.set({ frames: () => 'drop' });
      await visitor.write('Last words');
      await visitor.conversation.getByText('Saved on this device').waitFor();
      if (how === 'closed') await page.close();
      else await page.goto('about:blank');
      await ana.conversation.getByText('Last words', { exact: true }).waitFor();
      expect(proxy.struck['frame-dropped']).toBeGreaterThan(0);
      proxy.set({});
      const back = new VisitorOnPage(await context.newPage());
      await back.page.goto(proxy.url + SHOP);
      await back.openChat();
      await back.write('Back again');
      await ana.conversation.getByText('Back again', { exact: true }).waitFor();
      expect(await back.texts('Last')).toEqual(['Last words']);
      expect(await ana.conversation.getByText('Last words', { exact: true }).count()).toBe(1);
    },
  );
});
