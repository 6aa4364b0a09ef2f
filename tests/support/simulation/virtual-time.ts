import type { Clock } from '../../../sdk/src/lib/clock.ts';

interface Event {
  at: number;
  order: number;
  run: (() => void) | undefined;
}

/** 1 January 2026, so that a client's clock shows something plausible. */
const WALL_CLOCK_START = 1_767_225_600_000;

/**
 * The time of a simulated world: events run one after the other, and all promises that one has resolved are
 * worked off before the next.
 */
export class VirtualTime {
  /** Milliseconds since the world began. */
  now = 0;
  #order = 0;
  readonly #heap: Event[] = [];

  /** Runs `then` in `milliseconds`; events of the same time keep their order. */
  after(milliseconds: number, then: () => void): () => void {
    const event: Event = { at: this.now + Math.max(0, milliseconds), order: this.#order++, run: then };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Runs all that is due in the next `milliseconds`. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    await settled();
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      if (!next.run) continue;
      this.now = next.at;
      next.run();
      await settled();
    }
    this.now = until;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!earlier(event, heap[parent])) break;
      heap[index] = heap[parent] as Event;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (earlier(heap[child + 1], heap[child])) child++;
      if (!earlier(heap[child], last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
  }
}

function earlier(one: Event | undefined, other: Event | undefined): boolean {
  if (!one || !other) return false;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** All microtasks are done. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** The clock of one machine: its wall clock may be wrong and jump, and its timers end when it does. */
export class MachineClock implements Clock {
  /** How far the wall clock is off, in milliseconds. */
  offset = 0;
  /** Holds back what is due while the machine sleeps. */
  gate: (then: () => void) => void = (then) => then();
  #running = true;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  now(): number {
    return WALL_CLOCK_START + this.#time.now + this.offset;
  }

  monotonic(): number {
    return this.#time.now;
  }

  after(milliseconds: number, then: () => void): () => void {
    return this.#time.after(milliseconds, () => {
      this.gate(() => {
        if (this.#running) then();
      });
    });
  }

  /** Nothing that was planned happens any more. */
  stop(): void {
    this.#running = false;
  }
}
