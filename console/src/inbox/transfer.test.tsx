import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ColleagueRow, ConversationRow } from '@alongside/sdk/agent';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow, offerRow } from '../testing/fake-agent-client.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MAYA = idOf('cnv', 1);
const ITEM = idOf('itm', 1);
const BEN = { id: idOf('agt', 2), name: 'Ben' };

let rendered: RenderedConsole;
beforeEach(freshPage);
afterEach(() => rendered.close());

function colleague(number: number, name: string, fields: Partial<ColleagueRow> = {}): ColleagueRow {
  const agent = { id: idOf('agt', number), name };
  return { type: 'colleague', key: `colleague ${number}`, agent, presence: 'available', items: 0, ...fields };
}

async function opened(fields: Partial<ConversationRow> = {}): Promise<void> {
  rendered = await renderConsole([chat], (client) => {
    client.put(
      meRow(),
      conversationRow(1, { visitorName: 'Maya', ...fields }),
      colleague(2, 'Ben', { items: 1 }),
      colleague(3, 'Alma', { presence: 'away' }),
      {
        type: 'queue',
        key: 'queue 1',
        id: 'repairs',
        queue: 'Repairs',
        waiting: 2,
        oldestSince: NOON - 120_000,
      },
    );
  });
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

const press = (name: string | RegExp): Promise<void> =>
  rendered.change(() => fireEvent.click(screen.getByRole('button', { name })));
const dialog = (): HTMLElement => screen.getByRole('dialog', { name: 'Transfer Maya' });
const changeRow = (fields: Partial<ConversationRow>): Promise<void> =>
  rendered.change(() => {
    rendered.client.put(conversationRow(1, { visitorName: 'Maya', ...fields }));
  });

describe('the dialog', () => {
  test('[RT13] shows colleagues by who can take it, with status and load, and queues with who waits', async () => {
    await opened();
    await press('Transfer');
    const [ben, alma] = within(dialog()).getByRole('list', { name: 'Colleagues' }).querySelectorAll('button');
    expect(ben?.textContent).toContain('Available · 1 chat');
    expect(alma?.textContent).toContain('Away · no chats');
    expect(alma?.disabled).toBe(true);
    expect(within(dialog()).getByRole('button', { name: /Repairs/ }).textContent).toContain(
      '2 waiting, the first for 2 min',
    );
  });

  test('[RT13] asks a colleague, at once or with them joining first', async () => {
    await opened();
    await press('Transfer');
    await press(/Ben/);
    expect(rendered.client.calls).toContainEqual(['transfer', ITEM, { agent: BEN.id }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    await rendered.change(() => fireEvent.keyDown(document.body, { key: 't' }));
    await rendered.change(() => fireEvent.click(screen.getByRole('switch', { name: /Ask first/ })));
    await press(/Ben/);
    expect(rendered.client.calls).toContainEqual(['transfer', ITEM, { agent: BEN.id, warm: true }]);
  });

  test('[RT13] passes on to a queue, and says that it waits there', async () => {
    await opened();
    await press('Transfer');
    await press(/Repairs/);
    expect(rendered.client.calls).toContainEqual(['transfer', ITEM, { queue: 'repairs' }]);
    expect(screen.getByText('The chat waits in Repairs now, in its old place.')).toBeTruthy();
  });

  test('stays open where it is refused, and says why', async () => {
    await opened();
    await press('Transfer');
    rendered.client.outcome = { ok: false, refusal: { code: 'invalid', message: 'chats 3/3' } };
    await press(/Ben/);
    expect(screen.getByText(/^They cannot take it just now/)).toBeTruthy();
    expect(dialog()).toBeTruthy();
  });

  test('is not for work that is somebody else’s, rings elsewhere or is over', async () => {
    await opened({ first: BEN });
    for (const fields of [
      { first: BEN },
      { second: { agent: BEN, state: 'ringing' } },
      { state: 'closed' },
    ] as const) {
      await changeRow(fields);
      expect(screen.queryByRole('button', { name: 'Transfer' })).toBeNull();
    }
  });
});

describe('while a colleague is asked', () => {
  test('[RT13] it can be withdrawn, which is no news; what they answer is', async () => {
    await opened({ second: { agent: BEN, state: 'ringing' } });
    expect(screen.getByText(/Until they take it, the chat is yours/)).toBeTruthy();
    await press('Withdraw');
    expect(rendered.client.calls).toContainEqual(['withdrawTransfer', ITEM]);
    await changeRow({});
    expect(screen.queryByText(/did not take/)).toBeNull();
    await changeRow({ second: { agent: BEN, state: 'ringing' } });
    await changeRow({});
    expect(screen.getByText('Ben did not take Maya. The chat is still with you.')).toBeTruthy();
    await changeRow({ second: { agent: BEN, state: 'ringing' } });
    await rendered.change(() => {
      rendered.client.remove('conversation 1');
    });
    expect(screen.getByText('Ben has Maya now.')).toBeTruthy();
  });

  test('[RT13] once they joined, one hands over or they leave', async () => {
    await opened({ second: { agent: BEN, state: 'ringing' } });
    await changeRow({ second: { agent: BEN, state: 'joined' } });
    expect(screen.getByText('Ben has joined your chat with Maya.')).toBeTruthy();
    await press('Stay, Ben leaves');
    expect(rendered.client.calls).toContainEqual(['endConsult', ITEM, false]);
    await press('Hand over');
    expect(rendered.client.calls).toContainEqual(['endConsult', ITEM, true]);
  });
});

describe('who is asked', () => {
  test('[RT13] reads in the offer who passes it on, and whether to join first', async () => {
    await opened();
    await rendered.change(() => {
      const expiresAt = NOON + 20_000;
      rendered.client.put(
        offerRow(4, { expiresAt, from: BEN }),
        offerRow(5, { expiresAt, from: BEN, warm: true }),
      );
    });
    const [cold, warm] = screen.getAllByRole('alertdialog', { name: 'New chat' });
    expect(cold?.textContent).toContain('Ben passes this chat on to you.');
    expect(warm?.textContent).toContain('Ben asks you to join.');
  });

  test('[RT13] beside the one who has it they can leave, and not finish', async () => {
    await opened({ first: BEN });
    expect(screen.queryByRole('button', { name: 'Finish' })).toBeNull();
    await press('Leave');
    expect(rendered.client.calls).toContainEqual(['endConsult', ITEM, false]);
  });
});
