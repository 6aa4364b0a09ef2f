import { describe, expect, test } from 'vitest';
import { english, type Plural } from './english.ts';
import { fetchLanguage, makeLanguage } from './language.ts';

const LOCALES = ['ar', 'de', 'es', 'fr', 'it', 'ja', 'nl', 'pt'];
const NOON = new Date(2026, 2, 3, 12).getTime();
const DAY_MS = 86_400_000;

/** The names between braces, without repetitions. */
function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name))].sort();
}

describe.each(LOCALES)('%s', (locale) => {
  test('says everything, with the same values as English', async () => {
    const { words } = await fetchLanguage(locale);
    expect(words).not.toBe(english);
    expect(Object.keys(words)).toEqual(Object.keys(english));
    for (const [name, said] of Object.entries(english)) {
      const translated: string | Plural = words[name as keyof typeof english];
      const [own, other] = [translated, said].map((each) => (typeof each === 'string' ? each : each.other));
      expect(own, name).toBeTruthy();
      expect(placeholders(own ?? ''), name).toEqual(placeholders(other ?? ''));
    }
  });
});

describe('a language', () => {
  test('chooses the plural by its own rules', async () => {
    const arabic = await fetchLanguage('ar');
    const unread = (count: number): string =>
      arabic.say(arabic.words.unread, { count: String(count) }, count);
    expect(unread(2)).toBe(arabic.words.unread.two);
    expect(unread(3)).toContain('3 رسائل');
    const en = makeLanguage('en');
    expect(en.say(en.words.unread, { count: '1' }, 1)).toBe('1 unread message');
    expect(en.say(en.words.unread, { count: '2' }, 2)).toBe('2 unread messages');
  });

  test('puts a value in as text, whatever it is', () => {
    const { say, words } = makeLanguage('en');
    expect(say(words['agent.joined'], { name: '$& {name} <b>' })).toBe('$& {name} <b> has joined');
  });

  test('names the day by the calendar of this device, not by 24 hours', () => {
    const { day } = makeLanguage('en-GB');
    expect(day(NOON, NOON)).toBe('Today');
    expect(day(NOON - 13 * 3_600_000, NOON)).toBe('Yesterday');
    expect(day(NOON - 2 * DAY_MS, NOON)).toBe('Sunday 1 March');
    expect(day(NOON + DAY_MS, NOON)).toBe('Wednesday 4 March');
  });

  test('runs from right to left where it is written so', async () => {
    expect((await fetchLanguage('ar-EG')).direction).toBe('rtl');
    expect((await fetchLanguage('de-AT')).direction).toBe('ltr');
  });

  test.each(['tlh', 'x', '', 'de_DE', '../de', 'constructor', '__proto__'])(
    '%j is spoken to in English',
    async (locale) => {
      const { words } = await fetchLanguage(locale);
      expect(words).toBe(english);
    },
  );
});
