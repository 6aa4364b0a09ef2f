import { type Language, makeLanguage } from '../shell/i18n/language.ts';
import type { SiteSettings } from '../loader/handover.ts';
import { type ShareWords, english } from './english.ts';

export type ShareLanguage = Omit<Language, 'words'> & { readonly words: ShareWords };

const LANGUAGES: Record<string, () => Promise<{ words: ShareWords }>> = {
  ar: () => import('./locales/ar.ts'),
  de: () => import('./locales/de.ts'),
  es: () => import('./locales/es.ts'),
  fr: () => import('./locales/fr.ts'),
  it: () => import('./locales/it.ts'),
  ja: () => import('./locales/ja.ts'),
  nl: () => import('./locales/nl.ts'),
  pt: () => import('./locales/pt.ts'),
};

/** The locale that the panel speaks too. */
export function localeOf(settings: SiteSettings): string {
  return settings.locale || document.documentElement.lang || navigator.language;
}

export function shareLanguage(locale: string, words: ShareWords = english): ShareLanguage {
  return { ...makeLanguage(locale), words };
}

/** Words of `locale`; English where there are none of it or they cannot be fetched: a question does not wait for them. */
export async function fetchShareLanguage(locale: string): Promise<ShareLanguage> {
  const code = makeLanguage(locale).locale.split('-')[0] ?? '';
  const fetched = await LANGUAGES[code]?.().catch(() => undefined);
  return fetched
    ? shareLanguage(locale, fetched.words)
    : shareLanguage(locale.startsWith('en') ? locale : 'en');
}
