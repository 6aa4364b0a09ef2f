import { fireEvent, screen, within } from '@testing-library/preact';
import type { EventBody } from '@alongside/sdk/agent';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationRow, idOf } from '../testing/fake-agent-client.ts';
import { ANA, type FakeConversation, SYSTEM, VISITOR } from '../testing/fake-conversation.ts';
import { FakePageView } from '../testing/fake-page-view.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';
import { coBrowseWith } from './registration.ts';
import { addressFault } from './suggest-dialog.tsx';

const SHARE = idOf('shr', 1);
const AGENT = { id: idOf('agt', 1), name: 'Ana' };
const BEN = { id: idOf('agt', 2), name: 'Ben' };
const VIEW = { scope: 'view', share: SHARE, agent: AGENT } as const;
const asked = (by = AGENT): EventBody => ({
  ...VIEW,
  type: 'co-browse.asked',
  agent: by,
  until: NOON + 120_000,
});
const answered = (allowed: boolean): EventBody => ({
  ...VIEW,
  type: 'co-browse.answered',
  allowed,
  text: 'en-1',
});
const ended = (reason: 'visitor' | 'not-answered'): EventBody => ({
  type: 'co-browse.ended',
  share: SHARE,
  scope: 'view',
  reason,
});

let console: RenderedConsole;
let views: FakePageView[];
let conversation: FakeConversation;

beforeEach(async () => {
  freshPage();
  views = [];
  const registration = coBrowseWith((options) => {
    const view = new FakePageView(options);
    views.push(view);
    return view;
  });
  console = await renderConsole([registration], (client) => {
    client.put(conversationRow(1, { visitorName: 'Maya Okafor' }));
    conversation = client.conversation(idOf('cnv', 1));
    const [sitting, item] = [idOf('sit', 1), idOf('itm', 1)];
    conversation.append(VISITOR, { type: 'sitting.opened', sitting, item, channel: 'chat' });
    conversation.append(ANA, { type: 'agent.joined', agent: AGENT, item });
  });
  await console.change(() => console.workspace.show(idOf('cnv', 1)));
});
afterEach(() => console.close());

const append = (author: typeof ANA, body: EventBody) =>
  console.change(() => conversation.append(author, body));
const stage = () => screen.queryByRole('region', { name: 'Their page' });
const button = (name: string) => screen.getByRole('button', { name });
const press = (name: string) => console.change(() => fireEvent.click(button(name)));

/** The page is shared and shown. */
async function live(viewer?: FakePageView['status']['value']['viewer']): Promise<FakePageView> {
  await append(ANA, asked());
  await append(VISITOR, answered(true));
  const view = views.at(-1);
  if (!view) throw new Error('nothing is watched');
  await console.change(() =>
    view.change({
      link: 'online',
      page: { state: 'live', url: 'https://shop.test/basket', title: 'Basket' },
      hasPicture: true,
      viewers: [AGENT],
      ...(viewer && { viewer }),
    }),
  );
  return view;
}

describe('asking to see a page', () => {
  test('[CO1] asks, says truthfully that it waits, and can be taken back', async () => {
    await press('See their page');
    expect(conversation.calls.at(-1)).toEqual(['askToSee']);
    await append(ANA, asked());
    expect(screen.getByText(/Maya Okafor has not answered yet\./)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'See their page' })).toBeNull();
    expect(stage()).toBeNull();
    await press('Stop asking');
    expect(conversation.calls.at(-1)).toEqual(['endShare', SHARE, 'view']);
  });

  test('[CO1] tells a decline and asks again only after a question that was not answered', async () => {
    await append(ANA, asked());
    await append(VISITOR, answered(false));
    expect(screen.getByText('Maya Okafor declined. The page is not shared.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Ask again' })).toBeNull();
    expect(views).toEqual([]);
    await press('Put away');
    expect(screen.queryByText(/Maya Okafor declined/)).toBeNull();
    await append(ANA, asked());
    await append(SYSTEM, ended('not-answered'));
    await press('Ask again');
    expect(conversation.count('askToSee')).toBe(1);
  });

  test('who is not there is said to be not there', async () => {
    await console.change(() => conversation.change({ online: false }));
    await append(ANA, asked());
    expect(screen.getByText(/Maya Okafor is not online\. The question waits for them\./)).toBeTruthy();
  });
});

describe('the stage', () => {
  test('[CO15] frames the viewer on its own origin, with a bar that says whose page it is', async () => {
    const view = await live({ url: 'about:blank', assetOrigins: [] });
    expect(view.options).toMatchObject({ conversation: idOf('cnv', 1), share: SHARE });
    const region = within(stage() ?? document.body);
    const frame = region.getByTitle('Picture of their page');
    expect(frame.getAttribute('sandbox')).toBe('allow-scripts allow-same-origin');
    expect(region.getByText('Maya Okafor’s page')).toBeTruthy();
    expect(region.getByText('https://shop.test/basket')).toBeTruthy();
    for (const name of ['Point', 'Highlight', 'Draw', 'Ask for control', 'Suggest a page', 'End sharing']) {
      expect(region.getByRole('button', { name })).toBeTruthy();
    }
  });

  test('[CO7] says in words how good the picture is', async () => {
    const view = await live();
    const says = async (change: Partial<FakePageView['status']['value']>, words: string): Promise<void> => {
      await console.change(() => view.change(change));
      expect(within(stage() ?? document.body).getAllByText(words).length).toBeGreaterThan(0);
    };
    await says({}, 'Live');
    await says({ isBehind: true }, 'Catching up…');
    await says({ isBehind: false, page: { state: 'leaving' } }, 'Changing page…');
    await says({ page: { state: 'hidden' } }, 'They look at something else now');
    await says({ page: { state: 'paused' } }, 'Paused. It goes on by itself');
    await says({ page: { state: 'live' }, link: 'reconnecting' }, 'Reconnecting.');
    view.aged = 20_000;
    await console.change(() => console.clock.advance(1_000));
    expect(screen.getByText('Reconnecting. What you see is 20 seconds old.')).toBeTruthy();
    await says({ link: 'online' }, 'Not heard for 20 seconds');
  });

  test('[CO16] names everybody else who watches', async () => {
    const view = await live();
    await console.change(() => view.change({ viewers: [AGENT, BEN] }));
    expect(screen.getByText('Ben watches too')).toBeTruthy();
  });

  test('[CO16] who has not asked is not on the stage until they want to, and only watches', async () => {
    await console.change(() => console.client.remove('conversation 1'));
    await append(ANA, asked(BEN));
    await append(VISITOR, { ...answered(true), agent: BEN } as EventBody);
    expect(stage()).toBeNull();
    await press('Watch');
    const region = within(stage() ?? document.body);
    expect(region.getByText(/You watch only/)).toBeTruthy();
    expect(region.queryByRole('button', { name: 'Ask for control' })).toBeNull();
  });

  test('[CO2] goes with the share, and says why; leaving it keeps the share and stops the watching', async () => {
    const view = await live();
    await press('Hide their page');
    expect(stage()).toBeNull();
    expect(view.calls.at(-1)).toEqual(['stop']);
    expect(screen.getByText('Maya Okafor shares the page.')).toBeTruthy();
    await press('See their page');
    expect(views).toHaveLength(2);
    await append(VISITOR, ended('visitor'));
    expect(stage()).toBeNull();
    expect(views[1]?.calls.at(-1)).toEqual(['stop']);
    expect(screen.getAllByText(/Maya Okafor stopped sharing the page\./).length).toBeGreaterThan(0);
  });

  test('one tool at a time; Esc in the page and a second press put it away', async () => {
    await live();
    await press('Point');
    expect(button('Point').getAttribute('aria-pressed')).toBe('true');
    await press('Draw');
    expect(button('Point').getAttribute('aria-pressed')).toBe('false');
    await press('Draw');
    expect(button('Draw').getAttribute('aria-pressed')).toBe('false');
  });

  test('[CO10] control is asked for, held until it ends, and given back', async () => {
    const view = await live();
    await press('Ask for control');
    expect(conversation.calls.at(-1)).toEqual(['askForControl']);
    await append(ANA, { ...asked(), scope: 'control' } as EventBody);
    expect(screen.getByText('Not answered yet. Stop asking')).toBeTruthy();
    await append(VISITOR, {
      ...answered(true),
      scope: 'control',
      grant: idOf('grt', 1),
      until: NOON + 900_000,
    } as EventBody);
    const grant = { id: idOf('grt', 1), agent: AGENT, until: NOON + 900_000, scopes: [] };
    await console.change(() => view.change({ grant }));
    expect(button('Control').getAttribute('aria-pressed')).toBe('true');
    await press('Give control back');
    expect(conversation.calls.at(-1)).toEqual(['endShare', SHARE, 'control']);
    const { grant: _, ...without } = view.status.value;
    await console.change(() => (view.status.value = without));
    expect(screen.queryByRole('button', { name: 'Control' })).toBeNull();
  });
});

describe('suggesting a page', () => {
  test('[T8] says in words what is wrong with an address, and what the server does not allow', async () => {
    await live();
    await press('Suggest a page');
    const field = screen.getByRole('textbox', { name: 'Address' });
    expect((field as HTMLInputElement).value).toBe('https://shop.test/');
    const send = () => console.change(() => fireEvent.submit(field.closest('form') ?? field));
    await console.change(() => fireEvent.input(field, { target: { value: 'javascript:alert(1)' } }));
    await send();
    expect(screen.getByText('Only web pages can be suggested: http or https.')).toBeTruthy();
    conversation.sharing = { ok: false, refusal: { code: 'invalid', message: '' } };
    await console.change(() => fireEvent.input(field, { target: { value: 'https://other.test/' } }));
    await send();
    expect(screen.getByText(/not on the site’s list/)).toBeTruthy();
    conversation.sharing = { ok: true, seq: 9 };
    await send();
    expect(conversation.calls.at(-1)).toEqual(['suggestPage', 'https://other.test/']);
    expect(screen.queryByRole('textbox', { name: 'Address' })).toBeNull();
  });

  test.each([
    ['', 'Write the address of a page.'],
    ['shop', 'This is no whole address. It begins with https://.'],
    ['ftp://shop.test/', 'Only web pages can be suggested: http or https.'],
    ['https://a:b@shop.test/', 'An address with a name and password in it cannot be suggested.'],
    [' https://shop.test/a ', undefined],
  ])('%j: %j', (address, fault) => {
    expect(addressFault(address)).toBe(fault);
  });
});

test('[CO11] what was done on the page, and what was refused, stands in the timeline', async () => {
  await live();
  const action = { type: 'co-browse.action', share: SHARE, agent: AGENT } as const;
  await append(VISITOR, { ...action, action: 'click', label: 'Continue' });
  await append(VISITOR, {
    ...action,
    agent: BEN,
    action: 'type',
    label: 'Card number',
    refused: 'sensitive',
  });
  const log = screen.getByRole('log', { name: 'Conversation' }).textContent;
  expect(log).toContain('You clicked Continue');
  expect(log).toContain('Ben wanted to write in Card number: not done, it is sensitive');
});
