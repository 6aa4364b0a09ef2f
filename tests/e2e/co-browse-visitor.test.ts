import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

/** The last frame after "Stop sharing" (CO2), measured inside of the page. */
const STOPS_WITHIN_MS = 100;
const TEST_TIMEOUT_MS = 240_000;

/** What the page itself saw leave on its sockets, with the page's own clock. */
interface Sent {
  readonly at: number;
  readonly text: string;
}

/** Notes what is sent on sockets of shared pages, before any script of the page runs. */
function noteSent(): void {
  const kept: Sent[] = [];
  const { prototype } = WebSocket;
  const { send } = prototype;
  prototype.send = function (this: WebSocket, data: string): void {
    if (this.url.endsWith('/v1/co-browse')) kept.push({ at: performance.now(), text: data });
    send.call(this, data);
  };
  Object.assign(window, { sentByShare: kept });
}

const sentBy = (page: Page): Promise<Sent[]> =>
  page.evaluate(() => (window as unknown as { sentByShare: Sent[] }).sentByShare);

describe.skipIf(lacks('chromium'))('the visitor’s side of a shared page', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  test(
    '[CO1] [CO2] [CO5] nothing leaves before consent, what is hidden is shown, and the end is at once',
    async () => {
      const agent = await AgentAtDesk.signedIn(browser, server, 'Ana');
      await agent.become('Available');
      const visitor = await VisitorOnPage.on(browser, server, '/demo/shop/');
      const { page } = visitor;
      await page.addInitScript(noteSent);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`${server.url}/demo/shop/checkout.html`);
      await visitor.openChat();
      await visitor.write('Could you have a look at my page?');
      await agent.accept();
      await agent.page.getByRole('button', { name: 'See their page' }).click();

      // Asked, and nothing has left.
      const dialog = page.getByRole('dialog', { name: 'Share this page with Ana?' });
      const allow = dialog.getByRole('button', { name: 'Allow', exact: true });
      await dialog.waitFor();
      expect(await dialog.getByText(/^Hidden: passwords, card numbers/).count()).toBe(1);
      await expect.poll(() => allow.isEnabled()).toBe(true);
      // A script of the page reaches the button here, as in the closed root it could by a hit test; it does not count.
      await allow.evaluate((button: HTMLElement) => button.click());
      await allow.dispatchEvent('click');
      expect(await dialog.isVisible()).toBe(true);
      expect(requests.filter((url) => /recorder-|co-browse$/.test(url))).toEqual([]);
      expect(await sentBy(page)).toEqual([]);

      // The preview is made here, out of what the scrubber lets out.
      await page.locator('#given-name').evaluate((field: HTMLInputElement) => (field.value = 'Jane Roe'));
      await page
        .locator('#cc-number')
        .evaluate((field: HTMLInputElement) => (field.value = '4111 1111 1111 1111'));
      await dialog.getByRole('button', { name: 'Preview' }).click();
      const preview = page.getByRole('dialog', { name: 'What Ana will see' });
      await preview.frameLocator('iframe').getByRole('heading', { name: 'Checkout' }).first().waitFor();
      expect(await sentBy(page)).toEqual([]);
      await preview.getByRole('button', { name: 'Back' }).click();

      await allow.click();
      const pill = page.getByRole('status', { name: 'Ana can see this page' });
      await pill.waitFor();
      const region = agent.page.getByRole('region', { name: 'Their page' });
      const shown = region.frameLocator('iframe').frameLocator('.stage iframe');
      await shown.locator('h1', { hasText: 'Checkout' }).waitFor();

      // The outline shows what is hidden, and a press hides more.
      await pill.getByRole('button', { name: 'More' }).click();
      await pill.getByRole('button', { name: 'Show what is hidden' }).click();
      await page.locator('.private').first().waitFor({ state: 'attached' });
      await pill.getByRole('button', { name: 'Hide a part of the page' }).click();
      await page.locator('h1').first().click();
      await shown.locator('h1', { hasText: 'Checkout' }).waitFor({ state: 'detached' });

      // Something changes all the time; after the press nothing of it leaves.
      await page.evaluate(() => {
        const mine = window as unknown as { changes: number; stoppedAt: number };
        mine.changes = 0;
        setInterval(() => {
          document.body.className = `change-${String(++mine.changes)}`;
        }, 5);
        addEventListener('click', ({ timeStamp }) => (mine.stoppedAt = timeStamp), true);
      });
      const changes = (): Promise<number> =>
        page.evaluate(() => (window as unknown as { changes: number }).changes);
      await expect.poll(changes).toBeGreaterThan(50);
      await page.getByRole('button', { name: 'Stop sharing' }).click();
      await pill.waitFor({ state: 'detached' });
      const then = await changes();
      await expect.poll(changes).toBeGreaterThan(then + 100);
      const stoppedAt = await page.evaluate(() => (window as unknown as { stoppedAt: number }).stoppedAt);
      const frames = (await sentBy(page)).filter(({ text }) => text.startsWith('{"type":"frame'));
      expect(frames.length).toBeGreaterThan(10);
      const lastMs = Math.max(...frames.map(({ at }) => at)) - stoppedAt;
      console.log(`last frame ${Math.round(lastMs)} ms after the press on "Stop sharing"`);
      expect(lastMs).toBeLessThan(STOPS_WITHIN_MS);
      expect(frames.map(({ text }) => text).join('')).not.toContain('4111 1111');
      await region.waitFor({ state: 'detached' });
      // Nothing of it is left on the page, and the next page is not shared.
      expect(await page.locator('alongside-widget').count()).toBe(1);
      await page.reload();
      await visitor.launcher.waitFor();
      await visitor.launcher.click();
      await visitor.conversation.getByText('You stopped sharing').waitFor();
      expect(await page.locator('alongside-widget').count()).toBe(1);
      await agent.become('Offline');
    },
    TEST_TIMEOUT_MS,
  );
});
