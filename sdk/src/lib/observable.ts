/** A value that can be read at any time and watched. */
export interface Observable<T> {
  readonly value: T;
  /** Calls `then` after each change; the answer stops it. */
  subscribe(then: (value: T) => void): () => void;
}

/** An {@link Observable} whose owner sets it. Setting the same value tells nobody. */
export class Cell<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(then: (value: T) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }
}
