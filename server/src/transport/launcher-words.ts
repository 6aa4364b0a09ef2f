import { DEFAULT_WIDGET_SETTINGS, type WidgetSettings } from '@alongside/sdk/shared';

/** What stands in the snippet as the build made it, quotes included: the name of the button that puts the greeting away. */
const DISMISS = '"Dismiss"';

/** The launcher's own words, by language: its usual name, and how its greeting is put away. */
const WORDS: Readonly<Record<string, { name: string; dismiss: string }>> = {
  ar: { name: 'تحدث معنا', dismiss: 'إغلاق' },
  de: { name: 'Chatten Sie mit uns', dismiss: 'Schließen' },
  es: { name: 'Chatee con nosotros', dismiss: 'Cerrar' },
  fr: { name: 'Discutez avec nous', dismiss: 'Fermer' },
  it: { name: 'Chatta con noi', dismiss: 'Chiudi' },
  ja: { name: 'チャットで問い合わせる', dismiss: '閉じる' },
  nl: { name: 'Chat met ons', dismiss: 'Sluiten' },
  pt: { name: 'Fale conosco', dismiss: 'Fechar' },
};

const wordsOf = ({ locale = '' }: Pick<WidgetSettings, 'locale'>) => WORDS[locale.split('-')[0] ?? ''];

/** A site's settings with the launcher's usual name in the language of the site; one that the owner chose stays. */
export function namedInItsLanguage(settings: WidgetSettings): WidgetSettings {
  const words = wordsOf(settings);
  return words && settings.name === DEFAULT_WIDGET_SETTINGS.name
    ? { ...settings, name: words.name }
    : settings;
}

/** The snippet's script with its one word in the language of the site. */
export function spokenInItsLanguage(script: string, settings: WidgetSettings): string {
  const words = wordsOf(settings);
  return words ? script.split(DISMISS).join(JSON.stringify(words.dismiss)) : script;
}
