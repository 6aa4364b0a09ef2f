import type { Action } from './actions.ts';

export interface KeyboardParts {
  /** Asked at each key, so that it is what is true then. */
  actions: () => readonly Action[];
  /** Single letters work. */
  letters: () => boolean;
  openPalette: () => void;
}

/** What the key beside the space bar is called here, which opens the palette with K. */
export const COMMAND_KEY = /Mac|iP(hone|ad|od)/.test(navigator.userAgent) ? '⌘' : 'Ctrl';

/** Whether a key pressed there writes or chooses something. */
export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

/** Runs actions by their keys. Letters do nothing in fields, with modifiers, or while a dialog is open. */
export function listenToKeys(parts: KeyboardParts): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const inDialog = document.querySelector('dialog[open]') !== null;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      if (!inDialog) parts.openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || inDialog) return;
    if (!parts.letters() || isField(event.target)) return;
    const action = parts.actions().find((each) => each.key === event.key.toUpperCase());
    if (!action) return;
    event.preventDefault();
    action.run();
  };
  addEventListener('keydown', onKey);
  return () => {
    removeEventListener('keydown', onKey);
  };
}
