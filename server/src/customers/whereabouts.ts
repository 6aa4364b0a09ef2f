import { LRUCache } from 'lru-cache';
import type { Page } from '@alongside/sdk/protocol';
import type { PresenceListener, Session, VisitorSession } from '../events/handlers.ts';

/** Conversations whose page is remembered; an older one is forgotten, which only leaves a line blank. */
const PAGES_MAX = 50_000;

/** What is known of one visitor: which page, and whether there is a connection. */
export interface Whereabout {
  site: string;
  conversation: string;
  online: boolean;
  page?: Page;
}

/**
 * Where visitors are just now: the page they last told (masked) and whether they have a connection. Live only:
 * never stored, lost with the process, told again at each hello.
 */
export class Whereabouts implements PresenceListener {
  readonly #pages = new LRUCache<string, Page>({ max: PAGES_MAX });
  /** By conversation: its site, and connections to this process. */
  readonly #connections = new Map<string, { site: string; count: number }>();
  /** By conversation: other processes that have a connection of it. */
  readonly #elsewhere = new Map<string, Set<string>>();
  readonly #listeners = new Set<(site: string, conversation: string, elsewhere: boolean) => void>();

  pageOf(conversation: string): Page | undefined {
    return this.#pages.get(conversation);
  }

  isOnline(conversation: string): boolean {
    return this.#connections.has(conversation) || this.#elsewhere.has(conversation);
  }

  moved(session: VisitorSession, page: Page): void {
    this.#pages.set(session.conversation, page);
    this.#changed(session);
  }

  connected(session: Session): void {
    if (session.kind !== 'visitor') return;
    const { site, conversation } = session;
    const count = this.#connections.get(conversation)?.count ?? 0;
    this.#connections.set(conversation, { site, count: count + 1 });
    if (count === 0) this.#changed(session);
  }

  disconnected(session: Session): void {
    if (session.kind !== 'visitor') return;
    const { site, conversation } = session;
    const count = this.#connections.get(conversation)?.count ?? 0;
    if (count > 1) {
      this.#connections.set(conversation, { site, count: count - 1 });
      return;
    }
    this.#connections.delete(conversation);
    this.#changed(session);
  }

  /** Visitors with a connection to this process. */
  here(): Whereabout[] {
    return [...this.#connections].map(([conversation, { site }]) => this.of(site, conversation));
  }

  /** What this process itself knows of a visitor. */
  of(site: string, conversation: string): Whereabout {
    const page = this.#pages.get(conversation);
    return { site, conversation, online: this.#connections.has(conversation), ...(page && { page }) };
  }

  /** What another process knows of a visitor. */
  heard(process: string, { site, conversation, online, page }: Whereabout): void {
    const processes = this.#elsewhere.get(conversation) ?? new Set();
    if (online) processes.add(process);
    else processes.delete(process);
    if (processes.size > 0) this.#elsewhere.set(conversation, processes);
    else this.#elsewhere.delete(conversation);
    if (page) this.#pages.set(conversation, page);
    for (const listener of this.#listeners) listener(site, conversation, true);
  }

  /** A heartbeat tells nothing new about a visitor. */
  seen(): void {
    return;
  }

  /** Calls `then` with the conversation whose page or connection changed; `elsewhere`: another process says so. */
  onChanged(then: (site: string, conversation: string, elsewhere: boolean) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  #changed({ site, conversation }: VisitorSession): void {
    for (const listener of this.#listeners) listener(site, conversation, false);
  }
}
