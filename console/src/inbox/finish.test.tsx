import { fireEvent, screen } from '@testing-library/preact';
import type { ConversationRow } from '@alongside/sdk/agent';
import { DEFAULT_QUEUE_SETTINGS, type QueueSettings } from '@alongside/sdk/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { SYSTEM, type FakeConversation } from '../testing/fake-conversation.ts';
import { FakeApi, NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MAYA = idOf('cnv', 1);
const ITEM = idOf('itm', 1);

let rendered: RenderedConsole;
let maya: FakeConversation;
beforeEach(freshPage);
afterEach(() => rendered.close());

async function opened(
  mode: QueueSettings['wrapUp']['mode'],
  fields: Partial<ConversationRow> = {},
): Promise<void> {
  const api = new FakeApi();
  api.lists = {
    queues: [{ id: 'repairs', version: 1, value: { ...DEFAULT_QUEUE_SETTINGS, wrapUp: { mode } } }],
    'wrap-up-codes': [
      { id: 'sold', version: 1, value: { name: 'Sold' } },
      { id: 'repaired', version: 1, value: { name: 'Repaired', queue: 'repairs' } },
      { id: 'rented', version: 1, value: { name: 'Rented', queue: 'rentals' } },
    ],
  };
  rendered = await renderConsole(
    [chat],
    (client) => {
      client.put(meRow(), conversationRow(1, { visitorName: 'Maya', queue: 'repairs', ...fields }));
      maya = client.conversation(MAYA);
      maya.append(SYSTEM, {
        type: 'sitting.opened',
        sitting: idOf('sit', 1),
        item: ITEM,
        channel: 'chat',
      });
      maya.append(SYSTEM, { type: 'agent.joined', agent: { id: idOf('agt', 1), name: 'Ana' }, item: ITEM });
    },
    { api },
  );
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

const press = (name: string): Promise<void> =>
  rendered.change(() => fireEvent.click(screen.getByRole('button', { name })));

/** Opens the dialog; afterwards two buttons are called Finish, and the second one is in the dialog. */
async function beginFinish(): Promise<void> {
  await press('Finish');
  await screen.findByRole('dialog', { name: 'Finish Maya' });
}
const submit = (): Promise<void> =>
  rendered.change(() => fireEvent.submit(must(screen.getByRole('dialog').querySelector('form'))));

function must<T>(value: T | null): T {
  if (value === null) throw new Error('it is not there');
  return value;
}

describe('finishing a chat', () => {
  test('[RT10] asks what it was about, with the codes of its queue and of all', async () => {
    await opened('none');
    await beginFinish();
    expect(screen.getAllByRole('radio').map((each) => (each as HTMLInputElement).value)).toEqual([
      'repaired',
      'sold',
    ]);
    await rendered.change(() => fireEvent.click(screen.getByRole('radio', { name: 'Repaired' })));
    await submit();
    expect(maya.calls).toContainEqual(['finish', { code: 'repaired' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('keeps what is still to do as a note, before it ends', async () => {
    await opened('none');
    await beginFinish();
    const field = screen.getByRole('textbox', { name: /Follow-up/ });
    await rendered.change(() => fireEvent.input(field, { target: { value: 'Call on Monday ' } }));
    await submit();
    const said = maya.calls.filter(([name]) => name === 'note' || name === 'finish');
    expect(said).toEqual([
      ['note', 'Follow-up: Call on Monday'],
      ['finish', {}],
    ]);
  });

  test('[RT10] gives time to write it up only where the queue has it by choice', async () => {
    await opened('optional');
    await beginFinish();
    await press('Finish and write it up');
    expect(maya.calls).toContainEqual(['finish', { wrapUp: true }]);
  });

  test('stays open where it is refused', async () => {
    await opened('none');
    await beginFinish();
    maya.finishing = { ok: false, refusal: { code: 'unavailable', message: 'no' } };
    await submit();
    expect(await screen.findByText(/cannot store anything just now/)).toBeTruthy();
    expect(screen.getByRole('dialog')).toBeTruthy();
  });
});

describe('the wrap-up', () => {
  test('[RT10] counts down, and ends by Done with the code', async () => {
    await opened('time-boxed', { state: 'wrap-up', wrapUpUntil: NOON + 42_000 });
    expect(screen.getByRole('timer').textContent).toBe('0:42');
    await rendered.change(() => fireEvent.click(screen.getByRole('radio', { name: 'Sold' })));
    await press('Done');
    expect(rendered.client.calls).toContainEqual(['endWrapUp', ITEM, 'sold']);
  });

  test('[RT10] what was chosen when it was finished still stands, and may be changed', async () => {
    await opened('optional');
    await beginFinish();
    await rendered.change(() => fireEvent.click(screen.getByRole('radio', { name: 'Repaired' })));
    await press('Finish and write it up');
    expect(maya.calls).toContainEqual(['finish', { code: 'repaired', wrapUp: true }]);
    await rendered.change(() => {
      const writing = { state: 'wrap-up', wrapUpUntil: NOON + 60_000, queue: 'repairs' } as const;
      rendered.client.put(conversationRow(1, { visitorName: 'Maya', ...writing }));
    });
    expect(screen.getByRole('link', { name: /Write it up: 1:00 left/ })).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Repaired' }).checked).toBe(true);
    await press('Done');
    expect(rendered.client.calls).toContainEqual(['endWrapUp', ITEM, 'repaired']);
  });

  test('[RT10] one that was over meanwhile is said so', async () => {
    await opened('time-boxed', { state: 'wrap-up', wrapUpUntil: NOON + 1_000 });
    rendered.client.outcome = { ok: false, refusal: { code: 'stale', message: 'over' } };
    await press('Done');
    expect(screen.getByText('The time for it was over.')).toBeTruthy();
  });
});
