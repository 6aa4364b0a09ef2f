import { type Signal, effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

/** What an agent sets for this browser. */
export interface Preferences {
  theme: Signal<Theme>;
  /** Single letters work as shortcuts. */
  letters: Signal<boolean>;
  sound: Signal<boolean>;
  notifications: Signal<boolean>;
  /** A desktop notification quotes what was written; others may see the screen, so not unless it was chosen. */
  quotes: Signal<boolean>;
  /** The details of a conversation are shown beside it. */
  details: Signal<boolean>;
}

const KEY = 'alongside:console';
const THEMES: readonly string[] = ['system', 'light', 'dark'];

/** Reads what was kept, keeps every change, and puts the theme on the document. The answer's `stop` ends both. */
export function keepPreferences(): { preferences: Preferences; stop: () => void } {
  const kept = read();
  const flag = (name: string, otherwise: boolean): Signal<boolean> =>
    signal(typeof kept[name] === 'boolean' ? kept[name] : otherwise);
  const preferences: Preferences = {
    theme: signal(THEMES.includes(String(kept['theme'])) ? (kept['theme'] as Theme) : 'system'),
    letters: flag('letters', true),
    sound: flag('sound', true),
    notifications: flag('notifications', true),
    quotes: flag('quotes', false),
    details: flag('details', true),
  };
  const stopKeeping = effect(() => {
    const { theme, letters, sound, notifications, quotes, details } = preferences;
    write({
      theme: theme.value,
      letters: letters.value,
      sound: sound.value,
      notifications: notifications.value,
      quotes: quotes.value,
      details: details.value,
    });
  });
  const stopTheme = followTheme(preferences.theme);
  return {
    preferences,
    stop: () => {
      stopKeeping();
      stopTheme();
    },
  };
}

function followTheme(theme: Signal<Theme>): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const isDark = theme.value === 'dark' || (theme.value === 'system' && dark.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  };
  const stop = effect(apply);
  dark.addEventListener('change', apply);
  return () => {
    stop();
    dark.removeEventListener('change', apply);
  };
}

/** Storage may be denied or hold anything; then the defaults hold, for as long as the page lives. */
function read(): Record<string, unknown> {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? '{}') as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function write(values: object): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(values));
  } catch {
    // Denied or full: the setting holds until the page is closed.
  }
}
