// Over 300 lines: one inbox; a describe for each thing that an agent does in it.
import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { VISITOR } from '../testing/fake-conversation.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MINUTE_MS = 60_000;

let rendered: RenderedConsole;
beforeEach(freshPage);
afterEach(() => rendered.close());

test('[CO1] a row says that the visitor’s page is shared, or asked for', async () => {
  rendered = await renderConsole([chat], (client) => {
    client.put(meRow('available'), conversationRow(1, { sharing: 'shared' }));
  });
  expect(screen.getByText('Their page is shared')).toBeTruthy();
  await rendered.change(() => rendered.client.put(conversationRow(1, { sharing: 'controlled' })));
  expect(screen.getByText('Their page is shared, with control')).toBeTruthy();
  await rendered.change(() => rendered.client.put(conversationRow(1, { sharing: 'asked' })));
  expect(screen.getByText('Asked to share their page')).toBeTruthy();
  await rendered.change(() => rendered.client.put(conversationRow(1)));
  expect(screen.queryByText(/their page/i)).toBeNull();
});

describe('status', () => {
  const status = (): HTMLSelectElement => screen.getByRole('combobox', { name: 'Status' });

  test('has the statuses that an agent can choose, and follows the server', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow('away'));
    });
    const options = within(status()).getAllByRole('option');
    expect(options.map((option) => option.textContent)).toEqual([
      'Available',
      'Away',
      'Break',
      'Lunch',
      'Meeting',
      'Training',
      'Offline',
    ]);
    expect(status().value).toBe('away');
    await rendered.change(() => fireEvent.change(status(), { target: { value: 'available' } }));
    expect(rendered.client.calls).toEqual([['setPresence', 'available']]);
    expect(status().value).toBe('available');
  });

  test('[RT9] who is offline is told how to receive chats, and can do it there', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow('offline'));
    });
    expect(screen.getByText('You are offline. Set your status to Available to receive chats.')).toBeTruthy();
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Set to Available' })));
    expect(screen.queryByText(/You are offline/)).toBeNull();
    expect(status().value).toBe('available');
  });

  test('a refused status shows what it still is, and why', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow('available'));
      client.outcome = { ok: false, refusal: { code: 'invalid', message: 'has chats' } };
    });
    await rendered.change(() => fireEvent.change(status(), { target: { value: 'offline' } }));
    expect(status().value).toBe('available');
    expect(screen.getByText(/^You still have chats\. /)).toBeTruthy();
  });

  test('[RT8] who missed an offer is told why no more come', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow('not-responding'));
    });
    expect(status().selectedOptions[0]?.textContent).toBe('Not responding');
    expect(screen.getByText(/You missed an offer/)).toBeTruthy();
  });
});

describe('the list', () => {
  const links = (): (string | undefined)[] =>
    within(screen.getByRole('list', { name: 'Open' }))
      .getAllByRole('link')
      .map((link) => /Maya|Jonas|Lea/.exec(link.textContent)?.[0]);

  test('shows who, the last text, how many are unread, and who waits since when', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(
        meRow(),
        conversationRow(1, {
          visitorName: 'Maya',
          lastText: 'Hello?',
          lastAt: NOON - 3 * MINUTE_MS,
          lastBy: 'visitor',
          unread: 2,
          waitingSince: NOON - 3 * MINUTE_MS,
        }),
      );
    });
    const link = screen.getByRole('link', { name: /Maya/ });
    for (const part of ['Hello?', '2 unread', '3 min', 'Waiting for you for 3 min', 'online']) {
      expect(link.textContent).toContain(part);
    }
    expect(link.querySelector('time')?.title).toContain('2026');
    expect(document.title).toBe('(2) Inbox · The Corner Shop');
  });

  test('says who of the team had the last word, and for whom the visitor waits', async () => {
    const ben = { id: idOf('agt', 2), name: 'Ben' };
    rendered = await renderConsole([chat], (client) => {
      client.put(
        meRow(),
        conversationRow(1, { visitorName: 'Maya', lastText: 'At six', lastBy: 'agent', lastFrom: ben }),
        conversationRow(2, {
          ...{ visitorName: 'Jonas', lastText: 'At ten', lastBy: 'agent' },
          lastFrom: { id: idOf('agt', 1), name: 'Ana' },
        }),
        conversationRow(3, { visitorName: 'Lea', waitingSince: NOON - 3 * MINUTE_MS, first: ben }),
      );
    });
    const textOf = (name: RegExp): string | null => screen.getByRole('link', { name }).textContent;
    expect(textOf(/Maya/)).toContain('Ben: At six');
    expect(textOf(/Jonas/)).toContain('You: At ten');
    expect(textOf(/Lea/)).toContain('Waiting for Ben for 3 min');
  });

  test('who waits longest comes first, then the last word, finished ones apart', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(
        meRow(),
        conversationRow(1, { visitorName: 'Maya', lastAt: NOON - MINUTE_MS }),
        conversationRow(2, {
          visitorName: 'Jonas',
          lastAt: NOON - 9 * MINUTE_MS,
          waitingSince: NOON - 9 * MINUTE_MS,
        }),
        conversationRow(3, { visitorName: 'Lea', lastAt: NOON }),
        conversationRow(4, { visitorName: 'Tom', state: 'closed' }),
      );
    });
    expect(links()).toEqual(['Jonas', 'Lea', 'Maya']);
    expect(within(screen.getByRole('list', { name: 'Finished lately' })).getByText('Tom')).toBeTruthy();
  });

  test('times move on by themselves', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), conversationRow(1, { visitorName: 'Maya', lastAt: NOON }));
    });
    expect(screen.getByRole('link', { name: /Maya/ }).textContent).toContain('now');
    await rendered.change(() => {
      rendered.clock.advance(4 * MINUTE_MS);
    });
    expect(screen.getByRole('link', { name: /Maya/ }).textContent).toContain('4 min');
  });

  test('an empty list says what will appear and how', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow());
    });
    expect(screen.getByText(/When a visitor writes, the chat is offered to you here/)).toBeTruthy();
  });
});

describe('keys', () => {
  const press = (key: string, more: object = {}): Promise<void> =>
    rendered.change(() => fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more }));

  async function withTwo(): Promise<void> {
    rendered = await renderConsole([chat], (client) => {
      client.put(
        meRow(),
        conversationRow(1, { visitorName: 'Maya', lastAt: NOON }),
        conversationRow(2, { visitorName: 'Jonas', lastAt: NOON - 1 }),
      );
      client.conversation(idOf('cnv', 1)).say(VISITOR, 'Hello');
    });
  }

  test('J and K go to the next and the previous conversation', async () => {
    await withTwo();
    await press('j');
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 1)}`);
    await press('j');
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 2)}`);
    await press('j');
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 2)}`);
    await press('k');
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 1)}`);
  });

  test('R and N go to the reply and the note', async () => {
    await withTwo();
    await press('j');
    await press('n');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reply' }));
    expect(screen.getByRole('button', { name: 'Note' }).getAttribute('aria-pressed')).toBe('true');
    screen.getByRole('textbox', { name: 'Reply' }).blur();
    await press('r');
    expect(screen.getByRole('button', { name: 'Note' }).getAttribute('aria-pressed')).toBe('false');
  });

  test('single letters do nothing inside fields, nor with a modifier', async () => {
    await withTwo();
    screen.getByRole('searchbox', { name: 'Search messages' }).focus();
    await press('j');
    screen.getByRole('combobox', { name: 'Status' }).focus();
    await press('j');
    screen.getByRole('combobox', { name: 'Status' }).blur();
    await press('j', { ctrlKey: true });
    expect(location.hash).toBe('');
  });

  test('single letters can be switched off, and it is remembered', async () => {
    await withTwo();
    await press('?');
    const sheet = screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await rendered.change(() => fireEvent.click(within(sheet).getByRole('switch')));
    await rendered.change(() => fireEvent.click(within(sheet).getByRole('button', { name: 'Close' })));
    await press('j');
    expect(location.hash).toBe('');
    await rendered.close();
    await withTwo();
    await press('j');
    expect(location.hash).toBe('');
  });

  test('Ctrl K opens the palette, in a field too, and every action has its name there', async () => {
    await withTwo();
    await press('j');
    screen.getByRole('textbox', { name: 'Reply' }).focus();
    await press('k', { ctrlKey: true });
    const palette = screen.getByRole('dialog', { name: 'Command palette' });
    const names = within(palette)
      .getAllByRole('option')
      .map((option) => option.querySelector('.palette-name')?.textContent);
    for (const name of [
      'Write a reply',
      'Write a note',
      'Next conversation',
      'Open Jonas',
      'Set status to Away',
      'Turn single-letter shortcuts off',
      'Theme: dark',
      'Keyboard shortcuts',
      'Sign out',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('the palette finds by the beginnings of words, and Enter runs', async () => {
    await withTwo();
    await press('k', { metaKey: true });
    const field = screen.getByRole('combobox', { name: 'Type an action' });
    await rendered.change(() => fireEvent.input(field, { target: { value: 'op jon' } }));
    await rendered.change(() => fireEvent.keyDown(field, { key: 'Enter' }));
    expect(screen.queryByRole('dialog')).toBeNull();
    await rendered.change(() => {
      rendered.clock.advance(0);
    });
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 2)}`);
  });

  test('words that are no action become a search of messages', async () => {
    await withTwo();
    await press('k', { metaKey: true });
    const field = screen.getByRole('combobox', { name: 'Type an action' });
    await rendered.change(() => fireEvent.input(field, { target: { value: 'refund' } }));
    const actions = within(screen.getByRole('listbox', { name: 'Actions' })).getAllByRole('option');
    expect(actions.map((option) => option.textContent)).toEqual([
      expect.stringContaining('Search messages for “refund”'),
    ]);
  });
});

describe('the connection', () => {
  test('[DL7] says what is wrong, what is safe, and lets one try at once', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow());
      client.connection.value = { state: 'reconnecting', retryAt: NOON + 4_000 };
    });
    expect(screen.getByText(/Connection lost\. What you write is kept here/).textContent).toContain(
      'Trying again in 4 s.',
    );
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Try now' })));
    expect(rendered.client.calls).toEqual([['hurry']]);
    await rendered.change(() => {
      rendered.client.connection.value = { state: 'online' };
    });
    expect(screen.queryByText(/Connection lost/)).toBeNull();
  });

  test('[DL5] a browser that keeps nothing is said', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow());
      client.storage.value = 'memory';
    });
    expect(screen.getByText(/This browser keeps nothing for this page/)).toBeTruthy();
  });
});

describe('search', () => {
  test('finds messages and opens the conversation at the place', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), conversationRow(1, { visitorName: 'Maya' }));
      const maya = client.conversation(idOf('cnv', 1));
      maya.say(VISITOR, 'first');
      maya.say(VISITOR, 'about shipping');
    });
    rendered.api.hits = [
      {
        conversation: idOf('cnv', 1),
        seq: 2,
        at: NOON,
        author: { kind: 'visitor', name: 'Maya' },
        visitorName: 'Maya',
        snippet: [
          { text: 'about ', hit: false },
          { text: 'shipping', hit: true },
        ],
      },
    ];
    const field = screen.getByRole('searchbox', { name: 'Search messages' });
    await rendered.change(() => fireEvent.input(field, { target: { value: 'ship' } }));
    await rendered.change(() => fireEvent.input(field, { target: { value: 'shipping' } }));
    await rendered.change(() => {
      rendered.clock.advance(200);
    });
    expect(rendered.api.searched).toEqual(['shipping']);
    expect(screen.getByText('1 message')).toBeTruthy();
    expect(screen.getByText('shipping', { selector: 'mark' })).toBeTruthy();
    const results = screen.getByRole('list', { name: 'Messages found' });
    await rendered.change(() => fireEvent.click(within(results).getByRole('button')));
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 1)}/2`);
    const found = screen.getByText('about shipping').closest('.message');
    expect(found?.getAttribute('data-pointed')).toBe('true');
  });

  test('nothing found is said with the words', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow());
    });
    const field = screen.getByRole('searchbox', { name: 'Search messages' });
    await rendered.change(() => fireEvent.input(field, { target: { value: 'xyz' } }));
    await rendered.change(() => {
      rendered.clock.advance(200);
    });
    expect(screen.getByText('No message has “xyz”.')).toBeTruthy();
  });
});
