/** One text that is written before `write` returns. */
export interface TextAtOnce {
  read(): string | undefined;
  /** `undefined` removes it. */
  write(text: string | undefined): void;
}

/** Keeps nothing. */
export const noText: TextAtOnce = { read: () => undefined, write: () => undefined };

/** A text in localStorage; nothing where that is denied or full. */
export function localText(key: string): TextAtOnce {
  return {
    read() {
      try {
        return localStorage.getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(text) {
      try {
        if (text === undefined) localStorage.removeItem(key);
        else localStorage.setItem(key, text);
      } catch {
        // Denied: the slower store has it, or nothing has.
      }
    },
  };
}
