// Over 300 lines: one shell, drawn once for all; a describe for each part of the panel.
import { type BoundFunctions, act, fireEvent, type queries, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chat } from '../chat/registration.tsx';
import type { EventDetails, EventName, Handover, SiteSettings } from '../loader/handover.ts';
import { ANA, FakeVisitorClient } from './fake-visitor-client.ts';
import { VisitorShell } from './visitor-shell.tsx';

interface Told {
  event: EventName;
  detail: EventDetails[EventName];
}

let fake: FakeVisitorClient;
let handover: Handover;
let shell: VisitorShell;
let told: Told[];
let panel: BoundFunctions<typeof queries>;

/** Like the loader: a host with a root (open here), a launcher in it. */
function begin(settings: Partial<SiteSettings> = {}): void {
  const host = document.createElement('alongside-widget');
  const root = host.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  launcher.setAttribute('aria-expanded', 'false');
  root.append(launcher);
  document.documentElement.append(host);
  told = [];
  fake = new FakeVisitorClient();
  handover = {
    host,
    root,
    launcher,
    settings: { site: 'demo', name: 'Chat with us', corner: 'end', locale: 'en', ...settings },
    server: 'https://chat.example',
    emit: (event, detail) => told.push({ event, detail }),
    fail: (error) => {
      throw error;
    },
  };
  shell = new VisitorShell(handover, fake, [chat]);
  panel = within(root.querySelector('section') as HTMLElement);
}

const heard = (event: EventName): unknown[] =>
  told.filter((each) => each.event === event).map(({ detail }) => detail);

const field = (): HTMLTextAreaElement => panel.getByRole('textbox', { name: 'Message' });

/** All that changed in this turn is drawn. */
const drawn = (): Promise<void> => act(() => Promise.resolve());

async function inChat(): Promise<void> {
  fake.welcome();
  shell.run('open', 'chat');
  await drawn();
}

function type(text: string): void {
  fireEvent.input(field(), { target: { value: text } });
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  fireEvent.keyDown(field(), { key, ...more });
  await drawn();
}

beforeEach(() => begin());

afterEach(async () => {
  await shell.run('shutdown');
  handover.host.remove();
  localStorage.clear();
});

describe('the panel', () => {
  test('is a dialog with the site’s name, opened and closed by the launcher’s command', async () => {
    shell.run('toggle');
    await drawn();
    const dialog = handover.root.querySelector('section');
    if (!dialog) throw new Error('there is no panel');
    expect([dialog.getAttribute('role'), dialog.getAttribute('aria-label')]).toEqual([
      'dialog',
      'Chat with us',
    ]);
    expect(dialog.hidden).toBe(false);
    expect(handover.launcher.getAttribute('aria-expanded')).toBe('true');
    for (const name of ['Close', 'Menu']) panel.getByRole('button', { name });
    shell.run('toggle');
    expect(dialog.hidden).toBe(true);
    expect(handover.launcher.getAttribute('aria-expanded')).toBe('false');
    expect(told.map(({ event }) => event)).toEqual(['opened', 'closed']);
  });

  test('moves the focus in, and Esc gives it back to the launcher', async () => {
    fake.welcome();
    shell.run('open');
    await drawn();
    expect(handover.root.activeElement).toBe(panel.getByRole('button', { name: 'Chat' }));
    fireEvent.click(panel.getByRole('button', { name: 'Chat' }));
    await drawn();
    expect(handover.root.activeElement).toBe(field());
    await press('Escape');
    expect(handover.launcher.getAttribute('aria-expanded')).toBe('false');
    expect(handover.root.activeElement).toBe(handover.launcher);
  });

  test('keeps its keys from the page’s shortcuts', async () => {
    const shortcut = vi.fn();
    document.addEventListener('keydown', shortcut);
    await inChat();
    await press('j');
    document.removeEventListener('keydown', shortcut);
    expect(shortcut).not.toHaveBeenCalled();
  });

  test('has a menu with the sound, which closes on Esc before the panel does', async () => {
    shell.run('open');
    await drawn();
    fireEvent.click(panel.getByRole('button', { name: 'Menu' }));
    const sound = await panel.findByRole('menuitemcheckbox', { name: 'Sound for new messages' });
    expect(sound.getAttribute('aria-checked')).toBe('true');
    fireEvent.click(sound);
    await drawn();
    expect(sound.getAttribute('aria-checked')).toBe('false');
    expect(localStorage.getItem('alongside:demo:sound')).toBe('off');
    fireEvent.keyDown(sound, { key: 'Escape' });
    expect(panel.queryByRole('menu')).toBeNull();
    expect(handover.launcher.getAttribute('aria-expanded')).toBe('true');
    expect(handover.root.activeElement).toBe(panel.getByRole('button', { name: 'Menu' }));
  });

  test('takes back all it put in on shutdown', async () => {
    await inChat();
    await shell.run('shutdown');
    expect(handover.root.querySelector('section')).toBeNull();
    expect([...handover.root.children]).toEqual([handover.launcher]);
    expect(handover.root.adoptedStyleSheets).toEqual([]);
    expect(handover.host.attributes).toHaveLength(0);
    expect(handover.launcher.getAttributeNames()).toEqual(['aria-expanded']);
    expect(fake.calls).toContain('stop');
    fake.says('too late');
    await drawn();
    expect(heard('message')).toEqual([]);
  });

  test('does not open what does not exist', () => {
    expect(() => shell.run('open', 'call')).toThrow('not available');
    expect(handover.launcher.getAttribute('aria-expanded')).toBe('false');
  });
});

describe('home', () => {
  test.each([
    ['both are there', () => fake.welcome(), 'Ana Ruiz and Ben are here'],
    ['one is there', () => fake.welcome([ANA]), 'Ana Ruiz is here'],
    ['somebody is expected', () => fake.welcome([], true), 'Somebody will be with you soon'],
    ['nobody is there', () => fake.welcome([], false), /^Nobody is here right now/],
    ['the server has not said yet', () => undefined, 'Connecting'],
    ['there is no network', () => (fake.connection.value = { state: 'offline' }), 'You are offline'],
  ])('says so when %s', async (_, happens, line) => {
    happens();
    shell.run('open');
    await drawn();
    const row = panel.getByRole('button', { name: 'Chat' });
    const description = handover.root.getElementById(row.getAttribute('aria-describedby') ?? '');
    expect(description?.textContent).toMatch(line);
  });

  test('puts the running conversation first, with its last words and what is unread', async () => {
    fake.welcome();
    fake.opens();
    fake.writes('Hello');
    fake.joins();
    shell.run('open');
    fireEvent.click(panel.getByRole('button', { name: 'Back' }));
    await drawn();
    fake.says('Good *morning*');
    await drawn();
    const [first, second] = handover.root.querySelectorAll('.row');
    expect(panel.getByRole('button', { name: 'Conversation with Ana Ruiz' }).closest('.row')).toBe(first);
    expect(panel.getByRole('button', { name: 'Chat' }).closest('.row')).toBe(second);
    expect(first?.textContent).toContain('Good *morning*');
    expect(first?.querySelector('.badge')?.textContent).toBe('1');
  });

  test('is passed by while a conversation runs, and where the last page knew of one', async () => {
    localStorage.setItem('alongside:demo:open', '1');
    shell.run('open');
    await drawn();
    expect(field()).toBeTruthy();
    shell.run('close');
    fake.welcome();
    shell.run('open');
    await drawn();
    expect(panel.queryByRole('textbox')).toBeNull();
    shell.run('close');
    fake.opens();
    shell.run('open');
    await drawn();
    expect(field()).toBeTruthy();
  });
});

describe('the conversation', () => {
  beforeEach(inChat);

  test('is a log of who said what', async () => {
    fake.opens();
    fake.writes('Hello');
    fake.joins();
    fake.says('Good morning');
    await drawn();
    const log = within(panel.getByRole('log', { name: 'Conversation' }));
    log.getByText('Hello');
    log.getByText('Ana Ruiz has joined');
    log.getByText('Good morning');
    log.getByText(/Today|Yesterday/);
  });

  test('[DL6] says one true state, under the last own message only', async () => {
    const state = (): string[] =>
      [...handover.root.querySelectorAll('.state')].map(({ textContent }) => textContent);
    fake.writes('First');
    fake.agentsRead(1);
    // In between, so that the own messages stand in two groups.
    fake.says('Yes?');
    await fake.send('Second');
    await drawn();
    expect(state()).toEqual(['Saved on this device']);
    const seq = fake.writes('Second');
    await drawn();
    expect(state()).toEqual(['Sent']);
    fake.agentsRead(1, seq);
    await drawn();
    expect(state()).toEqual(['Delivered']);
    fake.agentsRead(seq);
    await drawn();
    expect(state()).toEqual(['Read']);
  });

  test('[DL5] shows a refused message with its reason, "Try again" and "Delete"', async () => {
    const { id } = await fake.send('Refused words');
    fake.refuses(id, 'too-large');
    await drawn();
    panel.getByText('Refused words');
    await panel.findByText('Not sent: this message is too long.');
    fireEvent.click(panel.getByRole('button', { name: 'Try again' }));
    fireEvent.click(panel.getByRole('button', { name: 'Delete' }));
    await drawn();
    expect(fake.calls).toContain(`tryAgain ${id}`);
    expect(panel.queryByText('Refused words')).toBeNull();
  });

  test('reads what is on the screen, and nothing while the panel is closed', async () => {
    const first = fake.says('One');
    await drawn();
    expect(fake.calls).toContain(`markRead ${first}`);
    shell.run('close');
    const second = fake.says('Two');
    await drawn();
    expect(fake.calls).not.toContain(`markRead ${second}`);
    expect(fake.calls).toContain(`markDelivered ${second}`);
  });

  test('shows who is writing', async () => {
    fake.change({ typing: [{ kind: 'agent', ...ANA }] });
    await drawn();
    panel.getByText('Ana Ruiz is writing');
  });

  test('waits for somebody, and says when nobody is there', async () => {
    fake.opens();
    fake.writes('Hello');
    await drawn();
    panel.getByText(/^Waiting for somebody/);
    fake.availability.value = { agents: [], open: false };
    await drawn();
    panel.getByText(/^Nobody is here/);
    fake.joins();
    await drawn();
    expect(panel.queryByText(/^Nobody is here/)).toBeNull();
  });

  test('fetches older entries while the top is near, one page at a time', async () => {
    fake.says('new');
    fake.change({ older: true });
    await drawn();
    await drawn();
    expect(fake.calls.filter((call) => call === 'loadOlder').length).toBeGreaterThan(0);
  });

  test('[T1] draws markup as nodes and everything else as text', async () => {
    fake.says(
      '**strong** [terms](https://a.example/t) <img src=x onerror=alert(1)> [x](javascript:alert(1))',
    );
    await waitFor(() => expect(handover.root.querySelector('.bubble b')).not.toBeNull());
    const bubble = handover.root.querySelector('.bubble');
    const link = panel.getByRole('link', { name: 'terms' });
    expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
    expect(link.getAttribute('href')).toBe('https://a.example/t');
    expect(bubble?.querySelectorAll('a, img')).toHaveLength(1);
    expect(bubble?.textContent).toContain('<img src=x onerror=alert(1)> [x](javascript:alert(1))');
  });
});

describe('the composer', () => {
  beforeEach(inChat);

  test('sends on Enter and on the button, and is empty once the message is saved', async () => {
    type('Hello');
    await press('Enter');
    expect(fake.calls).toContain('send Hello');
    expect(field().value).toBe('');
    type('Again');
    await drawn();
    fireEvent.click(panel.getByRole('button', { name: 'Send' }));
    await drawn();
    expect(fake.calls).toContain('send Again');
    expect(handover.root.activeElement).toBe(field());
  });

  test('does not send on Shift+Enter, nor while a word is being composed', async () => {
    type('Hel');
    await press('Enter', { shiftKey: true });
    await press('Enter', { isComposing: true });
    await press('Enter', { keyCode: 229 });
    expect(fake.calls.filter((call) => call.startsWith('send'))).toEqual([]);
    expect(field().value).toBe('Hel');
  });

  test('sends nothing that is empty, and not the same twice on a double press', async () => {
    type('   ');
    await press('Enter');
    expect(fake.calls.filter((call) => call.startsWith('send'))).toEqual([]);
    type('Once');
    fireEvent.keyDown(field(), { key: 'Enter' });
    await press('Enter');
    expect(fake.calls.filter((call) => call.startsWith('send'))).toEqual(['send Once']);
  });

  test('[DL5] keeps the text when it cannot be saved, and says so in place', async () => {
    fake.sendFails = new Error('quota');
    type('Precious');
    await press('Enter');
    expect(field().value).toBe('Precious');
    expect(panel.getByRole('alert').textContent).toMatch(/could not be saved/);
  });

  test('says by how much a message is too long, and does not send it', async () => {
    type('x'.repeat(8_003));
    await drawn();
    expect(panel.getByRole('alert').textContent).toContain('too long by 3');
    expect(panel.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
    await press('Enter');
    expect(fake.calls.filter((call) => call.startsWith('send'))).toEqual([]);
  });

  test('[DL5] keeps what was typed last when the page goes at once', async () => {
    type('Half a');
    window.dispatchEvent(new Event('pagehide'));
    await shell.run('shutdown');
    handover.host.remove();
    begin();
    expect(fake.draft).toBe('Half a');
    await inChat();
    expect(field().value).toBe('Half a');
    expect(localStorage.getItem('alongside:demo:draft')).toBeNull();
  });

  test('tells that the visitor is writing, and that it ended', () => {
    type('H');
    type('');
    expect(fake.calls.filter((call) => call.startsWith('typing'))).toEqual(['typing true', 'typing false']);
  });

  test('keeps the draft across screens, and takes over a prefilled one', async () => {
    type('Half a');
    expect(fake.draft).toBe('Half a');
    fireEvent.click(panel.getByRole('button', { name: 'Back' }));
    await drawn();
    fireEvent.click(panel.getByRole('button', { name: 'Chat' }));
    await drawn();
    expect(field().value).toBe('Half a');
    shell.run('prefill', 'About the oak board: ');
    await drawn();
    expect(field().value).toBe('About the oak board: ');
    expect(fake.draft).toBe('About the oak board: ');
  });
});

describe('what is said of the connection', () => {
  test.each([
    ['offline', { state: 'offline' }, false, /^You are offline/],
    [
      'offline with a message',
      { state: 'offline' },
      true,
      /^Not sent yet. It goes out when you are back online.$/,
    ],
    ['reconnecting', { state: 'reconnecting' }, false, /^The connection was lost/],
    ['reconnecting with a message', { state: 'reconnecting' }, true, /^Not sent yet/],
    ['busy', { state: 'reconnecting', busy: true }, true, /^Many people are writing/],
    ['version', { state: 'stopped', reason: 'version' }, false, /^This page is out of date/],
    ['origin', { state: 'stopped', reason: 'origin' }, false, /not set up for this address/],
    ['revoked', { state: 'stopped', reason: 'revoked' }, false, /^This chat was ended on this page/],
  ] as const)('%s', async (_, status, waiting, words) => {
    await inChat();
    if (waiting) await fake.send('Hello');
    fake.connection.value = status;
    await drawn();
    expect(panel.getByRole('status').textContent).toMatch(words);
    fake.connection.value = { state: 'online' };
    await drawn();
    expect(panel.getByRole('status').textContent).toBe('');
  });

  test('[R11] warns while this browser denies storage', async () => {
    fake.storage.value = 'memory';
    await inChat();
    panel.getByText(/does not let us save/);
    // What is kept in memory is not said to be saved (DL6).
    await fake.send('Hello');
    await drawn();
    panel.getByText('Kept until this page closes');
    expect(panel.queryByText('Saved on this device')).toBeNull();
  });

  test('connects at once when somebody asks for it', async () => {
    await inChat();
    fake.connection.value = { state: 'reconnecting' };
    await drawn();
    fake.calls.length = 0;
    fireEvent.click(panel.getByRole('button', { name: 'Try now' }));
    expect(fake.calls).toEqual(['hurry']);
  });
});

describe('beside the panel', () => {
  test('counts what is unread on the launcher, in its description, and for the page', async () => {
    fake.welcome();
    fake.says('before');
    await drawn();
    fake.says('One');
    await drawn();
    expect(handover.launcher.textContent).toBe('2');
    const id = handover.launcher.getAttribute('aria-describedby') ?? '';
    expect(handover.root.getElementById(id)?.textContent).toBe('2 unread messages');
    expect(heard('unread')).toEqual([{ count: 1 }, { count: 2 }]);
    shell.run('open');
    await drawn();
    expect(handover.launcher.getAttribute('aria-describedby')).toBeNull();
  });

  test('tells the page of messages that come, not of those that were there', async () => {
    fake.says('old');
    fake.welcome();
    await drawn();
    const seq = fake.says('new');
    fake.writes('mine');
    expect(heard('message')).toEqual([{ seq, author: 'Ana Ruiz', text: 'new' }]);
  });

  test('remembers for the next page that a conversation is open, and only while it is', async () => {
    const key = (): string | null => localStorage.getItem('alongside:demo:open');
    fake.welcome();
    expect(key()).toBeNull();
    await fake.send('Hello');
    expect(key()).toBe('1');
    fake.opens();
    fake.writes('Hello');
    expect(key()).toBe('1');
    fake.append({ type: 'sitting.closed', sitting: 'sit_1', reason: 'finished' }, { kind: 'system' });
    expect(key()).toBe('0');
  });

  test('speaks another language as soon as it is set', async () => {
    await inChat();
    handover.settings.locale = 'ar';
    shell.run('set');
    await waitFor(() => panel.getByRole('textbox', { name: 'رسالة' }));
    expect(handover.root.querySelector('.frame')?.getAttribute('dir')).toBe('rtl');
    handover.settings.locale = 'en';
    shell.run('set');
    await waitFor(() => panel.getByRole('textbox', { name: 'Message' }));
  });

  test('takes the theme of the site, or of the system', () => {
    handover.settings.theme = 'dark';
    shell.run('set');
    expect(handover.host.dataset['theme']).toBe('dark');
    handover.settings.theme = 'auto';
    shell.run('set');
    expect(handover.host.dataset['theme']).toBe('light');
  });
});
