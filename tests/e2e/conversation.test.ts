import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

describe.skipIf(lacks('chromium'))('a visitor and an agent', () => {
  let server: ServerProcess;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  test('talk: offer, accept, answer, typing, read, note, reload, finish and a second sitting', async () => {
    const ana = await AgentAtDesk.signedIn(browser, server, 'Ana');
    await ana.become('Available');
    const visitor = await VisitorOnPage.on(browser, server);
    await visitor.openChat();
    await visitor.write('Do you ship to Norway?');

    await ana.offer.getByText('Do you ship to Norway?').waitFor();
    await ana.offer.getByText('/demo/shop/').waitFor();
    await ana.accept();
    await ana.conversation.getByText('Do you ship to Norway?', { exact: true }).waitFor();
    await visitor.conversation.getByText('Ana has joined').waitFor();
    await visitor.conversation.getByText('Read').waitFor();

    await ana.reply.pressSequentially('Yes');
    await visitor.page.getByText(/Ana is (typing|writing)/).waitFor();
    await ana.answer('Yes, within a week.');
    await visitor.conversation.getByText('Yes, within a week.', { exact: true }).waitFor();
    await ana.conversation.getByText('Read').waitFor();
    await visitor.message.pressSequentially('And');
    await ana.page
      .getByText(/(typing|writing)/)
      .first()
      .waitFor();

    await ana.note('secret-note-4711');
    await visitor.write('And to Iceland?');
    await ana.conversation.getByText('And to Iceland?', { exact: true }).waitFor();

    await Promise.all([visitor.page.reload(), ana.page.reload()]);
    await visitor.conversation.or(visitor.launcher).first().waitFor();
    if (!(await visitor.conversation.isVisible())) await visitor.openChat();
    await visitor.conversation.getByText('And to Iceland?', { exact: true }).waitFor();
    await ana.conversation.getByText('secret-note-4711').waitFor();
    const said = ['Do you ship to Norway?', 'Yes, within a week.', 'And to Iceland?'];
    for (const side of [visitor, ana]) {
      expect((await side.texts('')).filter((line) => said.includes(line))).toEqual(said);
    }

    await ana.finish();
    await visitor.conversation.getByText(/ended|finished|closed/i).waitFor();
    await visitor.write('One more thing.');
    await ana.offer.getByText('One more thing.').waitFor();
    await ana.accept();
    expect(visitor.received.length).toBeGreaterThan(5);
    expect(visitor.received.filter((frame) => frame.includes('secret-note-4711'))).toEqual([]);
    await ana.become('Offline');
  });

  test('[T11] two visitors and two agents at once do not mix', async () => {
    const [ben, sam] = await Promise.all([
      AgentAtDesk.signedIn(browser, server, 'Ben'),
      AgentAtDesk.signedIn(browser, server, 'Sam'),
    ]);
    const first = await VisitorOnPage.on(browser, server);
    const second = await VisitorOnPage.on(browser, server, '/demo/quote/');
    await Promise.all([first.openChat(), second.openChat()]);
    await ben.become('Available');
    await first.write('first-asks');
    await ben.accept();
    await ben.become('Away');
    await sam.become('Available');
    await second.write('second-asks');
    await sam.accept();
    await Promise.all([ben.answer('to-first'), sam.answer('to-second')]);
    await first.conversation.getByText('to-first', { exact: true }).waitFor();
    await second.conversation.getByText('to-second', { exact: true }).waitFor();
    expect(first.received.join('\n')).not.toMatch(/second-asks|to-second/);
    expect(second.received.join('\n')).not.toMatch(/first-asks|to-first/);
    expect(await ben.conversation.innerText()).not.toMatch(/second-asks|to-second/);
    expect(await sam.conversation.innerText()).not.toMatch(/first-asks|to-first/);
  });

  test('meet on one page in the demo of both sides', async () => {
    const page = await (await browser.newContext({ viewport: { width: 1_500, height: 900 } })).newPage();
    await page.goto(`${server.url}/demo/both`);
    const console = page.frameLocator('iframe[src*="/console/"]');
    await console.getByRole('combobox', { name: 'Status' }).waitFor();
    await expect.poll(() => console.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('available');
    await page.context().close();
  });
});
