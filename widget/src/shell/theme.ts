import type { SiteSettings } from '../loader/handover.ts';
import { listen } from './listen.ts';

const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

/** Marks the host with the theme that holds now: the site's choice, or the system's. */
export function applyTheme(host: HTMLElement, { theme = 'auto' }: SiteSettings): void {
  host.dataset['theme'] = theme === 'auto' ? (dark().matches ? 'dark' : 'light') : theme;
}

/** Calls `then` when the system's theme changes. Answers what ends it. */
export function watchTheme(then: () => void): () => void {
  return listen(dark(), 'change', then);
}
