import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { AgentAtDesk, VisitorOnPage } from './people.ts';

/** An offer rings 20 s, and two must be missed. */
const MISSES_MS = 120_000;
const STEP_MS = 30_000;
const DESK_TEST_MS = 240_000;

/** What one does with a colleague at the desk, by what is read there. */
class Colleague extends AgentAtDesk {
  get bar(): Locator {
    return this.page.getByRole('status').filter({ hasText: /Asking|is here with you|You joined/ });
  }

  async open(text: string): Promise<void> {
    await this.page.getByRole('list', { name: 'Open' }).getByRole('link', { name: text }).click();
    await this.conversation.getByText(text).first().waitFor();
  }

  async transferTo(name: string, askFirst = false): Promise<void> {
    await this.page.getByRole('button', { name: 'Transfer', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: /^Transfer / });
    if (askFirst) await dialog.getByRole('switch', { name: /Ask first/ }).check();
    await dialog.getByRole('list', { name: 'Colleagues' }).getByRole('button', { name }).click();
    await dialog.waitFor({ state: 'hidden' });
    await this.bar.getByText(/^Asking/).waitFor();
  }

  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  async decline(): Promise<void> {
    await this.offer.getByRole('button', { name: 'Decline' }).click();
    await this.offer.waitFor({ state: 'hidden' });
  }

  /** Changes a setting of the site as an admin; `value` becomes what stands there. */
  put(kind: string, id: string, value: object): Promise<number> {
    return this.page.evaluate(
      async ([path, name, more]) => {
        const list = (await (await fetch(path)).json()) as {
          items: { id: string; version: number; value: object }[];
        };
        const found = list.items.find((each) => each.id === name);
        const answer = await fetch(found ? `${path}/${name}` : path, {
          method: found ? 'PUT' : 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            ...(found ? { version: found.version } : { id: name }),
            value: { ...found?.value, ...more },
          }),
        });
        return answer.status;
      },
      [`/v1/${kind}`, id, value] as const,
    );
  }
}

async function signIn(browser: Browser, server: ServerProcess, name: string): Promise<Colleague> {
  return new Colleague((await AgentAtDesk.signedIn(browser, server, name)).page);
}

async function comes(browser: Browser, server: ServerProcess, text: string): Promise<VisitorOnPage> {
  const visitor = await VisitorOnPage.on(browser, server);
  await visitor.openChat();
  await visitor.write(text);
  return visitor;
}

/** Lines of the visitor's conversation that say who came and went. */
function comings(visitor: VisitorOnPage): Promise<string[]> {
  return visitor.conversation
    .innerText()
    .then((all) => all.split('\n').filter((line) => /has (joined|left)/.test(line)));
}

function comingsAre(visitor: VisitorOnPage, lines: readonly string[]): Promise<void> {
  return expect.poll(() => comings(visitor), { timeout: STEP_MS }).toEqual(lines);
}

describe.skipIf(lacks('chromium'))('two agents and three visitors', () => {
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
    '[RT7][RT8][RT13] an offer, a decline, two misses and transfers each way: what each person reads is true',
    { timeout: DESK_TEST_MS },
    async () => {
      const [ana, ben] = [await signIn(browser, server, 'Ana'), await signIn(browser, server, 'Ben')];
      await ana.become('Available');
      const maya = await comes(browser, server, 'Maya: my chain is loose');
      await ana.accept();
      await comingsAre(maya, ['Ana has joined']);

      // Ben has less to do, so he is asked first; what he declines is Ana's.
      await ben.become('Available');
      const jonas = await comes(browser, server, 'Jonas: do you rent bikes?');
      await ben.offer.getByText('Jonas: do you rent bikes?').waitFor();
      await ben.decline();
      await ana.accept();
      await comingsAre(jonas, ['Ana has joined']);

      // Nobody else is there, so it rings at Ben again; then he is asked no more, and Ana takes it.
      await ana.become('Away');
      const lena = await comes(browser, server, 'Lena: where is my parcel?');
      await ben.offer.waitFor();
      await ben.page
        .getByText('You missed an offer, so no more come to you.')
        .waitFor({ timeout: MISSES_MS });
      expect(await comings(lena)).toEqual([]);
      await ana.become('Available');
      await ana.accept();
      await comingsAre(lena, ['Ana has joined']);

      // Cold, and back: the first time declined.
      await ben.become('Available');
      await ana.open('Maya: my chain is loose');
      await ana.transferTo('Ben');
      await ben.offer.getByText('Ana passes this chat on to you.').waitFor();
      expect(await axeFindings(ana.page)).toEqual([]);
      expect(await axeFindings(ben.page)).toEqual([]);
      await comingsAre(maya, ['Ana has joined']);
      await ben.accept();
      await comingsAre(maya, ['Ana has joined', 'Ben has joined', 'Ana has left']);
      await ben.conversation.getByText('Maya: my chain is loose').waitFor();
      await ana.reads(/^Ben has Visitor \w+ now\.$/);
      await ben.transferTo('Ana');
      await ana.offer.getByText('Ben passes this chat on to you.').waitFor();
      await ana.decline();
      await ben.reads(/^Ana did not take Visitor \w+\. The chat is still with you\.$/);
      await ben.transferTo('Ana');
      await ana.accept();
      await comingsAre(maya, [
        ...['Ana has joined', 'Ben has joined', 'Ana has left'],
        ...['Ana has joined', 'Ben has left'],
      ]);

      // Warm: they are there together, and their notes stay between them.
      await ana.open('Jonas: do you rent bikes?');
      await ana.transferTo('Ben', true);
      await ben.offer.getByText(/^Ana asks you to join/).waitFor();
      await ben.accept();
      await comingsAre(jonas, ['Ana has joined', 'Ben has joined']);
      await ben.bar.getByText(/^You joined/).waitFor();
      await ana.bar.getByText(/^Ben is here with you/).waitFor();
      await ana.note('He wants two for Sunday');
      await ben.conversation.getByText('He wants two for Sunday').waitFor();
      expect(await axeFindings(ana.page)).toEqual([]);
      await ana.page.getByRole('button', { name: 'Hand over' }).click();
      await comingsAre(jonas, ['Ana has joined', 'Ben has joined', 'Ana has left']);
      await ben.answer('Two for Sunday, then');
      await jonas.conversation.getByText('Two for Sunday, then', { exact: true }).waitFor();
      expect(jonas.received.join('\n')).not.toContain('He wants two for Sunday');
      await Promise.all([ana, ben].map(({ page }) => page.context().close()));
    },
  );

  test(
    '[RT10] a chat that is finished is written up, with a mention and a tag on the way',
    { timeout: DESK_TEST_MS },
    async () => {
      const sam = await signIn(browser, server, 'Sam');
      expect(await sam.put('queues', 'default', { wrapUp: { mode: 'time-boxed', seconds: 300 } })).toBe(200);
      expect(await sam.put('wrap-up-codes', 'repair', { name: 'Repair' })).toBeLessThan(300);
      expect(await sam.put('tags', 'regular', { name: 'Regular', colour: 'green' })).toBeLessThan(300);
      const hello = {
        shortcut: 'sams-hello',
        title: 'From Sam',
        text: 'Hello {{visitor.name}}, I am {{agent.name}}.',
      };
      expect(await sam.put('canned-replies', 'sams-hello', hello)).toBeLessThan(300);
      await sam.become('Available');
      const visitor = await comes(browser, server, 'Ola: the brake is soft');
      await sam.accept();

      await sam.reply.pressSequentially('/sams');
      await sam.page.getByRole('option', { name: /From Sam/ }).waitFor();
      await sam.reply.press('Enter');
      await expect.poll(() => sam.reply.inputValue()).toBe('Hello, I am Sam.');
      await sam.reply.press('Enter');
      await visitor.conversation.getByText('Hello, I am Sam.', { exact: true }).waitFor();

      await sam.page.getByRole('combobox', { name: 'Add a tag' }).selectOption({ label: 'Regular' });
      await sam.conversation.getByText(/added the tag Regular/).waitFor();
      await sam.page.getByRole('button', { name: 'Note', exact: true }).click();
      await sam.reply.pressSequentially('@An');
      await sam.page.getByRole('option', { name: /Ana/ }).waitFor();
      await sam.reply.press('Enter');
      await sam.reply.pressSequentially('is the brake in stock?');
      await sam.reply.press('Enter');
      await sam.conversation.getByText('@Ana is the brake in stock?').waitFor();
      expect(await axeFindings(sam.page)).toEqual([]);

      await sam.page.getByRole('log', { name: 'Conversation' }).focus();
      await sam.page.keyboard.press('e');
      const dialog = sam.page.getByRole('dialog', { name: /^Finish/ });
      await dialog.getByRole('radio', { name: 'Repair' }).check();
      expect(await axeFindings(sam.page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Finish', exact: true }).click();
      const wrapUp = sam.page.getByRole('region', { name: 'Wrap-up' });
      await wrapUp.getByRole('timer').waitFor();
      await sam.conversation.getByText(/Chat finished/).waitFor();
      expect(await axeFindings(sam.page)).toEqual([]);
      await wrapUp.getByRole('button', { name: 'Done' }).click();
      await wrapUp.waitFor({ state: 'hidden' });
      await sam.page.getByRole('list', { name: 'Finished lately' }).getByRole('link').first().waitFor();
      await visitor.conversation.getByText('Hello, I am Sam.', { exact: true }).waitFor();
      expect(visitor.received.join('\n')).not.toMatch(/brake in stock|regular/i);
      await sam.become('Offline');
      await sam.page.context().close();
    },
  );
});
