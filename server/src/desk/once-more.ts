import type { Clock } from '@alongside/sdk/shared';

const AGAIN_AFTER_MS = 1_000;

/**
 * Does work that nobody waits for, one subject at a time, again and again until it is done: the store may be away,
 * which is said by its health. Asking for it while it waits for its next try does it at once.
 */
export class OnceMore {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, () => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  do(subject: string, work: () => Promise<void>): void {
    this.#waiting.get(subject)?.();
    this.#waiting.delete(subject);
    if (this.#stopped) return;
    work().catch(() => {
      if (this.#stopped || this.#waiting.has(subject)) return;
      const cancel = this.#clock.after(AGAIN_AFTER_MS, () => this.do(subject, work));
      this.#waiting.set(subject, cancel);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
