import type { Clock } from '@alongside/sdk/shared';
import type { Bus, BusHealth } from '../bus/bus.ts';
import { type Report, oneLine } from '../lib/report.ts';

/** What a bus that works may have lost is asked for this often; without one, what it would have told. */
const LOOK_SELDOM_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 2_000;
/** Clocks of the machines may differ by so much, and a commit may take so long. */
const OVERLAP_MS = 60_000;

export interface Revocation {
  /** Session of an agent or a visitor. */
  id: string;
  /** Milliseconds, by the clock of the process that revoked it. */
  at: number;
}

export interface RevocationWatchOptions {
  clock: Clock;
  bus: Bus;
  health: BusHealth | undefined;
  report: Report;
  /** Sessions that were revoked since a time, from the store. */
  since: (time: number) => Promise<Revocation[]>;
}

/**
 * Ends here what was revoked on another process, also when the bus does not say so: asks the store for it, and says
 * it to the connections of this process.
 */
export class RevocationWatch {
  readonly #options: RevocationWatchOptions;
  /** Told already, with the time of the revocation. */
  readonly #told = new Map<string, number>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: RevocationWatchOptions) {
    this.#options = options;
    this.#later();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #later(): void {
    if (this.#stopped) return;
    const { clock, health } = this.#options;
    const works = health !== undefined && health.trouble === undefined;
    this.#cancel = clock.after(works ? LOOK_SELDOM_EVERY_MS : LOOK_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { clock, bus, report, since } = this.#options;
    const from = clock.now() - LOOK_SELDOM_EVERY_MS - OVERLAP_MS;
    try {
      for (const { id, at } of await since(from)) {
        if (this.#told.has(id)) continue;
        this.#told.set(id, at);
        bus.publish('revoked', id, { reason: 'revoked-elsewhere' });
      }
      for (const [id, at] of this.#told) if (at < from) this.#told.delete(id);
    } catch (error) {
      report('revocations-not-read', { error: oneLine(error) });
    } finally {
      this.#later();
    }
  }
}
