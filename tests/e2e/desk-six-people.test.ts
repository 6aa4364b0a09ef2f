// Over 300 lines: one day of six people, each step of which stands on those before.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { axeFindings } from './axe.ts';
import { Colleague, STEP_MS, comingsAre, moment } from './desk-people.ts';
import { VisitorOnPage } from './people.ts';

/** An offer rings 20 s, and two must be missed. */
const MISSES_MS = 120_000;
const DAY_TEST_MS = 300_000;
const DAY_MS = 86_400_000;

const NOBODY = 'Nobody is here right now. Leave a message; the answer will wait here.';
const NEXT = 'You are next.';

describe.skipIf(lacks('chromium'))('three visitors, two agents and a supervisor', () => {
  let server: ServerProcess;
  let browser: Browser;
  let [ana, ben, sam] = [] as unknown as [Colleague, Colleague, Colleague];
  let [maya, jonas, lena] = [] as unknown as [VisitorOnPage, VisitorOnPage, VisitorOnPage];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    const comes = (): Promise<VisitorOnPage> => VisitorOnPage.on(browser, server);
    [ana, ben, sam, maya, jonas, lena] = await Promise.all([
      Colleague.at(browser, server, 'Ana'),
      Colleague.at(browser, server, 'Ben'),
      Colleague.at(browser, server, 'Sam'),
      ...[comes(), comes(), comes()],
    ] as const);
    await sam.put('queues', 'default', { wrapUp: { mode: 'optional' } });
    await sam.put('wrap-up-codes', 'repair', { name: 'Repair' });
    await sam.put('tags', 'regular', { name: 'Regular', colour: 'green' });
    const hello = {
      shortcut: 'sams-hello',
      title: 'From Sam',
      text: 'Hello {{visitor.name}}, I am {{agent.name}}.',
    };
    await sam.put('canned-replies', 'sams-hello', hello);
    await sam.page.getByRole('link', { name: 'Floor' }).click();
  });
  afterAll(async () => {
    await browser.close();
    await server.remove();
  });

  const floor = {
    get waiting() {
      return sam.page.getByRole('list', { name: 'Waiting' }).getByRole('listitem');
    },
    with: (name: string) => sam.page.getByRole('list', { name: `With ${name}` }),
    whyNot: () => floor.waiting.getByRole('button', { name: /^Why not/ }),
    /** Why the one who waits does: "Ana: away", one for each agent, by name. */
    reasonsAre: async (...reasons: string[]) => {
      const lines = async (): Promise<string[]> => {
        const rows = await floor.waiting.locator('dl > div').allInnerTexts();
        return rows.map((row) => row.replace(/\s*\n\s*/, ': ')).sort();
      };
      await expect.poll(lines, { timeout: STEP_MS }).toEqual(reasons);
    },
    /** How many chats somebody has. */
    countIs: (name: string, count: number) =>
      expect.poll(() => floor.with(name).getByRole('link').count(), { timeout: STEP_MS }).toBe(count),
  };

  async function begins(visitor: VisitorOnPage, text: string): Promise<void> {
    await visitor.openChat();
    await visitor.write(text);
  }

  /** Nobody is there; then the first offer rings, and is taken. */
  async function firstOffer(): Promise<void> {
    await begins(maya, 'Maya: my chain is loose');
    await floor.whyNot().click();
    await moment(
      { who: maya, reads: [NOBODY] },
      { who: ana, reads: [/^You are offline\./, 'No open chats'] },
      { who: ben, reads: [/^You are offline\./] },
      { who: sam, reads: [/waiting, the first for/] },
    );
    await floor.reasonsAre('Ana: offline', 'Ben: offline', 'Sam: offline');
    await ana.become('Available');
    await ana.offer.getByText('Maya: my chain is loose').waitFor();
    await moment(
      { who: maya, reads: [NEXT], no: [NOBODY, /has joined/] },
      { who: ana, reads: [/^Waiting for /, 'First contact', /Hollow Lane Cycles/] },
      { who: ben, no: ['Maya: my chain is loose'] },
      { who: sam, reads: [/rings at Ana/] },
    );
    await ana.accept();
    await moment(
      { who: maya, reads: ['Ana has joined'], no: [NEXT] },
      { who: sam, reads: [/^Nobody waits\. Whoever does/] },
      { who: ben, no: ['Maya: my chain is loose'] },
    );
    await floor.countIs('Ana', 1);
  }

  /** Who has less to do is asked first; what they decline rings at the other. */
  async function declined(): Promise<void> {
    await ben.become('Available');
    await begins(jonas, 'Jonas: do you rent bikes?');
    await ben.offer.getByText('Jonas: do you rent bikes?').waitFor();
    await moment(
      { who: jonas, reads: [NEXT], no: [/has joined/] },
      { who: ana, no: ['Jonas: do you rent bikes?'] },
      { who: sam, reads: [/rings at Ben/] },
    );
    await ben.decline();
    await ana.offer.getByText('Jonas: do you rent bikes?').waitFor();
    await moment(
      { who: jonas, reads: [NEXT], no: [/Ben/] },
      { who: ben, reads: ['No open chats'], no: ['Jonas: do you rent bikes?', /You missed/] },
      { who: sam, reads: [/rings at Ana/] },
    );
    await ana.accept();
    await comingsAre(jonas, 'Ana has joined');
    await comingsAre(maya, 'Ana has joined');
    await floor.countIs('Ana', 2);
  }

  /** Two offers are missed, and no more come; meanwhile a chat is finished and written up. */
  async function missed(): Promise<void> {
    await ana.become('Away');
    await begins(lena, 'Lena: where is my parcel?');
    await ben.offer.getByText('Lena: where is my parcel?').waitFor();
    const twice = ben.page
      .getByText('You missed an offer, so no more come to you.')
      .waitFor({ timeout: MISSES_MS });
    await Promise.all([twice, finishesJonas(), samReadsAlong()]);
    await floor.whyNot().click();
    await moment(
      { who: lena, reads: [NOBODY], no: [/has joined/] },
      { who: ana, reads: [/^You receive no new chats until/], no: ['Lena: where is my parcel?'] },
      { who: ben, reads: ['No open chats'], no: ['Lena: where is my parcel?'] },
      { who: sam, reads: [/^Not responding/] },
    );
    await floor.reasonsAre('Ana: away', 'Ben: not responding', 'Sam: offline');
    await ana.become('Available');
    await ana.offer.getByText('Lena: where is my parcel?').waitFor();
    await moment({ who: lena, reads: [NEXT], no: [NOBODY] });
    await ana.accept();
    await comingsAre(lena, 'Ana has joined');
  }

  /** With a canned reply, a tag, a word to a colleague, a code, a follow-up, and the time to write it up. */
  async function finishesJonas(): Promise<void> {
    await ana.open('Jonas: do you rent bikes?');
    await ana.reply.pressSequentially('/sams');
    await ana.page.getByRole('option', { name: /From Sam/ }).waitFor();
    await ana.reply.press('Enter');
    await expect.poll(() => ana.reply.inputValue(), { timeout: STEP_MS }).toBe('Hello, I am Ana.');
    await ana.reply.press('Enter');
    await moment({ who: jonas, reads: ['Hello, I am Ana.'] });
    await ana.page.getByRole('combobox', { name: 'Add a tag' }).selectOption({ label: 'Regular' });
    await ana.conversation.getByText(/added the tag Regular/).waitFor();
    await ana.page.getByRole('button', { name: 'Note', exact: true }).click();
    await ana.reply.pressSequentially('@Be');
    await ana.page.getByRole('option', { name: /Ben/ }).waitFor();
    await ana.reply.press('Enter');
    await ana.reply.pressSequentially('are there two for Sunday?');
    await ana.reply.press('Enter');
    await moment({ who: ben, reads: ['@Ben are there two for Sunday?', /^Mentions you about/] });
    expect(await axeFindings(ana.page)).toEqual([]);
    await ana.conversation.focus();
    await ana.page.keyboard.press('e');
    const dialog = ana.page.getByRole('dialog', { name: /^Finish/ });
    await dialog.getByRole('radio', { name: 'Repair' }).check();
    await dialog.getByRole('textbox', { name: /^Follow-up/ }).fill('Ring him on Friday');
    expect(await axeFindings(ana.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Finish and write it up' }).click();
    await ana.wrapUp.getByRole('timer').waitFor();
    await ana.wrapUp.getByRole('radio', { name: 'Repair', checked: true }).waitFor();
    await moment(
      { who: ana, reads: [/^Chat finished by Ana/, 'Follow-up: Ring him on Friday', /^Write it up: /] },
      { who: jonas, reads: ['This chat was finished. Write any time to go on.'] },
    );
    expect(await axeFindings(ana.page)).toEqual([]);
    await ana.wrapUp.getByRole('button', { name: 'Done' }).click();
    await ana.wrapUp.waitFor({ state: 'hidden' });
    await ana.page.getByRole('list', { name: 'Finished lately' }).getByRole('link').first().waitFor();
    expect(jonas.received.join('\n')).not.toMatch(/two for Sunday|regular|Friday/i);
  }

  /** What Sam writes while reading along helps Ana, and is nothing to Maya. */
  async function samReadsAlong(): Promise<void> {
    await floor.with('Ana').getByRole('link').first().click();
    await sam.page.getByText('You are reading along.').waitFor();
    await sam.conversation.getByText('Maya: my chain is loose').waitFor();
    await sam.answer('Three kinds, shelf 4');
    await sam.page.goBack();
    await floor.whyNot().waitFor();
  }

  /** A cold transfer declined, taken, and back. */
  async function coldTransfers(): Promise<void> {
    await ben.become('Available');
    await ana.open('Maya: my chain is loose');
    await moment({ who: ana, reads: ['Three kinds, shelf 4', /Sam looked at this conversation/] });
    await ana.transferTo('Ben');
    await ben.offer.getByText('Ana passes this chat on to you.').waitFor();
    expect(await axeFindings(ana.page)).toEqual([]);
    expect(await axeFindings(ben.page)).toEqual([]);
    await comingsAre(maya, 'Ana has joined');
    await Promise.all([
      ana.isTold(/^Ben did not take Visitor \w+\. The chat is still with you\.$/),
      ben.decline(),
    ]);
    await ana.transferTo('Ben');
    await Promise.all([ana.isTold(/^Ben has Visitor \w+ now\.$/), ben.accept()]);
    await comingsAre(maya, 'Ana has joined', 'Ben has joined', 'Ana has left');
    await ben.conversation.getByText('Maya: my chain is loose').waitFor();
    await floor.countIs('Ben', 1);
    await ben.transferTo('Ana');
    await ana.offer.getByText('Ben passes this chat on to you.').waitFor();
    await ana.accept();
    await comingsAre(
      maya,
      ...['Ana has joined', 'Ben has joined', 'Ana has left'],
      'Ana has joined',
      'Ben has left',
    );
    await floor.countIs('Ben', 0);
    expect(maya.received.join('\n')).not.toMatch(/looked|shelf 4/);
  }

  /** A warm transfer, with notes between the two; and one to the queue. */
  async function warmTransfer(): Promise<void> {
    await ana.open('Lena: where is my parcel?');
    await ana.transferTo('Ben', true);
    await ben.offer.getByText(/^Ana asks you to join/).waitFor();
    await comingsAre(lena, 'Ana has joined');
    await ben.accept();
    await comingsAre(lena, 'Ana has joined', 'Ben has joined');
    await ben.bar.getByText(/^You joined/).waitFor();
    await ana.bar.getByText(/^Ben is here with you/).waitFor();
    await ana.note('It is at the customs');
    await ben.conversation.getByText('It is at the customs').waitFor();
    expect(await axeFindings(ana.page)).toEqual([]);
    await ben.answer('I am looking it up');
    await moment({ who: ana, reads: [/^Ben: I am looking it up$/] });
    await ana.page.getByRole('button', { name: 'Hand over' }).click();
    await comingsAre(lena, 'Ana has joined', 'Ben has joined', 'Ana has left');
    await ben.answer('It comes on Monday');
    await moment({ who: lena, reads: ['It comes on Monday'] }, { who: ben, no: [/^You joined/] });
    expect(lena.received.join('\n')).not.toContain('customs');

    await ana.open('Maya: my chain is loose');
    await ana.page.getByRole('button', { name: 'Transfer', exact: true }).click();
    await Promise.all([
      ana.isTold(/^The chat waits in Chats now/),
      ana.transferDialog.getByRole('list', { name: 'Queues' }).getByRole('button').first().click(),
    ]);
    await ben.offer.getByText('Maya: my chain is loose').waitFor();
    await moment({ who: sam, reads: [/rings at Ben/] });
    await ben.accept();
    await floor.countIs('Ana', 0);
    await floor.countIs('Ben', 2);
  }

  /** At closing time those who are here are served still, and who comes leaves a message. */
  async function closingTime(): Promise<void> {
    const opens = new Date(Date.now() + 3 * DAY_MS);
    const weekly = [{ day: opens.getUTCDay() || 7, from: '09:00', to: '10:00' }];
    await sam.put('hours', 'shop', { name: 'Shop', zone: 'UTC', weekly, exceptions: [] });
    await sam.put('queues', 'default', { hours: 'shop' });
    await ben.answer('I will look at it at once');
    await jonas.write('And on Monday?');
    await floor.whyNot().click();
    await moment(
      { who: jonas, reads: [/^Your message is with us\. We are back \w+ at .+\.$/], no: [NEXT] },
      { who: maya, reads: ['I will look at it at once'] },
      { who: ana, reads: ['No open chats'], no: [/^Waiting for /] },
    );
    const closed = expect.stringMatching(/^(Ana|Ben): closed until \w+ .+$/) as string;
    await floor.reasonsAre(closed, closed, 'Sam: offline');

    await sam.put('queues', 'default', { hours: undefined });
    await ana.offer.getByText('And on Monday?').waitFor();
    await moment({ who: ana, reads: ['Before', /Jonas: do you rent bikes\?|Hello, I am Ana/] });
    await ana.accept();
    await ana.conversation.getByText('And on Monday?', { exact: true }).waitFor();
    // What she wrote to him last was a note, and the place to write in stays so.
    await ana.page.getByRole('button', { name: 'Note', exact: true, pressed: true }).click();
    await ana.answer('From nine to six');
    await moment({ who: jonas, reads: ['From nine to six'] });
  }

  test(
    '[RT6][RT7][RT8][RT10][RT12][RT13][RT16] a day from the first offer to closing time: what each of the six reads is true',
    { timeout: DAY_TEST_MS },
    async () => {
      await firstOffer();
      await declined();
      await missed();
      await coldTransfers();
      await warmTransfer();
      await closingTime();
    },
  );
});
