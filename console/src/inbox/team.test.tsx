import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { BEN, type FakeConversation, VISITOR } from '../testing/fake-conversation.ts';
import { FakeApi, NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MAYA = idOf('cnv', 1);
const BEN_CARD = { id: BEN.id ?? '', name: 'Ben' };

let rendered: RenderedConsole;
let maya: FakeConversation;
beforeEach(freshPage);
afterEach(() => rendered.close());

async function opened(): Promise<void> {
  const api = new FakeApi();
  api.lists = {
    tags: [
      { id: 'vip', version: 1, value: { name: 'Regular', colour: 'green' } },
      { id: 'angry', version: 1, value: { name: 'Complaint' } },
    ],
  };
  rendered = await renderConsole(
    [chat],
    (client) => {
      client.put(
        meRow(),
        conversationRow(1, { visitorName: 'Maya', tags: ['vip'] }),
        conversationRow(2, { visitorName: 'Jonas' }),
        {
          type: 'colleague',
          key: 'colleague ben',
          agent: BEN_CARD,
          presence: 'available',
          items: 0,
          room: false,
        },
      );
      maya = client.conversation(MAYA);
      maya.say(VISITOR, 'Hello');
    },
    { api },
  );
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

const reply = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Reply' });
const write = (text: string): Promise<void> =>
  rendered.change(() => fireEvent.input(reply(), { target: { value: text } }));
const press = (key: string): Promise<void> => rendered.change(() => fireEvent.keyDown(reply(), { key }));
const names = (): string[] =>
  within(screen.getByRole('list', { name: 'Open' }))
    .getAllByRole('link')
    .map((each) => each.querySelector('strong')?.textContent ?? '');

describe('a mention', () => {
  test('is picked behind an at sign in a note, and tells whose name still stands there', async () => {
    await opened();
    await write('@b');
    expect(screen.queryByRole('listbox', { name: 'Suggestions' })).toBeNull();
    await write('');
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Note' })));
    await write('@b');
    await press('Enter');
    expect(reply().value).toBe('@Ben ');
    await write('@Ben can you look?');
    await press('Enter');
    expect(maya.calls).toContainEqual(['mentions', BEN_CARD.id]);
    await write('never mind');
    await press('Enter');
    expect(maya.count('mentions')).toBe(1);
  });

  test('stands in the inbox until its conversation was opened', async () => {
    await opened();
    const mentions = [
      {
        conversation: idOf('cnv', 2),
        seq: 3,
        at: NOON,
        by: BEN_CARD,
        visitorName: 'Jonas',
        text: '@Ana, the frame?',
      },
    ];
    await rendered.change(() => {
      rendered.client.put({ ...meRow(), mentions });
    });
    const list = screen.getByRole('list', { name: 'Mentions' });
    expect(list.textContent).toContain('@Ana, the frame?');
    expect(rendered.client.calls).toEqual([]);
    await rendered.change(() => fireEvent.click(within(list).getByRole('button')));
    expect(rendered.workspace.selected.value?.id).toBe(idOf('cnv', 2));
    expect(rendered.client.calls).toContainEqual(['seeMentions', idOf('cnv', 2)]);
  });
});

describe('tags', () => {
  test('are added and removed beside the conversation, and leave a line', async () => {
    await opened();
    const details = screen.getByRole('complementary', { name: 'Details' });
    const add = within(details).getByRole('combobox', { name: 'Add a tag' });
    await rendered.change(() => fireEvent.change(add, { target: { value: 'angry' } }));
    expect(maya.calls).toContainEqual(['tag', 'angry', true]);
    expect(screen.getByRole('log').textContent).toContain('Ana added the tag Complaint');
    await rendered.change(() =>
      fireEvent.click(within(details).getByRole('button', { name: 'Remove the tag Complaint' })),
    );
    expect(maya.calls).toContainEqual(['tag', 'angry', false]);
  });

  test('show in the list and narrow it down', async () => {
    await opened();
    expect(names()).toHaveLength(2);
    expect(screen.getByRole('list', { name: 'Open' }).textContent).toContain('Regular');
    const filter = screen.getByRole('combobox', { name: 'Only with the tag' });
    await rendered.change(() => fireEvent.change(filter, { target: { value: 'vip' } }));
    expect(names()).toEqual(['Maya']);
  });
});

describe('two at one chat', () => {
  test('who writes while a colleague does is told; in a note it is no matter', async () => {
    await opened();
    await rendered.change(() => {
      maya.change({ typing: [BEN, VISITOR] });
    });
    expect(screen.queryByText('Ben is writing too.')).toBeNull();
    await write('Let me');
    expect(screen.getByText('Ben is writing too.')).toBeTruthy();
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Note' })));
    expect(screen.queryByText('Ben is writing too.')).toBeNull();
  });

  test('[RT4] who has no room for another chat is not offered for a transfer', async () => {
    await opened();
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Transfer' })));
    const ben = within(screen.getByRole('list', { name: 'Colleagues' })).getByRole('button');
    expect((ben as HTMLButtonElement).disabled).toBe(true);
    expect(ben.textContent).toContain('no room');
  });
});

describe('the status', () => {
  test('[RT9] can come once the chats at hand are done, and that is said until then', async () => {
    await opened();
    const status = screen.getByRole('combobox', { name: 'Status' });
    await rendered.change(() => fireEvent.change(status, { target: { value: 'next offline' } }));
    expect(rendered.client.calls).toContainEqual(['setPresence', 'offline', undefined, true]);
    await rendered.change(() => {
      rendered.client.put({ ...meRow(), next: { presence: 'break', reason: 'Lunch' } });
    });
    expect(screen.getByText(/When those you have are done, your status is Lunch/)).toBeTruthy();
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Set to Available' })));
    expect(rendered.client.calls).toContainEqual(['setPresence', 'available']);
  });

  test('[RT9] a break has a reason, shown as it is', async () => {
    await opened();
    const status = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Status' });
    await rendered.change(() => fireEvent.change(status, { target: { value: 'break:Lunch' } }));
    expect(rendered.client.calls).toContainEqual(['setPresence', 'break', 'Lunch']);
    await rendered.change(() => {
      rendered.client.put({ ...meRow('break'), reason: 'Dentist' });
    });
    expect(status.selectedOptions[0]?.textContent).toBe('Dentist');
  });
});
