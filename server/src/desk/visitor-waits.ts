import type { OwnWait } from '@alongside/sdk/protocol';
import { PACE_LASTS_MS } from '../routing/routing-limits.ts';
import { type WorkItem, compareOrder } from '../routing/routing-model.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { nextOffer, waitOf } from '../routing/wait-of.ts';

/** How each conversation of a site waits, as its visitor is shown it (RT11, RT15). */
export function waitsOf(routing: RoutingState, now: number): Map<string, OwnWait> {
  const waits = new Map<string, OwnWait>();
  const queued = new Map<string, WorkItem[]>();
  for (const item of routing.items.values()) {
    if (item.state !== 'waiting' && item.state !== 'offered') continue;
    if (item.isMessage) waits.set(item.conversation, { left: true });
    else if (item.state === 'offered') waits.set(item.conversation, { position: 1 });
    if (item.state === 'waiting') {
      const key = `${item.queue} ${item.channel}`;
      const list = queued.get(key);
      if (list) list.push(item);
      else queued.set(key, [item]);
    }
  }
  for (const items of queued.values()) {
    for (const [index, item] of items.sort(compareOrder).entries()) {
      const wait = waitOf(routing, item, now, { position: index + 1 });
      if (!wait) continue;
      const { position, range, offer } = wait;
      waits.set(item.conversation, {
        position,
        ...range,
        ...(offer.includes('message') && { mayLeave: true }),
      });
    }
  }
  return waits;
}

/** When a wait is shown in another way though nothing happened; undefined when it is not. */
export function nextWaitChange(routing: RoutingState, now: number): number | undefined {
  const times = [...routing.paces.values()].map(({ lastAt }) => lastAt + PACE_LASTS_MS + 1);
  for (const item of routing.items.values()) {
    if (item.state === 'waiting' && !item.isMessage) times.push(nextOffer(routing, item) ?? 0);
  }
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? undefined : ahead.reduce((first, time) => Math.min(first, time));
}
