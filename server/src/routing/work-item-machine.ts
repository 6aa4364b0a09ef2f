import { assert } from '@alongside/sdk/shared';
import type { RoutingEvent } from './routing-events.ts';
import type { AgentUntil, OfferedItem, WorkItem } from './routing-model.ts';

/** The events that move a work item from one state to another, or change it where it waits. */
export type ItemEvent = Exclude<Extract<RoutingEvent, { item: string }>, { type: 'item-enqueued' }>;

/**
 * RT1: the state after `event`. The whole table:
 *
 * | from | event | to |
 * |---|---|---|
 * | waiting | item-offered | offered |
 * | waiting | exclusions-lapsed, item-relaxed | waiting |
 * | waiting, parked | item-abandoned | done |
 * | offered | offer-accepted | active |
 * | offered | offer-declined, offer-missed, offer-rescinded | waiting |
 * | active | item-finished | wrap-up, or done without one |
 * | active | item-parked | parked |
 * | active | item-requeued | waiting |
 * | parked | item-resumed | waiting |
 * | parked | item-finished | done |
 * | wrap-up | wrap-up-ended | done |
 *
 * An offered item that is abandoned goes by `offer-rescinded`, so that every offer ends by an event of its own.
 *
 * @throws InvariantError for an event that its state does not know: the log is not one that the engine wrote.
 */
export function transitionItem(item: WorkItem, event: ItemEvent, at: number): WorkItem {
  switch (event.type) {
    case 'item-offered': {
      expect(item, event, item.state === 'waiting');
      const { offer, agent, expiresAt } = event;
      return { ...factsOf(item, at), state: 'offered', since: at, offer, agent, expiresAt };
    }
    case 'exclusions-lapsed':
      expect(item, event, item.state === 'waiting');
      return { ...item, exclusions: [] };
    case 'item-relaxed':
      expect(item, event, item.state === 'waiting' && event.taken <= item.steps.length);
      return { ...item, requirements: event.requirements, steps: item.steps.slice(event.taken) };
    case 'offer-accepted':
      expectOffer(item, event);
      return { ...factsOf(item, at), state: 'active', since: at, agent: event.agent };
    case 'offer-declined':
    case 'offer-missed':
      expectOffer(item, event);
      return excluded(waiting(item, at), { agent: event.agent, until: event.excludedUntil });
    case 'offer-rescinded':
      expectOffer(item, event);
      return waiting(item, at);
    case 'item-parked':
      expect(item, event, item.state === 'active' && item.agent === event.agent);
      return { ...factsOf(item, at), state: 'parked', since: at, agent: event.agent };
    case 'item-resumed':
      expect(item, event, item.state === 'parked');
      return { ...waiting(item, at), enqueuedAt: event.enqueuedAt, sticky: event.sticky };
    case 'item-requeued':
      expect(item, event, item.state === 'active' && item.agent === event.agent);
      return { ...waiting(item, at), boost: event.boost, sticky: event.sticky };
    case 'item-finished':
      return finished(item, event, at);
    case 'wrap-up-ended':
      expect(item, event, item.state === 'wrap-up' && item.agent === event.agent);
      return { ...factsOf(item, at), state: 'done', since: at, outcome: 'answered' };
    case 'item-abandoned':
      expect(item, event, item.state === 'waiting' || item.state === 'parked');
      return { ...factsOf(item, at), state: 'done', since: at, outcome: event.outcome };
  }
}

function finished(item: WorkItem, event: ItemEvent & { type: 'item-finished' }, at: number): WorkItem {
  const { agent, code, wrapUpUntil: endsAt } = event;
  expect(item, event, (item.state === 'active' || item.state === 'parked') && item.agent === agent);
  const facts = factsOf(item, at);
  return endsAt === undefined
    ? { ...facts, state: 'done', since: at, outcome: 'answered' }
    : { ...facts, state: 'wrap-up', since: at, agent, endsAt, code };
}

function waiting(item: WorkItem, at: number) {
  return { ...factsOf(item, at), state: 'waiting', since: at } as const;
}

/** The facts alone, so that no state carries another's data; exclusions that are over are dropped on the way. */
function factsOf(item: WorkItem, at: number) {
  const exclusions =
    item.exclusions.length === 0 ? item.exclusions : item.exclusions.filter((each) => at < each.until);
  return {
    id: item.id,
    conversation: item.conversation,
    queue: item.queue,
    channel: item.channel,
    class: item.class,
    boost: item.boost,
    enqueuedAt: item.enqueuedAt,
    order: item.order,
    requirements: item.requirements,
    asked: item.asked,
    steps: item.steps,
    sticky: item.sticky,
    ownerOnly: item.ownerOnly,
    exclusions,
  };
}

function excluded<T extends WorkItem>(item: T, exclusion: AgentUntil): T {
  const others = item.exclusions.filter((each) => each.agent !== exclusion.agent);
  return { ...item, exclusions: [...others, exclusion] };
}

function expectOffer(
  item: WorkItem,
  event: Extract<ItemEvent, { offer: string }>,
): asserts item is OfferedItem {
  const fits = item.state === 'offered' && item.offer === event.offer && item.agent === event.agent;
  expect(item, event, fits);
}

function expect(item: WorkItem, event: ItemEvent, fits: boolean): void {
  assert(fits, `${event.type} does not fit work item ${item.id}, which is ${item.state}`);
}
