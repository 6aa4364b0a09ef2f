import { type Requirement, type WaitingItem, type WorkItem, compareOrder } from './routing-model.ts';
import { SortedList } from './sorted-list.ts';

/** Items that require the same of an agent, in the order of RT2. */
export interface WaitingClass {
  readonly requirements: readonly Requirement[];
  readonly items: SortedList<WaitingItem, WorkItem>;
}

/**
 * Waiting items by what they require. An agent who became free is compared with the classes, of which a centre
 * has tens, and not with each item that they lack a skill for, of which there may be thousands.
 */
export class WaitingClasses {
  readonly #byKey = new Map<string, WaitingClass>();

  add(item: WaitingItem): void {
    const key = keyOf(item.requirements);
    let found = this.#byKey.get(key);
    if (!found) {
      found = { requirements: item.requirements, items: new SortedList<WaitingItem, WorkItem>(compareOrder) };
      this.#byKey.set(key, found);
    }
    found.items.add(item);
  }

  remove(item: WaitingItem): void {
    const key = keyOf(item.requirements);
    const found = this.#byKey.get(key);
    if (found?.items.delete(item) && found.items.length === 0) this.#byKey.delete(key);
  }

  /** None of them is empty. */
  [Symbol.iterator](): Iterator<WaitingClass> {
    return this.#byKey.values();
  }

  /** How many items stand before this one, which need not wait, whatever they require. */
  before(item: WorkItem): number {
    let count = 0;
    for (const { items } of this.#byKey.values()) count += items.countBefore(item);
    return count;
  }
}

/** Equal for requirements that differ in their order only. A skill's name may hold any character. */
function keyOf(requirements: readonly Requirement[]): string {
  const [only] = requirements;
  if (!only) return '';
  if (requirements.length === 1) return `${only.level}${only.skill}`;
  const parts = requirements.map(({ skill, level }) => `${level}${skill}`).sort();
  return JSON.stringify(parts);
}
