import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeskRow, FloorAgentRow, FloorItemRow, WhyNotAnswer } from '@alongside/sdk/agent';
import { chat } from '../chat/registration.ts';
import { idOf, meRow } from '../testing/fake-agent-client.ts';
import { ANA, VISITOR } from '../testing/fake-conversation.ts';
import {
  FakeApi,
  IDENTITY,
  NOON,
  type RenderedConsole,
  freshPage,
  renderConsole,
} from '../testing/render-console.tsx';
import { floor } from './registration.ts';

const MINUTE_MS = 60_000;
const ITEM = idOf('itm', 1);
const MAYA = idOf('cnv', 1);
const SAM = { agent: { id: idOf('agt', 9), name: 'Sam' }, role: 'supervisor', site: IDENTITY.site } as const;

let rendered: RenderedConsole;
let api: FakeApi;
beforeEach(() => {
  freshPage();
  api = new FakeApi();
});
afterEach(() => rendered.close());

function agent(number: number, name: string, fields: Partial<FloorAgentRow> = {}): FloorAgentRow {
  return {
    ...{ type: 'floor-agent', key: `floor-agent ${number}`, agent: { id: idOf('agt', number), name } },
    ...{ presence: 'available', since: NOON - 12 * MINUTE_MS, load: 0, budget: 6, held: [] },
    ...fields,
  };
}

function item(number: number, fields: Partial<FloorItemRow> = {}): FloorItemRow {
  return {
    ...{ type: 'floor-item', key: `floor-item ${number}`, item: idOf('itm', number) },
    ...{ conversation: idOf('cnv', number), visitorName: `Visitor ${number}`, channel: 'chat' },
    ...{ queue: 'repairs', class: 0, order: NOON - number, since: NOON - 2 * MINUTE_MS },
    ...fields,
  };
}

const NUMBERS: DeskRow = {
  ...{ type: 'floor', key: 'floor', waiting: 1, ringing: 0, active: 1 },
  waits: [{ queue: 'repairs', low: 70, high: 290 }],
  agents: [{ presence: 'available', count: 2 }],
};
const REPAIRS: DeskRow = { type: 'queue', key: 'queue 1', id: 'repairs', queue: 'Repairs', waiting: 1 };

async function opened(...rows: DeskRow[]): Promise<void> {
  location.hash = '#/floor';
  rendered = await renderConsole(
    [chat],
    (client) => {
      client.put({ ...meRow(), role: 'supervisor', agent: SAM.agent }, NUMBERS, REPAIRS, ...rows);
    },
    { places: [floor], identity: SAM, api },
  );
}

const press = (name: string | RegExp): Promise<void> =>
  rendered.change(() => fireEvent.click(screen.getByRole('button', { name })));

describe('the floor', () => {
  test('is watched while it is shown, and no longer', async () => {
    await opened(agent(1, 'Ana'));
    expect(rendered.client.calls).toContainEqual(['watchFloor', true]);
    await rendered.change(() => rendered.workspace.show(undefined));
    expect(rendered.client.calls.at(-1)).toEqual(['watchFloor', false]);
  });

  test('is not there for agents: neither in the navigation nor by its address', async () => {
    location.hash = '#/floor';
    rendered = await renderConsole([chat], (client) => client.put(meRow()), { places: [floor] });
    expect(screen.queryByRole('link', { name: 'Floor' })).toBeNull();
    expect(screen.getByRole('region', { name: 'Inbox' })).toBeTruthy();
  });

  test('agents stand by who can take something, with status, load and what they hold', async () => {
    await opened(
      agent(1, 'Zoe', {
        load: 1,
        held: [
          {
            ...{ item: idOf('itm', 5), conversation: idOf('cnv', 5), visitorName: 'Maya' },
            ...{ channel: 'chat', state: 'active', since: NOON - 3 * MINUTE_MS },
          },
        ],
      }),
      agent(2, 'Ben', { presence: 'offline' }),
      agent(3, 'Alma', { presence: 'break', reason: 'lunch' }),
    );
    const rows = within(screen.getByRole('list', { name: 'Agents' })).getAllByText(/^(Zoe|Ben|Alma)$/);
    expect(rows.map(({ textContent }) => textContent)).toEqual(['Zoe', 'Alma', 'Ben']);
    expect(screen.getByText(/Break \(/).textContent).toBe('Break (lunch), 12 min');
    expect(screen.getByTitle('Load 1 of 6')).toBeTruthy();
    expect(screen.getByText('Who comes now waits 1 to 5 min')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Read along with Maya' }).getAttribute('href')).toBe(
      `#/inbox/${idOf('cnv', 5)}`,
    );
  });

  test('of many the first are drawn, the rest on request, and a name finds whoever it is', async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      agent(index + 1, `Agent ${String(index).padStart(3, '0')}`),
    );
    await opened(...many);
    const list = screen.getByRole('list', { name: 'Agents' });
    expect(list.children).toHaveLength(50);
    await rendered.change(() =>
      fireEvent.input(screen.getByRole('searchbox', { name: 'Find an agent' }), { target: { value: '119' } }),
    );
    expect(list.textContent).toContain('Agent 119');
    await rendered.change(() =>
      fireEvent.input(screen.getByRole('searchbox', { name: 'Find an agent' }), { target: { value: '' } }),
    );
    await press('Show 70 more');
    expect(list.children).toHaveLength(120);
  });

  test('[RT16] why not names each agent’s rule with the time that is left, and asks again by itself', async () => {
    let words = 'excluded';
    api.answers.set(`GET /v1/work-items/${ITEM}/why-not`, (): WhyNotAnswer => ({
      item: ITEM,
      at: NOON,
      agents: [
        { agent: { id: idOf('agt', 1), name: 'Ana' }, rule: 'excluded', words, until: NOON + 41_000 },
        { agent: { id: idOf('agt', 2), name: 'Ben' }, rule: 'count', words: 'chats 3/3' },
      ],
      totals: [
        { rule: 'excluded', count: 1 },
        { rule: 'count', count: 1 },
      ],
    }));
    await opened(agent(1, 'Ana'), item(1));
    await press(/^Why not/);
    await rendered.change(() => rendered.clock.advance(0));
    expect(screen.getByText('excluded, 41 s more')).toBeTruthy();
    expect(screen.getByText('chats 3/3')).toBeTruthy();
    words = 'kept for Ana';
    await rendered.change(() => rendered.clock.advance(5_000));
    await rendered.change(() => undefined);
    expect(screen.getByText('kept for Ana, 36 s more')).toBeTruthy();
    api.answers.clear();
    await rendered.change(() => rendered.clock.advance(5_000));
    await rendered.change(() => undefined);
    expect(screen.getByText('It does not wait any more.')).toBeTruthy();
  });
});

describe('moving', () => {
  const dialog = (): HTMLElement => screen.getByRole('dialog', { name: 'Move Visitor 1' });
  const choose = (name: RegExp): Promise<void> =>
    rendered.change(() => fireEvent.click(within(dialog()).getByRole('button', { name })));

  test('to oneself, to an agent who is there, or to a queue; the dialog closes when it is done', async () => {
    await opened(agent(1, 'Ana', { load: 2 }), agent(2, 'Ben', { presence: 'away' }), item(1));
    await press('Move Visitor 1');
    expect(within(dialog()).getByRole('button', { name: /Ben/ }).hasAttribute('disabled')).toBe(true);
    await choose(/Ana/);
    expect(rendered.client.calls).toContainEqual(['assign', ITEM, idOf('agt', 1)]);
    expect(screen.queryByRole('dialog')).toBeNull();
    await press('Move Visitor 1');
    await choose(/Take it myself/);
    expect(rendered.client.calls).toContainEqual(['assign', ITEM, SAM.agent.id]);
    await rendered.change(() => {
      rendered.client.put({ type: 'queue', key: 'queue:sales', id: 'sales', queue: 'Sales', waiting: 0 });
    });
    await press('Move Visitor 1');
    const here = within(dialog()).getByRole('button', { name: 'Repairs It waits here now' });
    expect(here.hasAttribute('disabled')).toBe(true);
    await choose(/Sales/);
    expect(rendered.client.calls).toContainEqual(['transfer', ITEM, { queue: 'sales' }]);
    expect(screen.getByText('Visitor 1 waits in Sales now.')).toBeTruthy();
  });

  test('what stands against it is said in the dialog, which stays', async () => {
    await opened(agent(1, 'Ana'), item(1));
    rendered.client.outcome = {
      ok: false,
      refusal: { code: 'invalid', message: 'cannot take it now: chats 3/3' },
    };
    await press('Move Visitor 1');
    await choose(/Ana/);
    expect(within(dialog()).getByRole('alert').textContent).toBe(
      'Nothing was changed: cannot take it now: chats 3/3.',
    );
  });
});

describe('reading along', () => {
  test('says who has it and who knows, begins with a note, and ends with the chat', async () => {
    await opened(agent(1, 'Ana'), item(1));
    const maya = rendered.client.conversation(MAYA);
    maya.append(VISITOR, { type: 'sitting.opened', sitting: idOf('sit', 1), item: ITEM, channel: 'chat' });
    maya.append(ANA, { type: 'agent.joined', agent: { id: ANA.id ?? '', name: 'Ana' }, item: ITEM });
    await rendered.change(() => rendered.workspace.show(MAYA));
    expect(screen.getByText('You are reading along.').parentElement?.textContent).toContain(
      'Ana has this chat, and sees that you looked.',
    );
    expect(screen.getByRole('button', { name: 'Note', pressed: true })).toBeTruthy();
    expect(maya.count('markRead')).toBe(0);
    await rendered.change(() =>
      maya.append(ANA, { type: 'sitting.closed', sitting: idOf('sit', 1), reason: 'finished' }),
    );
    expect(screen.queryByText('You are reading along.')).toBeNull();
  });

  test('[T22] that somebody looked stands in the conversation', async () => {
    await opened();
    const maya = rendered.client.conversation(MAYA);
    maya.append(ANA, { type: 'agent.looked', agent: SAM.agent });
    await rendered.change(() => rendered.workspace.show(MAYA));
    expect(screen.getByText(/looked at this conversation/).textContent).toContain('Sam');
  });
});
