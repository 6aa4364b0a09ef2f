// Over 300 lines: one browser and one server for all that a visitor does with the widget.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, newContext } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { OWN_NAMES } from '../../tools/build/short-names.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Most of what a phone shows; the keyboard takes the rest. */
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** What the panel says of who is there, once the server has told it. */
const PRESENCE = / (is|are) here|Somebody will be/;
const OPEN_KEY = 'alongside:demo:open';

interface Told {
  errors: string[];
}

/** Findings of axe in short, with where they are. */
async function axeFindings(page: Page): Promise<string[]> {
  const results = await page.evaluate<AxeResults>(`${AXE}; axe.run()`);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Calls `window.alongside` on the page; settles as its answer does. */
function command(page: Page, ...call: unknown[]): Promise<unknown> {
  return page.evaluate(
    (all) => (window as unknown as { alongside: (...all: unknown[]) => unknown }).alongside(...all),
    call,
  );
}

describe.skipIf(lacks('chromium'))('the widget', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  /** A visitor on a fixture page; what goes wrong on the page is kept. */
  async function visit(fixture: string, options: BrowserContextOptions = {}): Promise<VisitorOnPage & Told> {
    const context = await newContext(browser, options);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.url}/demo/fixtures/${fixture}`);
    return Object.assign(new VisitorOnPage(page), { errors });
  }

  // First, while no other visitor waits for an agent.
  test('keeps the reader’s place: a pill for what is new below, older pages above', async () => {
    const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await ana.become('Available');
    const visitor = await visit('plain.html');
    await visitor.openChat();
    await visitor.write('Line 0');
    await ana.accept();
    for (let line = 1; line <= 12; line++)
      await ana.answer(`Line ${line} of a long story. ${'It goes on and on. '.repeat(8).trim()}`);
    const log = visitor.conversation;
    await log.getByText(/^Line 12 /).waitFor();
    const top = (): Promise<number> => log.evaluate((node) => node.scrollTop);
    expect(await top()).toBe(0);
    await log.evaluate((node) => node.scrollTo({ top: -400 }));
    const watched = log.getByText(/^Line 8 /);
    const height = async (): Promise<number> => (await watched.boundingBox())?.y ?? 0;
    const before = await height();
    await ana.answer('Something new');
    await visitor.page.getByRole('button', { name: 'New messages' }).waitFor();
    expect(Math.abs((await height()) - before)).toBeLessThan(1);
    await visitor.page.getByRole('button', { name: 'New messages' }).click();
    await expect.poll(top).toBe(0);
    await visitor.page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'hidden' });
    await ana.conversation.getByText('Read').waitFor();
    await visitor.page.getByRole('button', { name: 'Close' }).click();
    await ana.answer('While it was closed');
    await expect.poll(() => visitor.launcher.textContent()).toBe('1');
    const described = await visitor.launcher.evaluate(
      (node) =>
        (node.getRootNode() as ShadowRoot).getElementById(node.getAttribute('aria-describedby') ?? '')
          ?.textContent,
    );
    expect(described).toBe('1 unread message');
    await visitor.page.reload();
    await expect.poll(() => visitor.launcher.textContent()).toBe('1');
    expect(visitor.errors).toEqual([]);
    await ana.page.context().close();
  });

  test('asks for the snippet and nothing else before intent', async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    page.on('websocket', (socket) => asked.push(socket.url()));
    await page.goto(`${server.url}/demo/fixtures/plain.html`);
    await page.getByRole('button', { name: 'Chat with us' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.filter((path) => !/plain\.html|favicon/.test(path))).toEqual(['/embed/demo.js']);
    const stored = await page.evaluate(async () => ({
      keys: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
      cookie: document.cookie,
      databases: await indexedDB.databases(),
    }));
    expect(stored).toEqual({ keys: [], cookie: '', databases: [] });
    await context.close();
  });

  test('has the accessible names that people rely on, and no finding of axe, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await visit('plain.html', { colorScheme });
      const { page } = visitor;
      await visitor.launcher.waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await visitor.launcher.click();
      const dialog = page.getByRole('dialog', { name: 'Chat with us' });
      await dialog.getByRole('button', { name: 'Chat', exact: true }).waitFor();
      await page.getByText(PRESENCE).first().waitFor();
      expect(await visitor.launcher.getAttribute('aria-expanded')).toBe('true');
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Menu' }).click();
      expect(await axeFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.getByRole('button', { name: 'Chat', exact: true }).click();
      await visitor.message.fill('Do you have **oak** boards? See https://example.com/oak');
      await page.keyboard.press('Enter');
      await dialog.getByText('Sent').waitFor();
      await dialog.getByRole('link', { name: 'https://example.com/oak' }).waitFor();
      for (const name of ['Send', 'Close', 'Back']) await dialog.getByRole('button', { name }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.context().setOffline(true);
      await visitor.write('Are you there?');
      await dialog.getByText('Saved on this device', { exact: true }).waitFor();
      await dialog.getByText(/^Not sent yet/).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(visitor.errors).toEqual([]);
      await page.context().close();
    }
  });

  test('is used by the keyboard alone', async () => {
    const visitor = await visit('plain.html');
    const { page } = visitor;
    const { keyboard } = page;
    await visitor.launcher.waitFor();
    await page.getByLabel('A field').focus();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Chat', exact: true }).waitFor();
    await keyboard.press('Enter');
    await visitor.message.waitFor();
    await keyboard.type('From the keyboard');
    await keyboard.press('Shift+Enter');
    await keyboard.type('with a second line');
    await keyboard.press('Enter');
    await visitor.conversation.getByText('with a second line').waitFor();
    expect(await visitor.message.inputValue()).toBe('');
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const focused = await page.evaluate(() =>
      document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label'),
    );
    expect(focused).toBe('Chat with us');
    await keyboard.press('Shift+Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field');
  });

  test('violates no strict content security policy, markup and another language included', async () => {
    const visitor = await visit('strict-csp.html');
    await visitor.openChat();
    await visitor.message.fill('Some `code` and **more**');
    await visitor.message.press('Enter');
    await visitor.conversation.getByText('more', { exact: true }).waitFor();
    await command(visitor.page, 'set', { locale: 'de', accent: '#0a7d4f' });
    await visitor.page.getByRole('textbox', { name: 'Nachricht' }).waitFor();
    expect(await visitor.page.locator('#violations').textContent()).toBe('0');
    expect(visitor.errors).toEqual([]);
  });

  test.each([
    'double.html',
    'hostile-css.html',
    'hostile-css.html?ancestors',
    'no-storage.html',
    'slow.html',
  ])('is there once and works on %s', async (fixture) => {
    const visitor = await visit(fixture);
    await visitor.launcher.waitFor();
    expect(await visitor.page.locator('alongside-widget').count()).toBe(1);
    const box = await visitor.launcher.boundingBox();
    const size = visitor.page.viewportSize() ?? { width: 0, height: 0 };
    expect(box).toEqual({ x: size.width - 76, y: size.height - 76, width: 56, height: 56 });
    await visitor.openChat();
    await visitor.write('Hello from here');
    await visitor.page.getByText('Sent', { exact: true }).waitFor();
    expect(visitor.errors).toEqual([]);
  });

  test('[R11] warns where storage is denied', async () => {
    const visitor = await visit('no-storage.html');
    await visitor.openChat();
    await visitor.page.getByText(/does not let us save/).waitFor();
  });

  test('[DL5] stays, with its conversation and its draft, while the page swaps its body or loads again', async () => {
    const visitor = await visit('turbo.html');
    const { page } = visitor;
    await visitor.openChat();
    await visitor.write('Before the swap');
    await visitor.message.fill('Half a thought');
    await page.getByRole('link', { name: 'To page two' }).click();
    await page.waitForURL(/turbo-two/);
    expect(await page.locator('alongside-widget').count()).toBe(1);
    await visitor.conversation.getByText('Before the swap').waitFor();
    expect(await visitor.message.inputValue()).toBe('Half a thought');
    await visitor.message.fill('Half a thought, and the rest');
    await page.reload();
    await page.waitForFunction((key) => localStorage.getItem(key) === '1', OPEN_KEY);
    await visitor.launcher.click();
    await visitor.conversation.getByText('Before the swap').waitFor();
    expect(await visitor.message.inputValue()).toBe('Half a thought, and the rest');
  });

  test('fills a phone, and its composer stays in what can be seen', async () => {
    const visitor = await visit('plain.html', PHONE);
    const { page } = visitor;
    await visitor.openChat();
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    const panel = page.getByRole('dialog');
    await expect.poll(() => panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await visitor.launcher.isVisible()).toBe(false);
    // What a keyboard does: less of the page can be seen.
    await page.setViewportSize({ width: 390, height: 500 });
    await expect
      .poll(async () => {
        const box = await page.getByRole('button', { name: 'Send' }).boundingBox();
        return box && box.y + box.height <= 500;
      })
      .toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    await visitor.launcher.waitFor();
  });

  test('leaves nothing behind on shutdown', async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    await page.addInitScript(() => {
      // Listeners that are there now, by target and type.
      const listening = new Map<string, number>();
      Object.assign(window, { listening });
      for (const [name, target] of Object.entries({ window, document, visualViewport, navigation })) {
        const count = (type: string, by: number): void => {
          // The test's own tool listens as well.
          if (!/\/(embed|assets)\//.test(new Error().stack ?? '')) return;
          listening.set(`${name} ${type}`, (listening.get(`${name} ${type}`) ?? 0) + by);
        };
        if (!target) continue;
        const { addEventListener, removeEventListener } = target as EventTarget;
        Object.assign(target, {
          addEventListener(...all: Parameters<EventTarget['addEventListener']>) {
            count(all[0], 1);
            addEventListener.apply(target, all);
          },
          removeEventListener(...all: Parameters<EventTarget['removeEventListener']>) {
            count(all[0], -1);
            removeEventListener.apply(target, all);
          },
        });
      }
    });
    const state = (): Promise<unknown> =>
      page.evaluate(() => ({
        html: document.documentElement.outerHTML,
        globals: Object.getOwnPropertyNames(window).sort(),
        listening: [...(window as unknown as { listening: Map<string, number> }).listening].filter(
          ([, count]) => count !== 0,
        ),
        sheets: document.adoptedStyleSheets.length,
      }));
    await page.goto(`${server.url}/demo/fixtures/plain-without.html`);
    const before = await state();
    await page.addScriptTag({ url: `${server.url}/embed/demo.js` });
    await page.evaluate(() => document.querySelector('script')?.remove());
    await command(page, 'open', 'chat');
    await page.getByText(PRESENCE).first().waitFor();
    await command(page, 'shutdown');
    expect(await state()).toEqual(before);
    await context.close();
  });

  test('no name that the build shortens is one of the platform', async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    await page.goto(`${server.url}/demo/fixtures/plain-without.html`);
    const names = await page.evaluate(() => {
      const all = new Set<string>();
      const seen = new Set<unknown>();
      const look = (value: unknown): void => {
        if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
          return;
        seen.add(value);
        for (const name of Object.getOwnPropertyNames(value)) all.add(name);
        look((value as { prototype?: unknown }).prototype);
        look(Object.getPrototypeOf(value));
      };
      look(window);
      for (const name of Object.getOwnPropertyNames(window))
        look((window as unknown as Record<string, unknown>)[name]);
      return [...all];
    });
    expect(names).toContain('adoptedStyleSheets');
    expect(OWN_NAMES.filter((name) => names.includes(name))).toEqual([]);
    await context.close();
  });

  test('the page’s script can do everything by commands, before and after the widget is there', async () => {
    const context = await newContext(browser);
    const page = await context.newPage();
    await page.addInitScript(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const stub = (...all: unknown[]): void => {
        (stub.q ??= []).push(all);
      };
      stub.q = undefined as unknown[][] | undefined;
      Object.assign(window, { alongside: stub });
      for (const event of ['ready', 'opened', 'closed', 'unread', 'message']) {
        stub('on', event, () => heard.push(event));
      }
      stub('prefill', 'About the oak board: ');
      stub('open');
    });
    await page.goto(`${server.url}/demo/fixtures/plain.html`);
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.waitFor();
    expect(await message.inputValue()).toBe('About the oak board: ');
    await command(page, 'close');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect(command(page, 'track', 'viewed')).rejects.toThrow('alongside: track is not available');
    await command(page, 'hide');
    expect(await page.locator('alongside-widget').count()).toBe(0);
    await command(page, 'show');
    await page.getByRole('button', { name: 'Chat with us' }).waitFor();
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([
      'ready',
      'opened',
      'closed',
    ]);
    await context.close();
  });
});
