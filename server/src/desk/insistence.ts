import type { Clock } from '@alongside/sdk/shared';
import type { Answer } from '../events/log.ts';
import type { RoutingCommand } from '../routing/routing-commands.ts';

/** After a command could not be stored, it is tried again this much later. */
export const RETRY_MS = 1_000;

/** Where commands are decided. */
export interface Decider {
  run(site: string, command: RoutingCommand): Promise<Answer>;
}

/**
 * Gives the desk commands that nobody waits for, until they are decided: one that cannot be stored at present is
 * tried again. Of several with one subject only the newest counts, since the older ones are not true any more.
 */
export class Insistence {
  readonly #desk: Decider;
  readonly #clock: Clock;
  /** By site and subject. */
  readonly #newest = new Map<string, RoutingCommand>();
  readonly #timers = new Map<string, () => void>();
  #stopped = false;

  constructor(desk: Decider, clock: Clock) {
    this.#desk = desk;
    this.#clock = clock;
  }

  run(site: string, subject: string, command: RoutingCommand): void {
    const key = `${site} ${subject}`;
    this.#newest.set(key, command);
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    void this.#try(site, key, command);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async #try(site: string, key: string, command: RoutingCommand): Promise<void> {
    const answer = await this.#desk.run(site, command);
    if (this.#newest.get(key) !== command || this.#stopped) return;
    if (answer.ok || answer.code !== 'unavailable') {
      this.#newest.delete(key);
      return;
    }
    const cancel = this.#clock.after(RETRY_MS, () => {
      this.#timers.delete(key);
      void this.#try(site, key, command);
    });
    this.#timers.set(key, cancel);
  }
}
