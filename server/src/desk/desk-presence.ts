import type { Clock } from '@alongside/sdk/shared';
import type { AgentSession, PresenceListener, Session } from '../events/handlers.ts';
import type { DeskService } from './desk-service.ts';

/** RT9: how long an agent may be without a connection (a reload, a tunnel) before the desk says so. */
const LEASE_MS = 15_000;

/**
 * Tells routing when an agent's console is there and when it is gone. Connections come and go (tabs, reloads);
 * what counts is whether one is left after the lease.
 */
export class DeskPresence implements Pick<PresenceListener, 'connected' | 'disconnected'> {
  readonly #desk: DeskService;
  readonly #clock: Clock;
  readonly #connections = new Map<string, number>();
  readonly #leases = new Map<string, () => void>();

  constructor(desk: DeskService, clock: Clock) {
    this.#desk = desk;
    this.#clock = clock;
  }

  connected(session: Session): void {
    if (session.kind !== 'agent') return;
    const key = keyOf(session);
    const count = this.#connections.get(key) ?? 0;
    this.#connections.set(key, count + 1);
    this.#leases.get(key)?.();
    this.#leases.delete(key);
    if (count === 0) {
      void this.#desk.run(session.site, { type: 'connect', agent: session.agent.id });
    }
  }

  disconnected(session: Session): void {
    if (session.kind !== 'agent') return;
    const key = keyOf(session);
    const count = (this.#connections.get(key) ?? 1) - 1;
    if (count > 0) {
      this.#connections.set(key, count);
      return;
    }
    this.#connections.delete(key);
    this.#expireLater(session.site, session.agent.id, key);
  }

  /** After a start: whoever was there before has the length of a lease to come back. */
  async expectBack(site: string): Promise<void> {
    const desk = await this.#desk.look(site);
    for (const agent of desk?.routing.agents.values() ?? []) {
      const { kind } = agent.presence;
      const key = `${site} ${agent.id}`;
      if (kind === 'offline' || kind === 'disconnected' || this.#connections.has(key)) continue;
      this.#expireLater(site, agent.id, key);
    }
  }

  stop(): void {
    for (const cancel of this.#leases.values()) cancel();
    this.#leases.clear();
  }

  #expireLater(site: string, agent: string, key: string): void {
    const cancel = this.#clock.after(LEASE_MS, () => {
      this.#leases.delete(key);
      void this.#desk.run(site, { type: 'disconnect', agent });
    });
    this.#leases.set(key, cancel);
  }
}

function keyOf(session: AgentSession): string {
  return `${session.site} ${session.agent.id}`;
}
