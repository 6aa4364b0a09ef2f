import type { Lookups, StreamWrites } from './batch.ts';
import type { LiveStream } from './live-stream.ts';
import type { SqliteLogStore } from './sqlite-log-store.ts';

/** A browser is one device; who comes with more than these at a time is looked up again. */
const DEVICES_MAX = 8;

/**
 * What the store knows of a stream besides its events, with as few queries as one writer needs: counters of devices
 * stay in memory beside their stream. They move on with what is on disk, and go with the stream when a batch fails.
 */
export class SqliteLookups {
  readonly #rows: SqliteLogStore;
  readonly #counters = new WeakMap<LiveStream, Map<string, number>>();

  constructor(rows: SqliteLogStore) {
    this.#rows = rows;
  }

  /**
   * Unless it `looksForAll`, a command with the next counter of its device is taken for new: a repeat has a counter
   * that is used up. One id under two counters is then stopped by the key of its row.
   */
  in(live: LiveStream, looksForAll: boolean): Lookups {
    const { number } = live;
    return {
      command: (id, isNext) =>
        number === 0 || (isNext && !looksForAll) ? undefined : this.#rows.command(number, id),
      counter: (device) => this.#counter(live, device),
    };
  }

  /** What a batch wrote is on disk. */
  committed({ live, counters }: StreamWrites): void {
    for (const [device, counter] of counters) this.#keep(live, device, counter);
  }

  #counter(live: LiveStream, device: string): number {
    const known = this.#counters.get(live)?.get(device);
    if (known !== undefined) return known;
    if (live.number === 0) return 0;
    const counter = this.#rows.counter(live.number, device);
    this.#keep(live, device, counter);
    return counter;
  }

  #keep(live: LiveStream, device: string, counter: number): void {
    let counters = this.#counters.get(live);
    if (!counters) this.#counters.set(live, (counters = new Map<string, number>()));
    if (counters.size >= DEVICES_MAX && !counters.has(device)) counters.clear();
    counters.set(device, counter);
  }
}
