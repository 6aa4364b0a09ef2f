import { type Aged, type Channel, type WaitingItem, agesFrom } from './routing-model.ts';
import { SortedList } from './sorted-list.ts';
import { WaitingClasses } from './waiting-classes.ts';

type Age = Aged & Pick<WaitingItem, 'order'>;

function byAge(left: Age, right: Age): number {
  return agesFrom(left) - agesFrom(right) || left.order - right.order;
}

/** What is derived for one queue: who waits, in order, and who could take something. */
export class QueueIndex {
  /** Agents with a membership, whatever their presence. */
  readonly members = new Set<string>();
  /** Members who take a new item of the channel just now, whatever the item. */
  readonly open: Readonly<Record<Channel, Set<string>>> = {
    chat: new Set(),
    callback: new Set(),
    call: new Set(),
  };
  /** The waiting items by what they require, in each class in the order of RT2. */
  readonly waiting: Readonly<Record<Channel, WaitingClasses>> = {
    chat: new WaitingClasses(),
    callback: new WaitingClasses(),
    call: new WaitingClasses(),
  };
  /** Items of other queues that this one helps with, likewise (RT11). */
  readonly guests: Readonly<Record<Channel, WaitingClasses>> = {
    chat: new WaitingClasses(),
    callback: new WaitingClasses(),
    call: new WaitingClasses(),
  };
  readonly #byAge = new SortedList<WaitingItem, Age>(byAge);
  readonly #guestsByAge = new SortedList<WaitingItem, Age>(byAge);
  #messages = 0;
  /** Delays of the memberships, above 0, and how many members have each. */
  readonly #delays = new Map<number, number>();

  addWaiting(item: WaitingItem): void {
    this.waiting[item.channel].add(item);
    this.#byAge.add(item);
    if (item.isMessage) this.#messages += 1;
  }

  removeWaiting(item: WaitingItem): void {
    this.waiting[item.channel].remove(item);
    this.#byAge.delete(item);
    if (item.isMessage) this.#messages -= 1;
  }

  addGuest(item: WaitingItem): void {
    this.guests[item.channel].add(item);
    this.#guestsByAge.add(item);
  }

  removeGuest(item: WaitingItem): void {
    this.guests[item.channel].remove(item);
    this.#guestsByAge.delete(item);
  }

  addDelay(delay: number): void {
    if (delay > 0) this.#delays.set(delay, (this.#delays.get(delay) ?? 0) + 1);
  }

  removeDelay(delay: number): void {
    const left = (this.#delays.get(delay) ?? 0) - 1;
    if (left > 0) this.#delays.set(delay, left);
    else this.#delays.delete(delay);
  }

  /** The item that has waited longest, whatever its class. */
  oldest(): WaitingItem | undefined {
    return this.#byAge.first();
  }

  /** How many wait, all channels together. */
  get length(): number {
    return this.#byAge.length;
  }

  /** How many visitors wait: without the messages that were left. */
  get live(): number {
    return this.#byAge.length - this.#messages;
  }

  /** The waiting items of this queue, oldest first. */
  items(): Iterable<WaitingItem> {
    return this.#byAge;
  }

  /** When, after `time`, a waiting item is next old enough for members with a delay. */
  nextJoining(time: number): number | undefined {
    let next: number | undefined;
    for (const delay of this.#delays.keys()) {
      for (const list of [this.#byAge, this.#guestsByAge]) {
        const item = firstAgedAfter(list, time - delay);
        if (item && (next === undefined || agesFrom(item) + delay < next)) next = agesFrom(item) + delay;
      }
    }
    return next;
  }

  /** The items that became old enough for some member after `from` and until `to`. */
  *joinedBetween(from: number, to: number): Generator<WaitingItem> {
    for (const delay of this.#delays.keys()) {
      for (const list of [this.#byAge, this.#guestsByAge]) {
        let item = firstAgedAfter(list, from - delay);
        while (item && agesFrom(item) + delay <= to) {
          yield item;
          item = list.after(item);
        }
      }
    }
  }
}

function firstAgedAfter(list: SortedList<WaitingItem, Age>, time: number): WaitingItem | undefined {
  // Orders are finite, so this probe comes after every item of that time.
  return list.after({ enqueuedAt: time, order: Number.MAX_VALUE });
}
