import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { FaultProxy } from '../faults/support/fault-proxy.ts';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

/** What is promised is 3 s; a busy machine gets some more. */
const CHOSEN_MAX_MS = 15_000;
const SEED = 1;

describe.skipIf(lacks('chromium'))('[DL10] behind a proxy that knows no WebSocket', () => {
  let browser: Browser;
  let server: ServerProcess;
  let proxy: FaultProxy;
  /** The shop that has the snippet in its page: another origin than the server's. */
  let shop: Server;

  beforeEach(async () => {
    browser = await launchChromium();
    server = await startServer();
    proxy = await FaultProxy.inFrontOf(server.port, SEED);
    shop = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Shop</title><script async src="${proxy.url}/embed/demo.js"></script>`,
      );
    });
    await once(shop.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    await browser.close();
    shop.close();
    await proxy.close();
    await server.remove();
  });

  async function streams(): Promise<string | undefined> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return /^alongside_streams (\d+)$/m.exec(text)?.[1];
  }

  test('the widget on a foreign page and the console talk over events and posts, and say that they are online', async () => {
    proxy.set({ refuseUpgrade: true });
    const agentPage = await (
      await newContext(browser, { viewport: { width: 1_440, height: 900 } })
    ).newPage();
    const ana = new AgentAtDesk(agentPage);
    await agentPage.goto((server.signInLinks.get('Ana') ?? '').replace(server.url, proxy.url));
    await ana.become('Available');
    const page = await (await newContext(browser)).newPage();
    const visitor = new VisitorOnPage(page);
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    await page.goto(`http://localhost:${(shop.address() as AddressInfo).port}/`);
    await visitor.openChat();
    const begun = performance.now();
    await expect.poll(streams, { timeout: CHOSEN_MAX_MS, interval: 20 }).toBe('2');
    console.log(`chosen ${Math.round(performance.now() - begun)} ms after the panel was open`);
    await visitor.write('Is anybody there?');
    await visitor.conversation.getByText('Sent').waitFor();
    await ana.accept();
    await ana.answer('Yes, behind the wall too');
    await visitor.conversation.getByText('Yes, behind the wall too').waitFor();
    await visitor.write('Good');
    await ana.conversation.getByText('Good', { exact: true }).waitFor();
    await visitor.conversation.getByText('Read').waitFor();
    expect(await visitor.page.getByText('Reconnecting').count()).toBe(0);
    expect(proxy.struck['upgrade-refused']).toBeGreaterThanOrEqual(2);
    expect(visitor.received).toEqual([]);
    expect(problems).toEqual([]);
    // The network comes back as another one, without a wall.
    proxy.set({});
    for (const each of [page, agentPage]) {
      await each.evaluate(() => window.dispatchEvent(new Event('online')));
    }
    await expect.poll(streams, { timeout: CHOSEN_MAX_MS }).toBe('0');
    await visitor.write('And on a socket again');
    await ana.conversation.getByText('And on a socket again').waitFor();
    expect(await visitor.texts('Is anybody')).toEqual(['Is anybody there?']);
    expect(visitor.received.length).toBeGreaterThan(0);
  });
});
