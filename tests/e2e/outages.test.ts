import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchChromium, openProfile, profileFolder } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

const EACH_WAY = 50;
const OFFLINE_MESSAGES = 20;
/** A reloaded page shows the newest entries; notes and receipts take places among an agent's. */
const SHOWN_BY_BOTH = 30;
const LONG_MS = 180_000;

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);

describe.skipIf(lacks('chromium'))('what people see when things break', () => {
  let browser: Browser;
  let data: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: ServerProcess;

  beforeEach(async () => {
    browser = await launchChromium();
    data = await temporaryFolder('outages');
    server = await startServer({ dataFolder: data.path });
  });
  afterEach(async () => {
    await browser.close();
    await server.remove();
    await data.remove();
  });

  async function again(): Promise<void> {
    server = await startServer({ dataFolder: data.path, port: server.port });
  }

  /** Both sides write `EACH_WAY` messages; `interrupt` strikes when a third of them is written. */
  async function writeThrough(interrupt: () => Promise<void>): Promise<void> {
    const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await ana.become('Available');
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.openChat();
    await visitor.write('begin');
    await ana.accept();
    const fromVisitor = numbered('v', EACH_WAY);
    const fromAgent = numbered('a', EACH_WAY);
    let struck: Promise<void> | undefined;
    const writeAll = async (texts: string[], write: (text: string) => Promise<void>) => {
      for (const [index, text] of texts.entries()) {
        if (index === Math.floor(EACH_WAY / 3)) struck ??= interrupt();
        await write(text);
      }
    };
    await Promise.all([
      writeAll(fromVisitor, (text) => visitor.write(text)),
      writeAll(fromAgent, (text) => ana.answer(text)),
    ]);
    await struck;
    for (const side of [visitor, ana]) {
      await expect.poll(() => side.texts('v-'), { timeout: 60_000 }).toEqual(fromVisitor);
      await expect.poll(() => side.texts('a-'), { timeout: 60_000 }).toEqual(fromAgent);
    }
    const order = async (side: VisitorOnPage | AgentAtDesk) =>
      (await side.texts('')).filter((line) => /^[va]-\d{3}$/.test(line)).slice(-SHOWN_BY_BOTH);
    await visitor.page.reload();
    await visitor.conversation.or(visitor.launcher).first().waitFor();
    if (!(await visitor.conversation.isVisible())) await visitor.openChat();
    await ana.page.reload();
    await ana.conversation.getByText(fromAgent.at(-1) ?? '', { exact: true }).waitFor();
    await expect.poll(() => order(visitor)).toEqual(await order(ana));
  }

  test(
    '[DL1] [DL2] [DL3] the server is killed in the middle of 50 messages each way: all there, once, in one order',
    async () => {
      await writeThrough(async () => {
        await server.kill('SIGKILL');
        await again();
      });
    },
    LONG_MS,
  );

  test(
    '[DL13] the server is asked to stop in the middle: it exits with 0 and nothing is lost',
    async () => {
      await writeThrough(async () => {
        expect(await server.stop()).toMatchObject({ code: 0 });
        await again();
      });
    },
    LONG_MS,
  );

  test(
    '[DL5] 20 messages written offline survive the browser: 20, in order, once',
    async () => {
      const profile = await profileFolder();
      const texts = numbered('o', OFFLINE_MESSAGES);
      const first = await openProfile(profile.path);
      const before = await VisitorOnPage.in(first.context, server, '/demo/shop/');
      await before.openChat();
      await before.write('begin');
      await before.conversation.getByText('Sent').waitFor();
      await first.context.setOffline(true);
      for (const text of texts) await before.write(text);
      await before.conversation.getByText('Saved on this device').waitFor();
      await first.close();
      const second = await openProfile(profile.path);
      const after = await VisitorOnPage.in(second.context, server, '/demo/shop/');
      await after.launcher.or(after.message).first().waitFor();
      if (!(await after.message.isVisible())) await after.openChat();
      await after.conversation.getByText('Sent').waitFor();
      expect(await after.texts('o-')).toEqual(texts);
      const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
      await ana.become('Available');
      await ana.accept();
      await expect.poll(() => ana.texts('o-')).toEqual(texts);
      await second.close();
      await profile.remove();
    },
    LONG_MS,
  );
});
