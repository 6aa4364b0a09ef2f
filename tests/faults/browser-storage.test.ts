import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VisitorOnPage } from '../e2e/people.ts';
import { launchChromium, newContext, openProfile, profileFolder } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { browserOf, verdictOfTexts } from './support/browser-pages.ts';
import { complaints } from './support/checker.ts';
import { report } from './support/report.ts';
import { storedLogs } from './support/stored-log.ts';
import { eventually } from './support/until.ts';

vi.setConfig({ testTimeout: 4 * 60_000 });

const OFFLINE_MESSAGES = 100;
const SHOP = '/demo/shop/';

describe.skipIf(lacks('chromium'))('what a real browser keeps', () => {
  let server: ServerProcess;

  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.remove());

  test('[DL5] [DL2] R9: 100 messages written offline, the browser killed: 100, in order, none twice', async () => {
    const profile = await profileFolder();
    const texts = Array.from({ length: OFFLINE_MESSAGES }, (_, index) => `o-${String(index + 1)}.`);
    const first = await openProfile(profile.path);
    const before = await VisitorOnPage.in(first.context, server, SHOP);
    await before.openChat();
    await before.write('begin');
    await before.conversation.getByText('Sent').waitFor();
    await first.context.setOffline(true);
    for (const text of texts) await before.write(text);
    await before.conversation.getByText('Saved on this device').waitFor();
    const closed = new Promise((resolve) => first.context.once('close', resolve));
    process.kill(browserOf(profile.path), 'SIGKILL');
    await closed;
    const second = await openProfile(profile.path);
    const after = await VisitorOnPage.in(second.context, server, SHOP);
    await after.launcher.or(after.message).first().waitFor();
    if (!(await after.message.isVisible())) await after.openChat();
    await expect.poll(() => after.texts('o-'), { timeout: 30_000 }).toEqual(texts);
    await after.conversation.getByText('Sent').waitFor();
    const stored = (): number => storedLogs(server.dataFolder).flatMap(({ entries }) => entries).length;
    await eventually(() => stored() > OFFLINE_MESSAGES, 'all are stored');
    await delay(500);
    const verdict = verdictOfTexts(
      storedLogs(server.dataFolder),
      [['begin', ...texts]],
      [['begin', ...(await after.texts('o-'))]],
    );
    report({
      row: 'R9',
      fault: '100 messages written offline in a real browser, which is killed',
      struck: { kills: 1 },
      verdict,
    });
    expect(complaints(verdict)).toEqual([]);
    await second.close();
    await profile.remove();
  });

  describe('[R11] where storage fails', () => {
    let browser: Browser;
    beforeEach(async () => {
      browser = await launchChromium();
    });
    afterEach(() => browser.close());

    const failures: [string, () => void][] = [
      [
        'IndexedDB refuses to open and localStorage throws',
        () => {
          IDBFactory.prototype.open = () => {
            throw new DOMException('denied', 'SecurityError');
          };
          for (const name of ['getItem', 'setItem', 'removeItem'] as const) {
            Storage.prototype[name] = () => {
              throw new DOMException('denied', 'SecurityError');
            };
          }
        },
      ],
      [
        'IndexedDB never answers',
        () => {
          const open = IDBFactory.prototype.open;
          IDBFactory.prototype.open = function (this: IDBFactory, name: string) {
            const request = open.call(this, `${name} elsewhere`);
            Object.defineProperty(request, 'onsuccess', { set: () => undefined });
            return request;
          };
        },
      ],
      [
        'the quota is used up',
        () => {
          const full = (): never => {
            throw new DOMException('full', 'QuotaExceededError');
          };
          IDBObjectStore.prototype.put = full;
          Storage.prototype.setItem = full;
        },
      ],
      [
        'the window is private and has neither',
        () => {
          Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
          Object.defineProperty(globalThis, 'localStorage', {
            get() {
              throw new DOMException('denied', 'SecurityError');
            },
          });
        },
      ],
    ];

    test.each(failures)(
      '[R11] [DL5] %s: the chat works, and says that nothing is kept',
      async (name, fail) => {
        const context = await newContext(browser);
        await context.addInitScript(fail);
        const visitor = new VisitorOnPage(await context.newPage());
        const errors: string[] = [];
        visitor.page.on('pageerror', ({ message }) => errors.push(message));
        visitor.page.on('console', (message) => {
          if (message.type() === 'error') errors.push(message.text());
        });
        await visitor.page.goto(server.url + SHOP);
        await visitor.openChat();
        await visitor.page.getByText('This browser does not let us save anything.').waitFor();
        const texts = ['one', 'two', 'three'];
        for (const text of texts) await visitor.write(text);
        await visitor.conversation.getByText('Sent').waitFor();
        const verdict = verdictOfTexts(storedLogs(server.dataFolder), [texts], [texts]);
        report({ row: 'R11', fault: `in a real browser, ${name}`, struck: { failures: 1 }, verdict });
        expect([...complaints(verdict), ...errors]).toEqual([]);
      },
    );
  });
});
