import { fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chat } from '../chat/registration.ts';
import { conversationRow, idOf, meRow, offerRow } from '../testing/fake-agent-client.ts';
import { NOON, type RenderedConsole, freshPage, renderConsole } from '../testing/render-console.tsx';

let rendered: RenderedConsole;
beforeEach(freshPage);
afterEach(() => rendered.close());

const offer = offerRow(7, {
  visitorName: 'Maya Okafor',
  expiresAt: NOON + 20_000,
  waitingSince: NOON - 8_000,
  text: 'Is it in stock?',
  page: { url: 'https://shop.example/p/1', title: 'Espresso machine' },
  lastContacts: [{ at: NOON - 90_000_000, agent: 'Ben', text: 'Thanks' }],
});

const theOffer = (): HTMLElement => screen.getByRole('alertdialog', { name: 'New chat' });

describe('an offer', () => {
  test('shows who, why here, how long they wait, who spoke with them, and what they wrote', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    const text = theOffer().textContent;
    for (const part of [
      'Maya Okafor',
      'Is it in stock?',
      'Espresso machine',
      'https://shop.example/p/1',
      'Ben',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('Waiting for 8 s');
    expect(within(theOffer()).getByRole('timer').textContent).toBe('0:20');
  });

  test('counts down and goes when its time is over', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    await rendered.change(() => {
      rendered.clock.advance(5_000);
    });
    expect(within(theOffer()).getByRole('timer').textContent).toBe('0:15');
    await rendered.change(() => {
      rendered.clock.advance(15_000);
    });
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });

  test('the countdown goes by the server’s clock', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.clockOffset.value = 12_000;
      client.put(meRow(), offer);
    });
    expect(within(theOffer()).getByRole('timer').textContent).toBe('0:08');
  });

  test('Accept takes the work and opens the conversation', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Accept' })));
    expect(rendered.client.calls).toContainEqual(['accept', offer.item, offer.offer]);
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(location.hash).toBe(`#/inbox/${idOf('cnv', 7)}`);
    expect(screen.getByRole('log', { name: 'Conversation' })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reply' }));
  });

  test('[RT7] an offer that somebody else took is said in words and goes', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
      client.outcome = { ok: false, refusal: { code: 'stale', message: 'taken' } };
    });
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Accept' })));
    expect(screen.getByText('This chat is no longer offered.')).toBeTruthy();
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(location.hash).toBe('');
  });

  test('an accept that the server could not store leaves the offer', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
      client.outcome = { ok: false, refusal: { code: 'unavailable', message: 'disk full' } };
    });
    await rendered.change(() => fireEvent.click(screen.getByRole('button', { name: 'Accept' })));
    expect(theOffer()).toBeTruthy();
    expect(screen.getByText(/cannot store anything/)).toBeTruthy();
  });

  test('several stand one over the other, the one that ends first on top', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer, offerRow(8, { visitorName: 'Jonas', expiresAt: NOON + 9_000 }));
    });
    const all = screen.getAllByRole('alertdialog', { name: 'New chat' });
    expect(all.map((each) => /Jonas|Maya/.exec(each.textContent)?.[0])).toEqual(['Jonas', 'Maya']);
  });
});

describe('keys in an offer', () => {
  test('the first offer has the focus, so that Enter accepts', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Accept' }));
  });

  test('it never takes the focus from a text field', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), conversationRow(1));
    });
    await rendered.change(() => {
      rendered.workspace.show(idOf('cnv', 1));
    });
    const reply = screen.getByRole('textbox', { name: 'Reply' });
    reply.focus();
    await rendered.change(() => {
      rendered.client.put(offer);
    });
    expect(theOffer()).toBeTruthy();
    expect(document.activeElement).toBe(reply);
  });

  test('a second offer does not take the focus from the first', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    const before = document.activeElement;
    await rendered.change(() => {
      rendered.client.put(offerRow(8, { expiresAt: NOON + 9_000 }));
    });
    expect(document.activeElement).toBe(before);
  });

  test('Enter accepts and Esc declines while the focus is in it', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer, offerRow(8, { expiresAt: NOON + 15_000 }));
    });
    const [soon, late] = screen.getAllByRole('alertdialog');
    await rendered.change(() => late && fireEvent.keyDown(late, { key: 'Escape' }));
    await rendered.change(() => soon && fireEvent.keyDown(soon, { key: 'Enter' }));
    expect(rendered.client.calls).toEqual([
      ['decline', offer.item, offer.offer],
      ['accept', idOf('itm', 8), idOf('off', 8)],
    ]);
  });

  test('a key that is held down answers nothing', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    await rendered.change(() => fireEvent.keyDown(theOffer(), { key: 'Enter', repeat: true }));
    expect(rendered.client.calls).toEqual([]);
  });

  test('Esc elsewhere declines nothing', async () => {
    rendered = await renderConsole([chat], (client) => {
      client.put(meRow(), offer);
    });
    await rendered.change(() => fireEvent.keyDown(document.body, { key: 'Escape' }));
    expect(rendered.client.calls).toEqual([]);
  });
});

test('each new offer is told once: a sound, and a desktop notification while the page is not looked at', async () => {
  const shown: string[] = [];
  class FakeNotification {
    static permission = 'granted';
    onclick: unknown;
    constructor(title: string) {
      shown.push(title);
    }
  }
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  rendered = await renderConsole([chat], (client) => {
    client.put(meRow(), offer);
  });
  await rendered.change(() => {
    rendered.clock.advance(3_000);
  });
  expect(shown).toEqual(['New chat: Maya Okafor']);
  expect(document.title).toBe('(1) New chat · The Corner Shop');
});
