import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import { Cell } from '../lib/observable.ts';
import type { OutboxBox } from './outbox-box.ts';
import { type OutboxStore, memoryOutboxStore } from './outbox-store.ts';

/** A store that has not answered for this long counts as denied (a browser's IndexedDB can hang for ever). */
const STORE_TIMEOUT_MS = 2_000;

/**
 * A durable store for as long as it works, then memory that starts with what was known last. The device and the
 * command ids stay the same, so that what is in both is stored by the server once.
 */
export class FailoverOutboxStore implements OutboxStore {
  readonly storage = new Cell<'opening' | 'durable' | 'memory'>('opening');
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #durable: OutboxStore | undefined;
  #memory: OutboxStore | undefined;
  #known: OutboxBox | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(durable: OutboxStore | undefined, clock: Clock, random: RandomBytes) {
    this.#durable = durable;
    this.#clock = clock;
    this.#random = random;
  }

  change<T>(change: (box: OutboxBox) => T): Promise<T> {
    // One after the other: a change must not land on disk after a failed one went to memory.
    const next = this.#last.then(() => this.#change(change));
    this.#last = next.catch(() => undefined);
    return next;
  }

  close(): void {
    void this.#last.then(() => this.#durable?.close());
  }

  async #change<T>(change: (box: OutboxBox) => T): Promise<T> {
    if (this.#durable && !this.#memory) {
      const durable = this.#durable;
      const attempt = (): Promise<[T, OutboxBox]> =>
        this.#inTime(
          durable.change((box) => {
            return [change(box), box];
          }),
        );
      try {
        // A connection that the browser ended is opened anew once.
        const [result, known] = await (this.#known ? attempt().catch(attempt) : attempt());
        this.#known = known;
        this.storage.value = 'durable';
        return result;
      } catch {
        // Denied, full or hanging: whatever the reason, the person is told and goes on without it.
      }
    }
    this.#memory ??= memoryOutboxStore(this.#random, this.#known);
    this.storage.value = 'memory';
    return this.#memory.change(change);
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#clock.after(STORE_TIMEOUT_MS, () => reject(new Error('no answer in time')));
      work.then(resolve, reject).finally(stop);
    });
  }
}
