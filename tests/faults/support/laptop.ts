import { type Clock, systemClock } from '../../../sdk/src/lib/clock.ts';
import type { Surroundings, SurroundingsEvent } from '../../../sdk/src/connection/surroundings.ts';

/**
 * The machine of a client: it can be put to sleep, and can change its network. While it sleeps no timer fires and
 * its monotonic clock stands still, as CLOCK_MONOTONIC does on Linux; a timer that came due meanwhile fires when it
 * wakes. What arrives from the network is the proxy's affair.
 */
export class Laptop {
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly #watchers = new Set<(event: SurroundingsEvent) => void>();
  #asleepSince: number | undefined;
  #sleptMs = 0;
  #overdue: (() => void)[] = [];
  #network = true;

  constructor() {
    const laptop = { network: (): boolean => this.#network };
    this.clock = {
      now: () => systemClock.now(),
      monotonic: () => (this.#asleepSince ?? systemClock.monotonic()) - this.#sleptMs,
      after: (milliseconds, then) => this.#after(milliseconds, then),
    };
    this.surroundings = {
      get network() {
        return laptop.network();
      },
      watch: (then) => {
        this.#watchers.add(then);
        return () => this.#watchers.delete(then);
      },
    };
  }

  sleep(): void {
    this.#asleepSince = systemClock.monotonic();
  }

  /** Answers how many milliseconds it slept. The page is seen again. */
  wake(): number {
    const slept = systemClock.monotonic() - (this.#asleepSince ?? systemClock.monotonic());
    this.#sleptMs += slept;
    this.#asleepSince = undefined;
    const overdue = this.#overdue;
    this.#overdue = [];
    for (const then of overdue) then();
    this.#tell('shown');
    return slept;
  }

  /** The browser says that there is a network, or none. */
  set network(on: boolean) {
    this.#network = on;
    this.#tell(on ? 'network' : 'no-network');
  }

  #after(milliseconds: number, then: () => void): () => void {
    let cancelled = false;
    const fire = (): void => {
      if (cancelled) return;
      if (this.#asleepSince === undefined) then();
      else this.#overdue.push(fire);
    };
    const cancel = systemClock.after(milliseconds, fire);
    return () => {
      cancelled = true;
      cancel();
    };
  }

  #tell(event: SurroundingsEvent): void {
    for (const then of [...this.#watchers]) then(event);
  }
}
