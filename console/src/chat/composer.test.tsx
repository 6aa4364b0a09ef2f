import { fireEvent, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat } from './registration.ts';
import { conversationRow, idOf, meRow } from '../testing/fake-agent-client.ts';
import { ANA, type FakeConversation, VISITOR } from '../testing/fake-conversation.ts';
import { type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

const MAYA = idOf('cnv', 1);
const JONAS = idOf('cnv', 2);

let rendered: RenderedConsole;
let maya: FakeConversation;
beforeEach(freshPage);
afterEach(() => rendered.close());

async function openMaya(prepare?: (conversation: FakeConversation) => void): Promise<void> {
  rendered = await renderConsole([chat], (client) => {
    client.put(
      meRow(),
      conversationRow(1, { visitorName: 'Maya' }),
      conversationRow(2, { visitorName: 'Jonas' }),
    );
    maya = client.conversation(MAYA);
    maya.append(
      { kind: 'system' },
      { type: 'agent.joined', agent: { id: ANA.id ?? '', name: 'Ana' }, item: idOf('itm', 1) },
    );
    maya.say(VISITOR, 'Hello');
    prepare?.(maya);
  });
  await rendered.change(() => {
    rendered.workspace.show(MAYA);
  });
}

const reply = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Reply' });
const write = (text: string): Promise<void> =>
  rendered.change(() => fireEvent.input(reply(), { target: { value: text } }));
const press = (key: string, more: object = {}): Promise<void> =>
  rendered.change(() => fireEvent.keyDown(reply(), { key, ...more }));
const note = (): HTMLElement => screen.getByRole('button', { name: 'Note' });

describe('a reply', () => {
  test('goes out by Send, and the field clears', async () => {
    await openMaya();
    await write('Good morning');
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Send' })));
    expect(maya.calls).toContainEqual(['message', 'Good morning']);
    expect(reply().value).toBe('');
    expect(screen.getByRole('log', { name: 'Conversation' }).textContent).toContain('Good morning');
  });

  test('goes out by Enter; Shift+Enter and composing text do not send', async () => {
    await openMaya();
    await write('こんにちは');
    await press('Enter', { shiftKey: true });
    await press('Enter', { isComposing: true });
    await press('Enter', { keyCode: 229 });
    expect(maya.count('message')).toBe(0);
    await press('Enter');
    expect(maya.count('message')).toBe(1);
  });

  test('has the focus at once: what is typed right after a shortcut is not lost, nor taken for another one', async () => {
    await openMaya();
    reply().blur();
    // Not by `fireEvent`, which waits until everything is drawn.
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
    expect(document.activeElement).toBe(reply());
  });

  test('nothing but spaces is not sent', async () => {
    await openMaya();
    await write(' \n ');
    await press('Enter');
    expect(maya.count('message')).toBe(0);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
  });

  test('[DL5] a text that this browser cannot save stays, and it is said', async () => {
    await openMaya((conversation) => {
      conversation.sending = 'broken';
    });
    await write('Important');
    await press('Enter');
    expect(reply().value).toBe('Important');
    expect(screen.getByText(/could not be saved in this browser/)).toBeTruthy();
  });

  test('a text over the limit says so and is not sent', async () => {
    await openMaya();
    await write('x'.repeat(8_003));
    await press('Enter');
    expect(maya.count('message')).toBe(0);
    expect(screen.getByText('3 characters too long; shorten it to send it')).toBeTruthy();
  });

  test('writing is told to the visitor, and its end too', async () => {
    await openMaya();
    await write('Go');
    await write('');
    expect(maya.calls.filter(([name]) => name === 'typing')).toEqual([
      ['typing', true],
      ['typing', false],
    ]);
  });
});

describe('a note', () => {
  test('the toggle says its state, and what is written goes out as a note', async () => {
    await openMaya();
    expect(note().getAttribute('aria-pressed')).toBe('false');
    await rendered.change(() => fireEvent.click(note()));
    expect(note().getAttribute('aria-pressed')).toBe('true');
    await write('Asked the warehouse');
    await press('Enter');
    expect(maya.calls).toContainEqual(['note', 'Asked the warehouse']);
    expect(maya.count('message')).toBe(0);
    expect(screen.getByText(/Note, only your team sees it/)).toBeTruthy();
  });

  test('after a note comes another one, never a reply by surprise', async () => {
    await openMaya();
    await rendered.change(() => fireEvent.click(note()));
    await write('first');
    await press('Enter');
    await write('second');
    await press('Enter');
    expect(maya.count('note')).toBe(2);
    expect(maya.count('message')).toBe(0);
  });

  test('writing a note is not told to the visitor', async () => {
    await openMaya();
    await rendered.change(() => fireEvent.click(note()));
    maya.calls.length = 0;
    await write('about the visitor');
    expect(maya.calls).not.toContainEqual(['typing', true]);
  });

  test('a draft of a note is still one after a reload: it never comes back as a reply', async () => {
    await openMaya();
    await rendered.change(() => fireEvent.click(note()));
    await write('not for the visitor');
    await rendered.close();
    location.hash = '';
    await openMaya((conversation) => {
      conversation.draft = 'not for the visitor';
    });
    expect(reply().value).toBe('not for the visitor');
    expect(note().getAttribute('aria-pressed')).toBe('true');
    await press('Enter');
    expect(maya.calls).toContainEqual(['note', 'not for the visitor']);
  });
});

describe('drafts', () => {
  test('each conversation keeps its own', async () => {
    await openMaya();
    await write('for Maya');
    await rendered.change(() => {
      rendered.workspace.show(JONAS);
    });
    expect(reply().value).toBe('');
    await write('for Jonas');
    await rendered.change(() => {
      rendered.workspace.show(MAYA);
    });
    expect(reply().value).toBe('for Maya');
    expect(rendered.client.conversation(JONAS).draft).toBe('for Jonas');
  });

  test('what was kept comes back', async () => {
    await openMaya((conversation) => {
      conversation.draft = 'half a sen';
    });
    expect(reply().value).toBe('half a sen');
  });

  test('text that came since the draft was begun is said, until it is noted or sent', async () => {
    await openMaya();
    await write('Your order');
    expect(screen.queryByText(/since you began this draft/)).toBeNull();
    await rendered.change(() => maya.say(VISITOR, 'Wait, the other one'));
    expect(screen.getByText(/A new message came since you began this draft/)).toBeTruthy();
    await rendered.change(() => maya.say(VISITOR, 'The blue one'));
    expect(screen.getByText(/2 new messages came since/)).toBeTruthy();
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Noted' })));
    expect(screen.queryByText(/since you began this draft/)).toBeNull();
    await rendered.change(() => maya.say(VISITOR, 'Sorry'));
    await press('Enter');
    expect(screen.queryByText(/since you began this draft/)).toBeNull();
  });

  test('a colleague’s message is no new text of the visitor', async () => {
    await openMaya();
    await write('Your order');
    await rendered.change(() =>
      maya.say({ kind: 'agent', id: idOf('agt', 2), name: 'Ben' }, 'I am here too'),
    );
    expect(screen.queryByText(/since you began this draft/)).toBeNull();
  });
});
