import type { Decision } from '../events/log.ts';
import type { WaitOutcome } from '../lib/wait-metrics.ts';
import type { RoutingState } from '../routing/routing-state.ts';

const SECOND_MS = 1_000;

/** RT15: the waits that a decision ends by an agent taking the item, where an estimate had been told. */
export function waitsEndedBy(routing: RoutingState, decision: Decision, now: number): WaitOutcome[] {
  if (!('append' in decision)) return [];
  return decision.append.flatMap(({ type, body }) => {
    if (type !== 'offer-accepted') return [];
    const told = routing.items.get((body as { item: string }).item)?.told;
    return told ? [{ waited: (now - told.at) / SECOND_MS, low: told.low, high: told.high }] : [];
  });
}
