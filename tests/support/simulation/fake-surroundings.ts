import type { Surroundings, SurroundingsEvent } from '../../../sdk/src/connection/surroundings.ts';

/** A page whose events the test makes. */
export class FakeSurroundings implements Surroundings {
  network = true;
  readonly #listeners = new Set<(event: SurroundingsEvent) => void>();

  /** How many watch; 0 when everything was stopped. */
  get watchers(): number {
    return this.#listeners.size;
  }

  watch(then: (event: SurroundingsEvent) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  tell(event: SurroundingsEvent): void {
    if (event === 'network') this.network = true;
    if (event === 'no-network') this.network = false;
    for (const listener of [...this.#listeners]) listener(event);
  }
}
