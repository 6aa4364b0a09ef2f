import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** What lies over the console now. */
export type Overlay = 'none' | 'palette' | 'shortcuts' | 'menu';

/** What the screens share about themselves: it belongs to nobody's data. */
export interface Surface {
  overlay: Signal<Overlay>;
  /** There is room for the details beside the conversation. */
  wide: ReadonlySignal<boolean>;
  /** The details drawer, where there is no room for the details beside the conversation. */
  drawer: Signal<boolean>;
  /** What is typed into the search of messages. */
  search: Signal<string>;
  /** Only conversations with this tag are listed. */
  tag: Signal<string | undefined>;
}

/** The same width as in console-screen.css. */
const WIDE = '(min-width: 1180px)';

/** The surface of this window; `stop` lets go of it. */
export function followWindow(): { surface: Surface; stop: () => void } {
  const query = matchMedia(WIDE);
  const wide = signal(query.matches);
  const follow = (): void => {
    wide.value = query.matches;
  };
  query.addEventListener('change', follow);
  return {
    surface: {
      overlay: signal('none'),
      wide,
      drawer: signal(false),
      search: signal(''),
      tag: signal(undefined),
    },
    stop: () => {
      query.removeEventListener('change', follow);
    },
  };
}

/** Moves the focus to the search box, which stands in the list; false where that is not on the screen. */
export function focusSearch(): boolean {
  const box = document.querySelector<HTMLInputElement>('[data-search]');
  box?.focus();
  return box !== null && document.activeElement === box;
}
