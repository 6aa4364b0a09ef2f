import type { Clock } from '@alongside/sdk/shared';
import type { PresenceListener, Session } from '../events/handlers.ts';
import { LeaseBook } from '../routing/lease-book.ts';
import { type Decider, Insistence } from './insistence.ts';
import type { DeskState } from './desk-stream.ts';

/** The desk as presence needs it. */
interface Desk extends Decider {
  look(site: string): Promise<DeskState | undefined>;
}

/**
 * Tells routing when an agent's console is there, and when it has been gone for the length of a lease (RT9):
 * connections come and go with tabs and reloads, what counts are signs of life.
 */
export class DeskPresence implements PresenceListener {
  readonly #desk: Desk;
  readonly #insistence: Insistence;
  readonly #clock: Clock;
  readonly #books = new Map<string, LeaseBook>();
  readonly #timers = new Map<string, () => void>();

  constructor(desk: Desk, clock: Clock) {
    this.#desk = desk;
    this.#insistence = new Insistence(desk, clock);
    this.#clock = clock;
  }

  connected(session: Session): void {
    if (session.kind !== 'agent') return;
    this.#renew(session.site, session.agent.id);
    this.#tell(session.site, { type: 'connect', agent: session.agent.id });
  }

  /** Nothing yet: the lease runs on, and a reload is back before it ends. */
  disconnected(): void {
    return;
  }

  seen(session: Session): void {
    if (session.kind === 'agent') this.#renew(session.site, session.agent.id);
  }

  /** After a start: whoever the log knows as present has one lease to come back in. */
  async expectBack(site: string): Promise<void> {
    const desk = await this.#desk.look(site);
    for (const { id, presence } of desk?.routing.agents.values() ?? []) {
      if (presence.kind !== 'offline' && presence.kind !== 'disconnected') this.#renew(site, id);
    }
  }

  stop(): void {
    this.#insistence.stop();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** Nobody waits for the answer, and an agent who is there must not stay gone because the store was away. */
  #tell(site: string, command: { type: 'connect' | 'disconnect'; agent: string }): void {
    this.#insistence.run(site, command.agent, command);
  }

  #renew(site: string, agent: string): void {
    let book = this.#books.get(site);
    if (!book) this.#books.set(site, (book = new LeaseBook()));
    book.renew(agent, this.#clock.monotonic());
    if (!this.#timers.has(site)) this.#arm(site, book);
  }

  #arm(site: string, book: LeaseBook): void {
    const due = book.nextDeadline();
    if (due === undefined) return;
    const cancel = this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => {
      this.#timers.delete(site);
      for (const agent of book.takeLost(this.#clock.monotonic())) {
        this.#tell(site, { type: 'disconnect', agent });
      }
      this.#arm(site, book);
    });
    this.#timers.set(site, cancel);
  }
}
