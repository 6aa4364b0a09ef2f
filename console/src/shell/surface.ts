import { type Signal, signal } from '@preact/signals';

/** What lies over the console now. */
export type Overlay = 'none' | 'palette' | 'shortcuts' | 'menu';

/** What the screens share about themselves: it belongs to nobody's data. */
export interface Surface {
  overlay: Signal<Overlay>;
  /** The details drawer, where there is no room for the details beside the conversation. */
  drawer: Signal<boolean>;
  /** What is typed into the search of messages. */
  search: Signal<string>;
}

export function newSurface(): Surface {
  return { overlay: signal('none'), drawer: signal(false), search: signal('') };
}

/** Moves the focus to the search box, which stands in the list. */
export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('[data-search]')?.focus();
}
