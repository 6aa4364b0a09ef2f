import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { ANA, BEN, type FakeConversation, SYSTEM, VISITOR } from '../testing/fake-conversation.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MAYA = idOf('cnv', 1);
const ITEM = idOf('itm', 1);
const MINUTE_MS = 60_000;

let rendered: RenderedConsole;
let maya: FakeConversation;
beforeEach(freshPage);
afterEach(() => rendered.close());

async function openMaya(prepare?: (conversation: FakeConversation) => void): Promise<void> {
  rendered = await renderConsole([chat], (client) => {
    client.put(meRow(), conversationRow(1, { visitorName: 'Maya' }));
    maya = client.conversation(MAYA);
    prepare?.(maya);
  });
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

function joined(conversation: FakeConversation, agent = ANA): void {
  const card = { id: agent.id ?? '', name: agent.name ?? '' };
  conversation.append(SYSTEM, {
    type: 'sitting.opened',
    sitting: idOf('sit', 1),
    item: ITEM,
    channel: 'chat',
  });
  conversation.append(SYSTEM, { type: 'agent.joined', agent: card, item: ITEM });
}

const log = (): HTMLElement => screen.getByRole('log', { name: 'Conversation' });

describe('the conversation', () => {
  test('shows who said what, notes apart, and who came and went', async () => {
    await openMaya((of) => {
      joined(of);
      of.say(VISITOR, 'Where is my parcel?');
      of.say(ANA, 'On its way.');
      of.append(BEN, { type: 'chat.noted', text: 'Lost twice already' });
    });
    const text = log().textContent;
    for (const part of [
      'New chat',
      'Ana joined',
      'Maya Okafor',
      'Where is my parcel?',
      'You',
      'On its way.',
    ]) {
      expect(text).toContain(part);
    }
    const note = within(log()).getByText('Lost twice already').closest('[data-note]');
    expect(note?.getAttribute('data-note')).toBe('true');
    expect(note?.textContent).toContain('only your team sees it');
  });

  test('the visitor’s next message after Finish begins a new sitting, and it shows', async () => {
    await openMaya((of) => {
      joined(of);
      of.append(ANA, { type: 'sitting.closed', sitting: idOf('sit', 1), reason: 'finished' });
      of.append(SYSTEM, {
        type: 'sitting.opened',
        sitting: idOf('sit', 2),
        item: idOf('itm', 2),
        channel: 'chat',
      });
      of.say(VISITOR, 'One more thing');
    });
    expect(within(log()).getAllByText('New chat')).toHaveLength(2);
    expect(log().textContent).toContain('Chat finished by Ana');
  });

  test('[DL6] the state stands under the last own message', async () => {
    await openMaya((of) => {
      joined(of);
      of.say(ANA, 'one');
      of.say(ANA, 'two');
    });
    expect(within(log()).getAllByText('Sent')).toHaveLength(1);
    await rendered.change(() => maya.append(VISITOR, { type: 'chat.received', delivered: 4, read: 4 }));
    expect(within(log()).getByText('Read')).toBeTruthy();
    expect(within(log()).queryByText('Sent')).toBeNull();
  });

  test('says who is writing', async () => {
    await openMaya(joined);
    await rendered.change(() => {
      maya.change({ typing: [VISITOR] });
    });
    expect(screen.getByText('Maya Okafor is writing')).toBeTruthy();
  });

  test('[DL4] says that something is missing while it is fetched', async () => {
    await openMaya(joined);
    expect(screen.queryByText('Fetching what you missed…')).toBeNull();
    await rendered.change(() => {
      maya.change({ catchingUp: true });
    });
    expect(screen.getByText('Fetching what you missed…')).toBeTruthy();
    expect(log().getAttribute('aria-busy')).toBe('true');
  });

  test('says that the server is in trouble, for as long as it shows nothing new', async () => {
    const trouble = /The server is in trouble: newer messages are not shown/;
    await openMaya(joined);
    await rendered.change(() => {
      maya.hindered.value = 'unavailable';
    });
    expect(screen.getByText(trouble)).toBeTruthy();
    await rendered.change(() => {
      maya.hindered.value = undefined;
    });
    expect(screen.queryByText(trouble)).toBeNull();
  });

  test('[DL3] says that the server was restored', async () => {
    await openMaya(joined);
    await rendered.change(() => {
      maya.change({ restored: true });
    });
    expect(screen.getByText(/restored from a backup/)).toBeTruthy();
  });

  test('[DL5] a refused message stays with its reason, "Try again" and "Delete"', async () => {
    await openMaya((of) => {
      joined(of);
      of.change({
        pending: [
          { id: 'p1', kind: 'message', text: 'Hi', at: NOON, state: 'refused', code: 'rate-limited' },
        ],
      });
    });
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('Not sent. Too much at once.');
    await rendered.change(() => fireEvent.click(within(alert).getByRole('button', { name: 'Try again' })));
    expect(maya.calls).toContainEqual(['tryAgain', 'p1']);
    await rendered.change(() => fireEvent.click(within(alert).getByRole('button', { name: 'Delete' })));
    expect(maya.calls).toContainEqual(['discard', 'p1']);
    expect(screen.queryByText('Hi')).toBeNull();
  });

  test('[R22] an entry that cannot be read shows an error, the others show', async () => {
    await openMaya((of) => {
      of.say(VISITOR, 'before');
      of.say(VISITOR, 'broken');
      of.say(VISITOR, 'after');
      const entries = of.view.value.entries.map((entry) =>
        entry.seq === 2 && !('erased' in entry) ? { ...entry, body: { type: 'unreadable' as const } } : entry,
      );
      of.change({ entries });
    });
    expect(log().textContent).toContain('before');
    expect(log().textContent).toContain('Entry 2 cannot be shown');
    expect(log().textContent).toContain('after');
  });

  test('a conversation that the server does not show says so', async () => {
    await openMaya((of) => {
      of.change({ refused: 'not-found' });
    });
    expect(screen.getByRole('alert').textContent).toContain('This conversation is not there, or not yours.');
  });
});

describe('read marks', () => {
  test('what is in view is read, by the agent who has it', async () => {
    await openMaya((of) => {
      joined(of);
      of.say(VISITOR, 'Hello');
    });
    expect(maya.calls).toContainEqual(['markDelivered', 3]);
    expect(maya.calls).toContainEqual(['markRead', 3]);
  });

  test('an agent who only looks in reads nothing for others', async () => {
    await openMaya((of) => {
      joined(of, BEN);
      of.say(VISITOR, 'Hello');
    });
    expect(maya.count('markRead') + maya.count('markDelivered')).toBe(0);
  });

  test('[DL6] in a hidden tab nothing is read until it is visible', async () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await openMaya((of) => {
      joined(of);
      of.say(VISITOR, 'Hello');
    });
    expect(maya.count('markRead')).toBe(0);
    visibility.mockReturnValue('visible');
    await rendered.change(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(maya.calls).toContainEqual(['markRead', 3]);
  });

  test('[DL6] nothing is read while the end is out of view; then a pill tells of what is new', async () => {
    await openMaya((of) => {
      joined(of);
      of.say(VISITOR, 'Hello');
    });
    maya.calls.length = 0;
    scrolledTo(log(), { top: 300, height: 2_000, shown: 500 });
    await rendered.change(() => fireEvent.scroll(log()));
    await rendered.change(() => maya.say(VISITOR, 'Are you there?'));
    expect(maya.count('markRead')).toBe(0);
    expect(maya.calls).toContainEqual(['markDelivered', 4]);
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'New messages' })));
    expect(log().scrollTop).toBe(2_000);
    scrolledTo(log(), { top: 1_500, height: 2_000, shown: 500 });
    await rendered.change(() => fireEvent.scroll(log()));
    expect(maya.calls).toContainEqual(['markRead', 4]);
    expect(screen.queryByRole('button', { name: 'New messages' })).toBeNull();
  });
});

/** The test's document has no layout: the sizes are told. */
function scrolledTo(
  element: HTMLElement,
  { top, height, shown }: { top: number; height: number; shown: number },
): void {
  Object.defineProperty(element, 'scrollHeight', { configurable: true, value: height });
  Object.defineProperty(element, 'clientHeight', { configurable: true, value: shown });
  element.scrollTop = top;
}

test('older messages are fetched on demand and stand above', async () => {
  await openMaya((of) => {
    of.say(VISITOR, 'newest');
    of.change({ older: true });
    const [entry] = of.view.value.entries;
    if (entry && !('erased' in entry)) {
      of.olderPages.push([
        { ...entry, seq: 0, at: NOON - MINUTE_MS, body: { type: 'chat.message', text: 'oldest' } },
      ]);
    }
  });
  await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Show older messages' })));
  expect(log().textContent).toMatch(/oldest.*newest/);
  expect(screen.queryByRole('button', { name: 'Show older messages' })).toBeNull();
});

describe('Finish', () => {
  test('ends the sitting', async () => {
    await openMaya(joined);
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Finish' })));
    await expect.poll(() => maya.count('finish')).toBe(1);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('is not there once the sitting has ended', async () => {
    await openMaya((of) => {
      joined(of);
      of.append(ANA, { type: 'sitting.closed', sitting: idOf('sit', 1), reason: 'finished' });
    });
    expect(screen.queryByRole('button', { name: 'Finish' })).toBeNull();
  });

  test('a refusal is said', async () => {
    await openMaya((of) => {
      joined(of);
      of.finishing = { ok: false, refusal: { code: 'invalid', message: 'no' } };
    });
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Finish' })));
    expect(await screen.findByText('This chat is finished already.')).toBeTruthy();
  });
});
