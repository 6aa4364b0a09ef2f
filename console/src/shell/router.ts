import { type ReadonlySignal, signal } from '@preact/signals';

/** Which conversation is open, and which of its entries was asked for; kept in the address, so a reload returns. */
export interface Route {
  conversation?: string;
  entry?: number;
}

const INBOX = /^#\/inbox(?:\/(cnv_[0-9a-z]{26})(?:\/(\d{1,12}))?)?$/;

/** The route in a fragment; anything else is the inbox without a conversation. */
export function parseRoute(hash: string): Route {
  const [, conversation, entry] = INBOX.exec(hash) ?? [];
  return { ...(conversation && { conversation }), ...(entry && { entry: Number(entry) }) };
}

/** The fragment of a route. */
export function hashOf({ conversation, entry }: Route): string {
  return ['#/inbox', conversation, entry].filter((part) => part !== undefined).join('/');
}

/** The address's fragment as a signal; `go` moves on, so that the browser's own Back returns. */
export class Router {
  readonly #route = signal(parseRoute(location.hash));
  readonly #follow = (): void => {
    this.#route.value = parseRoute(location.hash);
  };

  constructor() {
    addEventListener('hashchange', this.#follow);
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  /** False where the address stands there already. */
  go(route: Route): boolean {
    if (hashOf(route) === location.hash) return false;
    location.hash = hashOf(route);
    this.#route.value = route;
    return true;
  }

  stop(): void {
    removeEventListener('hashchange', this.#follow);
  }
}
