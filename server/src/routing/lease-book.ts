import { LEASE_MS } from './routing-limits.ts';

/**
 * RT9: who gave a sign of life, and when. Kept beside the log, not in it: a heartbeat every few seconds from
 * every agent is a signal, and only that a lease was *lost* is a fact (the command `disconnect`).
 *
 * After a start, {@link renew} everyone whom the log knows as present: they get one lease to come back in.
 * A closed socket is no reason to act at once; a reload is back long before the lease runs out.
 */
export class LeaseBook {
  readonly #leaseMs: number;
  /** By agent; renewed ones move to the end, so the first entry is the one that runs out first. */
  readonly #until = new Map<string, number>();

  constructor(leaseMs: number = LEASE_MS) {
    this.#leaseMs = leaseMs;
  }

  /** A heartbeat, a command, or a new connection of the agent. `now` must not run backwards. */
  renew(agent: string, now: number): void {
    this.#until.delete(agent);
    this.#until.set(agent, now + this.#leaseMs);
  }

  /** The agent left on purpose: nothing runs out any more. */
  drop(agent: string): void {
    this.#until.delete(agent);
  }

  /** Takes out the agents whose lease has run out; for each a `disconnect` is due. */
  takeLost(now: number): string[] {
    const lost: string[] = [];
    for (const [agent, until] of this.#until) {
      if (until > now) break;
      lost.push(agent);
      this.#until.delete(agent);
    }
    return lost;
  }

  /** When the next lease runs out. */
  nextDeadline(): number | undefined {
    for (const until of this.#until.values()) return until;
    return undefined;
  }
}
