import type { Rate } from './limits.ts';

interface Bucket {
  tokens: number;
  at: number;
}

const MINUTE_MS = 60_000;

/** A rate per key. A key that has not been heard of for long enough to be full again takes no memory. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes one token; answers 0, or for how many milliseconds there is none. `now`: monotonic milliseconds. */
  take(key: string, now: number): number {
    const { burst, perMinute } = this.#rate;
    const bucket = this.#buckets.get(key);
    if (!bucket) {
      this.#buckets.set(key, { tokens: burst - 1, at: now });
      return 0;
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / MINUTE_MS);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * MINUTE_MS) / perMinute);
    bucket.tokens -= 1;
    return 0;
  }

  /** Forgets the keys that are full again. */
  sweep(now: number): void {
    const { burst, perMinute } = this.#rate;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.tokens + ((now - bucket.at) * perMinute) / MINUTE_MS >= burst) this.#buckets.delete(key);
    }
  }

  get size(): number {
    return this.#buckets.size;
  }
}
