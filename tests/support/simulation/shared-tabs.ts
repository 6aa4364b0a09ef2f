import { TabGroup } from '../../../sdk/src/connection/tab-group.ts';
import type { TabChannel, TabLocks, TabPorts } from '../../../sdk/src/connection/tabs.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Struck } from './struck.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Longest time until a lock is granted or a message is there. */
const SLOWEST_MS = 5;

/** One page, as far as the browser around it is concerned. */
export interface TabPage {
  readonly alive: boolean;
  readonly frozen: boolean;
  /** Runs now, or once the page is no longer frozen; never where it is dead. */
  gate(then: () => void): void;
}

/** What can be wrong with a browser, to see that it is noticed. */
export interface TabDefects {
  /** Every page is granted the lock. */
  lockIsShared?: boolean;
  /** Pages do not learn that another one has saved something. */
  losesSaved?: boolean;
  /** Nobody is told of what the leader receives. */
  losesDown?: boolean;
}

interface Claim {
  page: TabPage;
  granted: (lock: unknown) => unknown;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

interface Ear {
  page: TabPage;
  channel: TabChannel;
  nextAt: number;
}

/** Web Locks and BroadcastChannel of one browser, for the one name that its pages use (W3C Web Locks, section 4). */
export class SharedTabs {
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #struck: Struck;
  readonly #defects: TabDefects;
  #held: Claim | undefined;
  #waiting: Claim[] = [];
  readonly #ears = new Set<Ear>();

  constructor(time: VirtualTime, random: SeededRandom, struck: Struck, defects: TabDefects) {
    this.#time = time;
    this.#random = random;
    this.#struck = struck;
    this.#defects = defects;
  }

  ports(page: TabPage): TabPorts {
    return {
      locks: this.#locks(page),
      channel: () => this.#channel(page),
      group: () => Promise.resolve({ TabGroup }),
    };
  }

  /** The page that holds the lock. */
  get leader(): TabPage | undefined {
    return this.#held?.page;
  }

  /** A browser ends what a dead page held. */
  died(page: TabPage): void {
    if (this.#held?.page === page) {
      this.#held = undefined;
      if (this.#ears.size > 1) this.#struck.note('leading page died');
    }
    this.#waiting = this.#waiting.filter((claim) => claim.page !== page);
    for (const ear of this.#ears) if (ear.page === page) this.#ears.delete(ear);
    this.#next();
  }

  #locks(page: TabPage): TabLocks {
    return {
      request: (_name, { ifAvailable, steal, signal }, granted) =>
        new Promise((resolve, reject) => {
          const claim: Claim = { page, granted, resolve, reject };
          signal?.addEventListener('abort', () => {
            if (!this.#waiting.includes(claim)) return;
            this.#waiting = this.#waiting.filter((each) => each !== claim);
            reject(new DOMException('given up', 'AbortError'));
          });
          this.#time.after(this.#random.integer(0, SLOWEST_MS), () => {
            if (!page.alive || signal?.aborted === true) return;
            if (this.#defects.lockIsShared) page.gate(() => void granted({}));
            else if (steal) this.#steal(claim);
            else if (!this.#held) this.#grant(claim);
            else if (ifAvailable) page.gate(() => resolve(granted(null)));
            else this.#waiting.push(claim);
          });
        }),
    };
  }

  #steal(claim: Claim): void {
    const broken = this.#held;
    if (broken) {
      this.#struck.note(broken.page.frozen ? 'frozen page was overtaken' : 'leading page was overtaken');
      broken.page.gate(() => broken.reject(new DOMException('stolen', 'AbortError')));
    }
    this.#grant(claim);
  }

  #grant(claim: Claim): void {
    this.#held = claim;
    claim.page.gate(() => {
      void Promise.resolve(claim.granted({})).then((result) => {
        if (this.#held !== claim) return;
        this.#held = undefined;
        claim.resolve(result);
        this.#next();
      });
    });
  }

  #next(): void {
    if (this.#held) return;
    const claim = this.#waiting.shift();
    if (claim) this.#grant(claim);
  }

  #channel(page: TabPage): TabChannel {
    const channel: TabChannel = {
      onmessage: null,
      postMessage: (message) => this.#post(ear, message),
      close: () => this.#ears.delete(ear),
    };
    const ear: Ear = { page, channel, nextAt: 0 };
    this.#ears.add(ear);
    return channel;
  }

  #post(from: Ear, message: unknown): void {
    if (!this.#ears.has(from)) throw new DOMException('closed', 'InvalidStateError');
    const { type } = message as { type: string };
    if (type === 'saved' && this.#defects.losesSaved) return;
    if (type === 'down' && this.#defects.losesDown) return;
    for (const ear of this.#ears) {
      if (ear === from) continue;
      const data = structuredClone(message);
      ear.nextAt = Math.max(ear.nextAt, this.#time.now + this.#random.integer(0, SLOWEST_MS));
      this.#time.after(ear.nextAt - this.#time.now, () => {
        ear.page.gate(() => {
          if (this.#ears.has(ear)) ear.channel.onmessage?.({ data });
        });
      });
    }
  }
}
