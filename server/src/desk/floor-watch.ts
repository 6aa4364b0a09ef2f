import type { DeskRow } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { DeskState } from './desk-stream.ts';
import { floorRows } from './floor-rows.ts';

/** The floor of a site is put together at most this often, in milliseconds, however much happens. */
export const FLOOR_EVERY_MS = 250;

interface Kept {
  rows: DeskRow[];
  /** The desk that they were made of. */
  at: number;
  watchers: Set<string>;
  /** Something was asked for since that the rows may lack. */
  isDue: boolean;
}

/** The floors that supervisors look at, each put together once for all who look. */
export class FloorWatch {
  readonly #clock: Clock;
  readonly #tell: (site: string, agents: string[]) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #timers = new Map<string, () => void>();

  /** `tell` is called when the floor may differ from what was last answered. */
  constructor(clock: Clock, tell: (site: string, agents: string[]) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Rows that are at most {@link FLOOR_EVERY_MS} old; where that matters, the agent is told once they are made anew. */
  rows(site: string, agent: string, desk: DeskState): DeskRow[] {
    const now = this.#clock.monotonic();
    const kept = this.#kept.get(site);
    if (kept && now - kept.at < FLOOR_EVERY_MS) {
      kept.watchers.add(agent);
      this.#again(site, kept, FLOOR_EVERY_MS - (now - kept.at));
      return kept.rows;
    }
    const rows = floorRows(desk, this.#clock.now());
    this.#kept.set(site, { rows, at: now, watchers: new Set([agent]), isDue: false });
    return rows;
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#kept.clear();
  }

  #again(site: string, kept: Kept, milliseconds: number): void {
    if (kept.isDue) return;
    kept.isDue = true;
    const cancel = this.#clock.after(milliseconds, () => {
      this.#timers.delete(site);
      this.#kept.delete(site);
      this.#tell(site, [...kept.watchers]);
    });
    this.#timers.set(site, cancel);
  }
}
