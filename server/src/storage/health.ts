import type { Clock } from '@alongside/sdk/shared';
import { type Report, oneLine } from '../lib/report.ts';

/** How soon a store in trouble is tried again; each attempt costs a reopening. */
const RECOVER_FIRST_MS = 100;
const RECOVER_MAX_MS = 2_000;

/**
 * Whether the store takes writes (DL15). Once a write has failed for a reason of the store, nothing more is written
 * until `recover` has succeeded; it is tried again and again, so that no restart is needed.
 */
export class StoreHealth {
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #recover: () => Promise<void>;
  readonly #listeners = new Set<(healthy: boolean) => void>();
  #healthy = true;
  #closed = false;
  #cancel: (() => void) | undefined;

  constructor(options: { clock: Clock; report: Report; recover: () => Promise<void> }) {
    this.#clock = options.clock;
    this.#report = options.report;
    this.#recover = options.recover;
  }

  get healthy(): boolean {
    return this.#healthy;
  }

  /** Called when the store stops or starts to take writes. */
  onChanged(then: (healthy: boolean) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  /** A write failed for a reason of the store. */
  failed(error: unknown): void {
    if (!this.#healthy || this.#closed) return;
    this.#report('store-trouble', { error: oneLine(error) });
    this.#set(false);
    this.#tryLater(RECOVER_FIRST_MS);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #tryLater(delay: number): void {
    if (this.#closed) return;
    this.#cancel = this.#clock.after(delay, () => {
      void this.#recover().then(
        () => {
          if (this.#closed) return;
          this.#report('store-recovered', {});
          this.#set(true);
        },
        () => {
          this.#tryLater(Math.min(delay * 2, RECOVER_MAX_MS));
        },
      );
    });
  }

  #set(healthy: boolean): void {
    this.#healthy = healthy;
    for (const listener of [...this.#listeners]) listener(healthy);
  }
}
