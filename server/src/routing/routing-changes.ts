import type { OpeningHours } from './hours.ts';
import type { Agent, Pace, Queue, SiteRouting, Totals, WorkItem } from './routing-model.ts';

/** What can be put back: the part of the routing state that changes. */
export interface Restorable {
  clock: number;
  nextOrder: number;
  totals: Totals;
  site: SiteRouting;
  putItem(id: string, next: WorkItem | undefined): void;
  putAgent(id: string, next: Agent | undefined): void;
  putQueue(id: string, next: Queue | undefined): void;
  putHours(id: string, next: OpeningHours | undefined): void;
  putPace(id: string, next: Pace | undefined): void;
}

type Before =
  | { readonly of: 'item'; readonly id: string; readonly before: WorkItem | undefined }
  | { readonly of: 'agent'; readonly id: string; readonly before: Agent | undefined }
  | { readonly of: 'queue'; readonly id: string; readonly before: Queue | undefined }
  | { readonly of: 'hours'; readonly id: string; readonly before: OpeningHours | undefined }
  | { readonly of: 'pace'; readonly id: string; readonly before: Pace | undefined };

/** What one decision changed: what to put back, and what the matcher must look at again. */
export class Changes {
  /** Waiting items that may suit somebody whom they did not suit before. */
  readonly items = new Set<string>();
  /** Agents who may take something that they could not take before. */
  readonly agents = new Set<string>();
  /** Agents who may be on duty no more, or suit less than before (RT11). */
  readonly staff = new Set<string>();
  readonly #before: Before[] = [];
  readonly #clock: number;
  readonly #nextOrder: number;
  readonly #totals: Totals;
  readonly #site: SiteRouting;

  constructor(state: Restorable) {
    this.#clock = state.clock;
    this.#nextOrder = state.nextOrder;
    this.#totals = state.totals;
    this.#site = state.site;
  }

  /** Called before each change, with the value that is about to go. */
  keep(before: Before): void {
    this.#before.push(before);
  }

  putBack(state: Restorable): void {
    for (const each of this.#before.reverse()) {
      if (each.of === 'item') state.putItem(each.id, each.before);
      else if (each.of === 'agent') state.putAgent(each.id, each.before);
      else if (each.of === 'queue') state.putQueue(each.id, each.before);
      else if (each.of === 'hours') state.putHours(each.id, each.before);
      else state.putPace(each.id, each.before);
    }
    state.clock = this.#clock;
    state.nextOrder = this.#nextOrder;
    state.totals = this.#totals;
    state.site = this.#site;
  }
}
