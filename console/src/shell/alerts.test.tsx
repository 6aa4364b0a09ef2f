import { screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow, offerRow } from '../testing/fake-agent-client.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

/** A browser's notifications, for tests: what was shown, and how a press on it is told. */
class FakeNotification {
  static permission: NotificationPermission = 'granted';
  static shown: FakeNotification[] = [];
  readonly title: string;
  readonly body: string;
  onclick: (() => void) | null = null;

  constructor(title: string, { body = '' }: NotificationOptions = {}) {
    this.title = title;
    this.body = body;
    FakeNotification.shown.push(this);
  }

  close(): void {
    this.onclick = null;
  }
}

const MAYA = idOf('cnv', 1);
const offer = offerRow(7, {
  visitorName: 'Jonas',
  expiresAt: NOON + 20_000,
  text: 'My card is 4111',
  page: { url: 'https://shop.example/', title: 'The shop' },
});
const row = conversationRow(1, { visitorName: 'Maya', lastAt: NOON, lastBy: 'agent', lastText: 'Hello' });
const answered = { ...row, lastAt: NOON + 1, lastBy: 'visitor', lastText: 'A secret', unread: 1 } as const;

let rendered: RenderedConsole;
beforeEach(() => {
  freshPage();
  FakeNotification.shown = [];
  FakeNotification.permission = 'granted';
  vi.stubGlobal('Notification', FakeNotification);
});
afterEach(() => rendered.close());

const isLookedAt = (looked: boolean): void => void vi.spyOn(document, 'hasFocus').mockReturnValue(looked);
const notes = (): string[] => FakeNotification.shown.map(({ title, body }) => `${title}: ${body}`).sort();

describe('desktop notifications', () => {
  async function consoleWith(...rows: Parameters<RenderedConsole['client']['put']>): Promise<void> {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), row, ...rows);
    });
  }

  test('tell of an offer and of a message while the page is not looked at, without what was written', async () => {
    isLookedAt(false);
    await consoleWith();
    await rendered.change(() => {
      rendered.client.put(offer, answered);
    });
    expect(notes()).toEqual(['Maya: A new message', 'New chat: Jonas: The shop']);
  });

  test('quote what was written where the agent chose so', async () => {
    isLookedAt(false);
    await consoleWith();
    rendered.workspace.preferences.quotes.value = true;
    await rendered.change(() => {
      rendered.client.put(offer, answered);
    });
    expect(notes()).toEqual(['Maya: A secret', 'New chat: Jonas: My card is 4111']);
  });

  test('a press opens the conversation, or brings the focus to the offer', async () => {
    isLookedAt(false);
    await consoleWith();
    await rendered.change(() => {
      rendered.client.put(offer, answered);
    });
    const [ofMessage, ofOffer] = FakeNotification.shown.sort((a, b) => (a.title < b.title ? -1 : 1));
    await rendered.change(() => ofOffer?.onclick?.());
    expect(screen.getByRole('alertdialog').contains(document.activeElement)).toBe(true);
    await rendered.change(() => ofMessage?.onclick?.());
    expect(location.hash).toBe(`#/inbox/${MAYA}`);
  });

  test.each<[string, () => void]>([
    [
      'the page is looked at',
      () => {
        isLookedAt(true);
      },
    ],
    ['the browser does not allow it', () => void (FakeNotification.permission = 'denied')],
    ['the agent turned them off', () => void (rendered.workspace.preferences.notifications.value = false)],
  ])('there are none while %s', async (_when, arrange) => {
    isLookedAt(false);
    await consoleWith();
    arrange();
    await rendered.change(() => {
      rendered.client.put(offer);
    });
    expect(notes()).toEqual([]);
  });

  test('a browser that refuses to make one is no fault', async () => {
    isLookedAt(false);
    vi.stubGlobal(
      'Notification',
      Object.assign(
        function () {
          throw new TypeError('Illegal constructor');
        },
        { permission: 'granted' },
      ),
    );
    await consoleWith();
    await rendered.change(() => {
      rendered.client.put(offer);
    });
    expect(screen.getByRole('alertdialog')).toBeTruthy();
  });
});

describe('an offer that goes without an answer', () => {
  async function goes(after: number, presence: Parameters<typeof meRow>[0] = 'available'): Promise<void> {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(presence), offer);
    });
    await rendered.change(() => {
      rendered.clock.advance(after);
      rendered.client.remove(offer.key);
    });
  }

  test('[RT8] was missed where its time is over, and that is said', async () => {
    await goes(20_000);
    expect(screen.getByText('You did not take Jonas in time.')).toBeTruthy();
  });

  test('was withdrawn where it goes earlier', async () => {
    await goes(5_000);
    expect(screen.getByText('Jonas is no longer offered to you.')).toBeTruthy();
  });

  test('goes without a word for who has just chosen to be away', async () => {
    await goes(5_000, 'away');
    expect(screen.queryByText(/Jonas/)).toBeNull();
  });

  test('goes without a word where it was declined here', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    await rendered.change(() => rendered.workspace.decline(offer));
    await rendered.change(() => {
      rendered.client.remove(offer.key);
    });
    expect(screen.queryByText(/Jonas/)).toBeNull();
  });
});
