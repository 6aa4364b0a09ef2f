import type { TokenStore, VisitorTokens } from '../../../sdk/src/connection/token-store.ts';
import { type OutboxBox, emptyBox, readBox } from '../../../sdk/src/connection/outbox-box.ts';
import type { OutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Struck } from './struck.ts';
import type { SharedTabs } from './shared-tabs.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The storage of one browser: outlives its pages and is shared by its tabs. */
export class SharedStore {
  /** Denied from now on. */
  denied = false;
  box: unknown;
  readonly device: string;
  tokens: VisitorTokens = {};
  /** How the pages of this browser find each other, where they can. */
  tabs: SharedTabs | undefined;
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #struck: Struck;
  #nextAt = 0;

  constructor(time: VirtualTime, random: SeededRandom, struck: Struck) {
    this.#time = time;
    this.#random = random;
    this.#struck = struck;
    this.box = emptyBox(random.bytes);
    this.device = (this.box as OutboxBox).device;
  }

  /** The store as one page sees it; `alive` tells whether that page still lives. */
  page(alive: () => boolean): OutboxStore {
    return {
      change: (change) => this.#change(change, alive),
      close: () => undefined,
    };
  }

  get tokenStore(): TokenStore {
    return {
      read: () => this.tokens,
      write: (tokens) => {
        this.tokens = tokens;
      },
    };
  }

  #change<T>(change: (box: OutboxBox) => T, alive: () => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait = this.#random.integer(0, 6);
      this.#nextAt = Math.max(this.#nextAt, this.#time.now + wait);
      this.#time.after(this.#nextAt - this.#time.now, () => {
        // A page that died meanwhile may have come through to the disk, or not.
        if (!alive()) {
          this.#struck.note('client died while saving');
          if (this.#random.chance(0.5)) return;
        }
        if (this.denied) {
          reject(new Error('denied'));
          return;
        }
        // Decoding copies.
        const box = readBox(this.box, this.#random.bytes);
        const result = change(box);
        this.box = box;
        if (alive()) resolve(result);
      });
    });
  }
}
