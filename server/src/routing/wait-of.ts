import { isClosedAt } from './enqueue-decisions.ts';
import { type WaitRange, paceKey, waitRange } from './pace.ts';
import { type Deflection, type WorkItem, agesFrom } from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';

/** How somebody waits, as they may be shown it (RT11, RT15). */
export interface Wait {
  /** 1 is who comes next. */
  readonly position: number;
  /** Seconds; undefined when nothing honest can be said. */
  readonly range: WaitRange | undefined;
  /** What they may choose instead. */
  readonly offer: readonly Deflection[];
}

const NO_OFFER: readonly Deflection[] = [];

/** `known` spares counting. Undefined for whoever does not wait: an agent has it or is just being asked, or it is a message. */
export function waitOf(
  state: RoutingState,
  item: WorkItem,
  now: number,
  known?: { readonly position: number },
): Wait | undefined {
  if (item.state !== 'waiting' || item.isMessage) return undefined;
  const position = known?.position ?? state.queueIndex(item.queue).waiting[item.channel].before(item) + 1;
  return {
    position,
    range: waitRange(state.paces.get(paceKey(item)), position, now),
    offer: offerTo(state, item, now),
  };
}

/** When the offer to an item changes by age alone; undefined when it does not. */
export function nextOffer(state: RoutingState, item: WorkItem): number | undefined {
  const limit = state.queues.get(item.queue)?.overflow?.waitMsMax;
  return limit === undefined ? undefined : agesFrom(item) + limit;
}

function offerTo(state: RoutingState, item: WorkItem, now: number): readonly Deflection[] {
  const queue = state.queues.get(item.queue);
  if (!queue) return NO_OFFER;
  if (isClosedAt(state, queue, now)) return ['message'];
  const { overflow } = queue;
  if (!overflow) return NO_OFFER;
  const { waitingMax, waitMsMax, offer } = overflow;
  const isLong =
    (waitingMax !== undefined && state.queueIndex(item.queue).live > waitingMax) ||
    (waitMsMax !== undefined && now - agesFrom(item) >= waitMsMax);
  return isLong ? offer : NO_OFFER;
}
