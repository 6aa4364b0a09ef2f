import type { SettingOptions, SiteSettings } from './handover.ts';
import css from './loader.css';

/** The widget's only node on the page, and what stands in its closed root before the shell comes. */
export interface Launcher {
  host: HTMLElement;
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  /** Takes over settings and shows them. */
  paint(options?: SettingOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'alongside-widget': HTMLElement;
  }
}

/** What the one storage key that the loader may read keeps: 1, a conversation is open; 0, greeting closed. */
export function openKey(site: string, write?: string): string | null | undefined {
  const key = `alongside:${site}:open`;
  try {
    if (write) localStorage.setItem(key, write);
    return localStorage.getItem(key);
  } catch {
    // Storage is denied: nothing is known, nothing is kept.
    return undefined;
  }
}

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/** Makes the host with its closed root, and attaches it nowhere. */
export function drawLauncher(
  settings: SiteSettings,
  prefetch: () => unknown,
  run: (command: 'open' | 'toggle') => unknown,
): Launcher {
  const host = make('alongside-widget');
  const launcher = make('button');
  const root = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [sheet];
  root.append(launcher);
  launcher.ariaExpanded = 'false';
  launcher.onclick = () => run('toggle');
  launcher.onpointerenter = prefetch;
  return {
    host,
    root,
    launcher,
    paint(options) {
      const { accent = '#3451d1', corner, greeting, name, site } = Object.assign(settings, options);
      sheet.replaceSync(`${css}:host{--alongside-accent:${accent}}:host>*{inset-inline-${corner}:20px}`);
      host.role = 'region';
      host.ariaLabel = launcher.ariaLabel = name;
      if (greeting && !openKey(site) && !root.children[1]) {
        const text = make('button', greeting);
        const close = make('button', '×');
        const box = make('div', text, close);
        text.onclick = () => run('open');
        // The server puts the word of the site's language in its place (server/src/transport/launcher-words.ts).
        close.ariaLabel = 'Dismiss';
        close.onclick = () => {
          box.remove();
          openKey(site, '0');
        };
        root.append(box);
      }
    },
  };
}
