/** What happens around the client that matters to its connection. */
export type SurroundingsEvent =
  /** The browser says that there is a network, or none. */
  | 'network'
  | 'no-network'
  /** The page can be seen (again), or not, or is about to go. */
  | 'shown'
  | 'hidden';

/** The page, or the process, that the client lives in. */
export interface Surroundings {
  /** False only where the platform is sure that there is no network. */
  readonly network: boolean;
  /** Calls `then` for each event; the answer stops it. */
  watch(then: (event: SurroundingsEvent) => void): () => void;
}

/** A browser's window; in Node, where nothing of it exists, nothing ever happens. */
export const platformSurroundings: Surroundings = {
  get network() {
    return typeof navigator === 'undefined' || !('onLine' in navigator) || navigator.onLine;
  },
  watch(then) {
    if (typeof document === 'undefined') return () => undefined;
    const stops: (() => void)[] = [];
    const on = (target: EventTarget, name: string, event: () => SurroundingsEvent): void => {
      const listener = (): void => then(event());
      target.addEventListener(name, listener);
      stops.push(() => target.removeEventListener(name, listener));
    };
    on(window, 'online', () => 'network');
    on(window, 'offline', () => 'no-network');
    // A page that comes back out of the back/forward cache has lost its socket without a word.
    on(window, 'pageshow', () => 'shown');
    on(window, 'pagehide', () => 'hidden');
    on(document, 'visibilitychange', () => (document.visibilityState === 'hidden' ? 'hidden' : 'shown'));
    return () => {
      for (const stop of stops) stop();
    };
  },
};
