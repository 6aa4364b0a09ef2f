import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_WIDGET_SETTINGS } from '@alongside/sdk/shared';
import { namedInItsLanguage, spokenInItsLanguage } from './launcher-words.ts';

const LAUNCHER = join(import.meta.dirname, '../../../widget/src/loader/launcher.ts');

describe('the words of the launcher', () => {
  test('are those of the site’s language, also of one of its regions', () => {
    for (const locale of ['de', 'de-AT'])
      expect(namedInItsLanguage({ ...DEFAULT_WIDGET_SETTINGS, locale }).name).toBe('Chatten Sie mit uns');
    const script = 'a.ariaLabel="Dismiss"';
    expect(spokenInItsLanguage(script, { ...DEFAULT_WIDGET_SETTINGS, locale: 'de' })).toBe(
      'a.ariaLabel="Schließen"',
    );
  });

  test('are the owner’s where there are such, and English in any other language', () => {
    const named = { ...DEFAULT_WIDGET_SETTINGS, name: 'Frag uns', locale: 'de' };
    expect(namedInItsLanguage(named)).toEqual(named);
    for (const locale of [undefined, 'en-GB', 'xx', '']) {
      const settings = { ...DEFAULT_WIDGET_SETTINGS, ...(locale !== undefined && { locale }) };
      expect(namedInItsLanguage(settings)).toEqual(settings);
      expect(spokenInItsLanguage('"Dismiss"', settings)).toBe('"Dismiss"');
    }
  });

  test('the launcher has the one word that is replaced, once', () => {
    expect(readFileSync(LAUNCHER, 'utf8').split("'Dismiss'")).toHaveLength(2);
  });
});
