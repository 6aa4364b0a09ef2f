import type { Clock } from '@alongside/sdk/shared';
import type { PresenceListener, Session } from '../events/handlers.ts';
import { randomFraction } from '../lib/random-fraction.ts';
import { type Report, oneLine } from '../lib/report.ts';
import { LEASE_MS } from '../routing/routing-limits.ts';
import type { AgentLeasesStore, SiteAgent } from './agent-leases-store.ts';
import type { DeskService } from './desk-service.ts';

/** Two renewals may fail before a lease that is in use runs out. */
const RENEW_EVERY_MS = LEASE_MS / 3;

/**
 * Tells routing which agents are there where an agent may be connected to any of several processes (RT9). Each
 * process keeps leases in the store for the agents that gave it a sign of life. Every process looks for leases that
 * ran out, whoever's they were: an agent whom no process has any more is disconnected, so one who has two sockets on
 * two processes stays until both are gone, and a process that was killed gives its agents up.
 */
export class SharedPresence implements PresenceListener {
  readonly #process: string;
  readonly #desk: DeskService;
  readonly #leases: AgentLeasesStore;
  readonly #clock: Clock;
  readonly #report: Report;
  /** Agents with a sign of life here, and until when it counts; monotonic milliseconds. */
  readonly #here = new Map<string, SiteAgent & { until: number }>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: {
    process: string;
    desk: DeskService;
    leases: AgentLeasesStore;
    clock: Clock;
    report: Report;
  }) {
    this.#process = options.process;
    this.#desk = options.desk;
    this.#leases = options.leases;
    this.#clock = options.clock;
    this.#report = options.report;
    this.#later();
  }

  connected(session: Session): void {
    if (session.kind !== 'agent') return;
    const who = { site: session.site, agent: session.agent.id };
    this.seen(session);
    void this.#trying(async () => {
      // The lease first: nobody may take the agent for gone once the desk knows of the connection.
      await this.#leases.renew(this.#process, [{ ...who, lastsMs: LEASE_MS }]);
      await this.#desk.run(who.site, { type: 'connect', agent: who.agent });
    });
  }

  /** Nothing yet: the lease runs on, and a reload is back before it ends. */
  disconnected(): void {
    return;
  }

  seen(session: Session): void {
    if (session.kind !== 'agent') return;
    const who = { site: session.site, agent: session.agent.id };
    this.#here.set(`${who.site} ${who.agent}`, { ...who, until: this.#clock.monotonic() + LEASE_MS });
  }

  /** After a start: whom the log knows as present, and no process has, gets one lease to come back in. */
  async expectBack(site: string): Promise<void> {
    const desk = await this.#desk.look(site);
    const present = [...(desk?.routing.agents.values() ?? [])].filter(
      ({ presence }) => presence.kind !== 'offline' && presence.kind !== 'disconnected',
    );
    await this.#leases.expectBack(
      present.map(({ id }) => ({ site, agent: id })),
      LEASE_MS,
    );
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #later(): void {
    if (this.#stopped) return;
    // With jitter, so that processes that started together do not all look at once.
    const wait = RENEW_EVERY_MS * (0.8 + randomFraction() / 5);
    this.#cancel = this.#clock.after(wait, () => {
      void this.#trying(() => this.#round()).then(() => this.#later());
    });
  }

  async #round(): Promise<void> {
    const now = this.#clock.monotonic();
    for (const [key, { until }] of this.#here) if (until <= now) this.#here.delete(key);
    const here = [...this.#here.values()];
    await this.#leases.renew(
      this.#process,
      here.map(({ site, agent, until }) => ({ site, agent, lastsMs: until - now })),
    );
    for (const lease of await this.#leases.expired()) {
      if (!(await this.#leases.isHeld(lease))) {
        const answer = await this.#desk.run(lease.site, { type: 'disconnect', agent: lease.agent });
        if (!answer.ok && answer.code === 'unavailable') return;
      }
      await this.#leases.remove(lease);
    }
    await this.#contradict(here);
  }

  /** Whoever was taken for gone and has a connection here is there: a process was slow, or the store away. */
  async #contradict(here: readonly SiteAgent[]): Promise<void> {
    for (const site of new Set(here.map((each) => each.site))) {
      const desk = await this.#desk.look(site);
      for (const { agent } of here.filter((each) => each.site === site)) {
        if (desk?.routing.agents.get(agent)?.presence.kind !== 'disconnected') continue;
        await this.#desk.run(site, { type: 'connect', agent });
      }
    }
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The next round does what is left.
      this.#report('presence-not-kept', { error: oneLine(error) });
    }
  }
}
