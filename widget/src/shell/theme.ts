import type { SiteSettings } from '../loader/handover.ts';

const DARK = '(prefers-color-scheme: dark)';

/** Marks the host with the theme that holds now: the site's choice, or the system's. */
export function applyTheme(host: HTMLElement, { theme = 'auto' }: SiteSettings): void {
  host.dataset['theme'] = theme === 'auto' ? (matchMedia(DARK).matches ? 'dark' : 'light') : theme;
}

/** Calls `then` when the system's theme changes. Answers what ends it. */
export function watchTheme(then: () => void): () => void {
  const dark = matchMedia(DARK);
  dark.addEventListener('change', then);
  return () => dark.removeEventListener('change', then);
}
