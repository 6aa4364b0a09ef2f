import { type ReadonlySignal, signal } from '@preact/signals';

/** Parts of the console beside the inbox. */
export const PLACE_NAMES = ['floor', 'settings'] as const;
export type PlaceName = (typeof PLACE_NAMES)[number];

/**
 * Where one is; kept in the address, so that a reload returns. In the inbox: which conversation is open, and which of
 * its entries was asked for. In another place: the part of it, which only that place reads.
 */
export interface Route {
  place?: PlaceName;
  part?: string;
  conversation?: string;
  entry?: number;
}

const INBOX = /^#\/inbox(?:\/(cnv_[0-9a-z]{26})(?:\/(\d{1,12}))?)?$/;
const PLACE = /^#\/([a-z]+)(?:\/([\w./~%-]{1,200}))?$/;

/** The route in a fragment; anything else is the inbox without a conversation. */
export function parseRoute(hash: string): Route {
  const [, name, part] = PLACE.exec(hash) ?? [];
  const place = PLACE_NAMES.find((each) => each === name);
  if (place) return { place, ...(part && { part }) };
  const [, conversation, entry] = INBOX.exec(hash) ?? [];
  return { ...(conversation && { conversation }), ...(entry && { entry: Number(entry) }) };
}

/** The fragment of a route. */
export function hashOf({ place, part, conversation, entry }: Route): string {
  const parts = place ? [place, part] : ['inbox', conversation, entry];
  return ['#', ...parts].filter((each) => each !== undefined).join('/');
}

/** The address's fragment as a signal; `go` moves on, so that the browser's own Back returns. */
export class Router {
  readonly #route = signal(parseRoute(location.hash));
  /** Asked before one leaves; the answer is false where something unsaved would be lost and is to stay. */
  #mayLeave: ((next: Route) => boolean) | undefined;
  readonly #follow = (): void => {
    const next = parseRoute(location.hash);
    if (!this.#leaves(next)) {
      history.replaceState(null, '', hashOf(this.#route.peek()));
      return;
    }
    this.#route.value = next;
  };

  constructor() {
    addEventListener('hashchange', this.#follow);
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  /** False where the address stands there already, or something unsaved stays. */
  go(route: Route): boolean {
    if (hashOf(route) === location.hash || !this.#leaves(route)) return false;
    location.hash = hashOf(route);
    this.#route.value = route;
    return true;
  }

  /** Asks `mayLeave` before each move until the answered function is called; one at a time. */
  guard(mayLeave: (next: Route) => boolean): () => void {
    this.#mayLeave = mayLeave;
    return () => {
      if (this.#mayLeave === mayLeave) this.#mayLeave = undefined;
    };
  }

  stop(): void {
    removeEventListener('hashchange', this.#follow);
  }

  #leaves(next: Route): boolean {
    if (hashOf(next) === hashOf(this.#route.peek())) return true;
    return this.#mayLeave?.(next) ?? true;
  }
}
