import { english, type Plural, type Words } from './english.ts';

/** Words and formats of one locale. */
export interface Language {
  readonly locale: string;
  readonly words: Words;
  readonly direction: 'ltr' | 'rtl';
  /** Puts values in place of `{name}`; `count` chooses the plural. */
  readonly say: (words: string | Plural, values?: Record<string, string>, count?: number) => string;
  /** "Ana and Ben" */
  readonly list: (names: readonly string[]) => string;
  /** "14:05" */
  readonly time: (at: number) => string;
  /** "Today", "Yesterday" or "Monday, 3 March" */
  readonly day: (at: number, now: number) => string;
}

/** The languages that are fetched when somebody asks for them; English is built in. */
const LANGUAGES: Record<string, () => Promise<{ words: Words }>> = {
  ar: () => import('./locales/ar.ts'),
  de: () => import('./locales/de.ts'),
  es: () => import('./locales/es.ts'),
  fr: () => import('./locales/fr.ts'),
  it: () => import('./locales/it.ts'),
  ja: () => import('./locales/ja.ts'),
  nl: () => import('./locales/nl.ts'),
  pt: () => import('./locales/pt.ts'),
};

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;
const DAY_MS = 86_400_000;

/** A locale that `Intl` knows, or English. */
function known(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The language for `locale` with the words that are at hand. */
export function makeLanguage(locale: string, words: Words = english): Language {
  const tag = known(locale);
  const plural = new Intl.PluralRules(tag);
  const names = new Intl.ListFormat(tag);
  const clock = new Intl.DateTimeFormat(tag, { timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  return {
    locale: tag,
    words,
    direction: RIGHT_TO_LEFT.test(tag) ? 'rtl' : 'ltr',
    say(said, values = {}, count = 1) {
      const text = typeof said === 'string' ? said : (said[plural.select(count)] ?? said.other);
      return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    },
    list: (all) => names.format(all),
    time: (at) => clock.format(at),
    day(at, now) {
      const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
      const text = days > -2 && days < 1 ? relative.format(days, 'day') : date.format(at);
      return text.charAt(0).toLocaleUpperCase(tag) + text.slice(1);
    },
  };
}

/** Fetches the words of `locale`; English where there are none of it. Rejects when they cannot be fetched. */
export async function fetchLanguage(locale: string): Promise<Language> {
  const fetched = await LANGUAGES[known(locale).split('-')[0] ?? '']?.();
  return fetched
    ? makeLanguage(locale, fetched.words)
    : makeLanguage(locale.startsWith('en') ? locale : 'en');
}
