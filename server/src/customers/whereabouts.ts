import { LRUCache } from 'lru-cache';
import type { Page } from '@alongside/sdk/protocol';
import type { PresenceListener, Session, VisitorSession } from '../events/handlers.ts';

/** Conversations whose page is remembered; an older one is forgotten, which only leaves a line blank. */
const PAGES_MAX = 50_000;

/**
 * Where visitors are just now: the page they last told (masked) and whether they have a connection. Live only:
 * never stored, lost with the process, told again at each hello.
 */
export class Whereabouts implements PresenceListener {
  readonly #pages = new LRUCache<string, Page>({ max: PAGES_MAX });
  readonly #connections = new Map<string, number>();
  readonly #listeners = new Set<(site: string, conversation: string) => void>();

  pageOf(conversation: string): Page | undefined {
    return this.#pages.get(conversation);
  }

  isOnline(conversation: string): boolean {
    return this.#connections.has(conversation);
  }

  moved(session: VisitorSession, page: Page): void {
    this.#pages.set(session.conversation, page);
    this.#changed(session);
  }

  connected(session: Session): void {
    if (session.kind !== 'visitor') return;
    const count = this.#connections.get(session.conversation) ?? 0;
    this.#connections.set(session.conversation, count + 1);
    if (count === 0) this.#changed(session);
  }

  disconnected(session: Session): void {
    if (session.kind !== 'visitor') return;
    const count = this.#connections.get(session.conversation) ?? 0;
    if (count > 1) {
      this.#connections.set(session.conversation, count - 1);
      return;
    }
    this.#connections.delete(session.conversation);
    this.#changed(session);
  }

  /** A heartbeat tells nothing new about a visitor. */
  seen(): void {
    return;
  }

  /** Calls `then` with the conversation whose page or connection changed. */
  onChanged(then: (site: string, conversation: string) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  #changed({ site, conversation }: VisitorSession): void {
    for (const listener of this.#listeners) listener(site, conversation);
  }
}
