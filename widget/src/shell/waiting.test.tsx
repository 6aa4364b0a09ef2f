import { render } from 'preact';
import { describe, expect, test } from 'vitest';
import type { Availability, ShellContext } from './context.ts';
import { makeLanguage } from './i18n/language.ts';
import { WaitLine, closedLine } from './waiting.tsx';

const HOUR_MS = 3_600_000;

function shellWith(availability: Partial<NonNullable<Availability>>, locale = 'en', sitting = 'sit_1') {
  return {
    availability: { agents: [], open: true, ...availability },
    conversation: { header: { sitting: { id: sitting } } },
    client: { command: () => Promise.resolve('taken') },
    language: makeLanguage(locale),
  } as unknown as ShellContext;
}

/** Draws into `place`; answers what is shown, and what a screen reader is told. */
function drawn(shell: ShellContext, place = document.createElement('div')) {
  render(<WaitLine shell={shell} />, place);
  return {
    shown: place.querySelector('.line')?.textContent,
    said: place.querySelector('[role=status]')?.textContent,
  };
}

describe('the line of who waits', () => {
  test('[RT15] says the place and a range of minutes, never zero', () => {
    const { shown } = drawn(shellWith({ wait: { position: 3, low: 20, high: 50 } }, 'en', 'range'));
    expect(shown).toBe('You are number 3 in line. It will probably take 1 to 2 minutes.');
  });

  test('[RT15] what is announced changes only for the better; what is shown is always current', () => {
    const place = document.createElement('div');
    const at = (position: number, high: number) =>
      drawn(shellWith({ wait: { position, low: 60, high } }, 'en', 'better'), place);
    const first = at(2, 240);
    expect(first.said).toBe(first.shown);
    const worse = at(2, 600);
    // Nothing, rather than what is no longer true.
    expect(worse.said).toBe('');
    expect(worse.shown).toContain('1 to 10 minutes');
    expect(at(2, 240).said).toBe('');
    expect(at(1, 240).said).toContain('You are next.');
  });

  test('[RT15] that nobody is there any more is shown and not announced', () => {
    const place = document.createElement('div');
    const staffed = (open: boolean) => drawn(shellWith({ open, wait: { position: 1 } }, 'en', 'gone'), place);
    expect(staffed(true).said).toBe('You are next.');
    const gone = staffed(false);
    expect(gone.shown).toMatch(/^Nobody is here right now/);
    expect(gone.said).toBe('');
    expect(staffed(true).said).toBe('');
  });

  test('[RT15] who came while nobody was there is told when somebody is', () => {
    const place = document.createElement('div');
    const staffed = (open: boolean) => drawn(shellWith({ open, wait: { position: 1 } }, 'en', 'came'), place);
    expect(staffed(false).said).toMatch(/^Nobody is here right now/);
    expect(staffed(true).said).toBe('You are next.');
  });

  test('[RT11] nobody is promised a place while nobody is there', () => {
    const { shown } = drawn(shellWith({ open: false, wait: { position: 1 } }, 'en', 'nobody'));
    expect(shown).toMatch(/^Nobody is here right now/);
  });

  test('[RT12] the next opening is said in the visitor’s own language and zone, and nothing while open', () => {
    const opens = Date.now() + 24 * HOUR_MS;
    expect(closedLine(shellWith({ open: false, opens }))).toMatch(
      /^Back tomorrow at .+\. Leave a message\.$/,
    );
    expect(closedLine(shellWith({ open: false, opens, saysOnly: true }))).toMatch(
      /^Back tomorrow at [^.]+\.$/,
    );
    expect(closedLine(shellWith({ open: false, opens }, 'de'))).toMatch(/^Wieder da: morgen um /);
    expect(closedLine(shellWith({}))).toBeUndefined();
  });
});
