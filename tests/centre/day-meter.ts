import { must } from '../../sdk/src/shared.ts';
import type { RoutingEvent } from '../../server/src/routing/routing-events.ts';
import { isHeld } from '../../server/src/routing/routing-model.ts';
import type { RoutingState } from '../../server/src/routing/routing-state.ts';
import type { CentrePlan } from './centre-plan.ts';

/** Answered within this long counts for the service level. */
export const SERVICE_LEVEL_MS = 20_000;

/** What a day came to; shares from 0 to 1, times in milliseconds. */
export interface DayFigures {
  readonly came: number;
  readonly answered: number;
  readonly abandoned: number;
  /** Wait or ring when the day ends. */
  readonly left: number;
  /** Of those who were answered or gave up, the share answered within {@link SERVICE_LEVEL_MS}. */
  readonly serviceLevel: number;
  /** Until an agent took it, of those answered. */
  readonly meanWaitMs: number;
  readonly highWaitMs: number;
  /** Of those answered, the share that waited at all. */
  readonly waitShare: number;
  /** Slots taken by active items, of the slots of those who were available, those who drained included. */
  readonly occupancy: number;
  readonly misses: number;
  /** Offers that passed somebody who stood before. */
  readonly bypasses: number;
}

/** Reads the figures of a day off the engine's events. */
export class DayMeter {
  readonly #plan: CentrePlan;
  readonly #waits: number[] = [];
  readonly #entered = new Map<string, number>();
  #answeredSoon = 0;
  #misses = 0;
  #bypasses = 0;
  #busyMs = 0;
  #staffedMs = 0;
  #active = 0;
  #slots = 0;
  #since = 0;
  readonly #available = new Set<string>();

  constructor(plan: CentrePlan) {
    this.#plan = plan;
  }

  saw(event: RoutingEvent, passed: () => number, now: number): void {
    this.#goOnTo(now);
    const { type } = event;
    if (type === 'item-enqueued') this.#entered.set(event.item, event.enqueuedAt);
    else if (type === 'item-offered') this.#bypasses += passed() > 0 ? 1 : 0;
    else if (type === 'offer-accepted') this.#answer(now - must(this.#entered.get(event.item), event.item));
    else if (type === 'item-finished') this.#active -= 1;
    else if (type === 'offer-missed') this.#misses += 1;
    else if (type === 'agent-presence') this.#staff(event.agent, event.presence === 'available');
  }

  figures(state: RoutingState, now: number): DayFigures {
    this.#goOnTo(now);
    const { enqueued, abandoned } = state.totals;
    const waits = this.#waits.toSorted((left, right) => left - right);
    const ended = waits.length + abandoned;
    const sum = waits.reduce((total, wait) => total + wait, 0);
    const active = [...state.items.values()].filter(
      (item) => isHeld(item) && item.state !== 'offered',
    ).length;
    return {
      came: enqueued,
      answered: waits.length,
      abandoned,
      left: state.items.size - active,
      serviceLevel: ended === 0 ? 1 : this.#answeredSoon / ended,
      meanWaitMs: waits.length === 0 ? 0 : sum / waits.length,
      highWaitMs: waits[Math.floor(waits.length * 0.95)] ?? 0,
      waitShare: waits.length === 0 ? 0 : waits.filter((wait) => wait > 0).length / waits.length,
      occupancy: this.#staffedMs === 0 ? 0 : this.#busyMs / this.#staffedMs,
      misses: this.#misses,
      bypasses: this.#bypasses,
    };
  }

  #answer(wait: number): void {
    this.#waits.push(wait);
    this.#active += 1;
    if (wait <= SERVICE_LEVEL_MS) this.#answeredSoon += 1;
  }

  #staff(agent: string, isAvailable: boolean): void {
    if (this.#available.has(agent) === isAvailable) return;
    const { limits } = must(
      this.#plan.agents.find(({ id }) => id === agent),
      agent,
    );
    this.#slots += isAvailable ? limits.chat : -limits.chat;
    if (isAvailable) this.#available.add(agent);
    else this.#available.delete(agent);
  }

  #goOnTo(now: number): void {
    this.#busyMs += this.#active * (now - this.#since);
    this.#staffedMs += this.#slots * (now - this.#since);
    this.#since = now;
  }
}
