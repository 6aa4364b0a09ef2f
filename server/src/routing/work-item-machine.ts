import { assert } from '@alongside/sdk/shared';
import type { RoutingEvent } from './routing-events.ts';
import {
  type AgentUntil,
  type OfferedItem,
  type RingingTransfer,
  type WorkItem,
  secondOf,
} from './routing-model.ts';

/** The events that move a work item from one state to another, or change it where it waits. */
export type ItemEvent = Exclude<Extract<RoutingEvent, { item: string }>, { type: 'item-enqueued' }>;

/**
 * RT1: the state after `event`. The whole table:
 *
 * | from | event | to |
 * |---|---|---|
 * | waiting | item-offered | offered |
 * | waiting | exclusions-lapsed, item-relaxed, item-held, item-helped, wait-told | waiting |
 * | waiting, parked | item-abandoned | done |
 * | offered | offer-accepted | active |
 * | offered | offer-declined, offer-missed, offer-rescinded | waiting |
 * | active | transfer-offered, transfer-accepted, transfer-ended, consult-ended | active |
 * | waiting, active, parked | item-transferred | waiting |
 * | waiting, active, parked | item-assigned | active |
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
    case 'item-held':
    case 'item-helped':
    case 'wait-told':
      return whileWaiting(item, event, at);
    case 'offer-accepted':
      expectOffer(item, event);
      return active(item, event.agent, at);
    case 'transfer-offered':
    case 'transfer-accepted':
    case 'transfer-ended':
    case 'consult-ended':
      return transitionTransfer(item, event, at);
    case 'item-transferred':
      return transferred(item, event, at);
    case 'item-assigned':
      expect(item, event, isTakenFrom(item, event.from));
      return active(item, event.agent, at);
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

type WaitingEvent = Extract<ItemEvent, { type: 'item-held' | 'item-helped' | 'wait-told' }>;

function whileWaiting(item: WorkItem, event: WaitingEvent, at: number): WorkItem {
  expect(item, event, item.state === 'waiting');
  switch (event.type) {
    case 'item-held':
      return { ...item, opensAt: event.opensAt };
    case 'item-helped':
      return { ...item, help: undefined, helper: event.queue };
    case 'wait-told':
      return { ...item, told: { at, low: event.low, high: event.high } };
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

type TransferEvent = Extract<
  ItemEvent,
  { type: 'transfer-offered' | 'transfer-accepted' | 'transfer-ended' | 'consult-ended' }
>;

/** RT13: somebody is responsible in every one of these states. */
function transitionTransfer(item: WorkItem, event: TransferEvent, at: number): WorkItem {
  const fits = item.state === 'active' && item.agent === event.agent;
  expect(item, event, fits);
  const second = secondOf(item);
  switch (event.type) {
    case 'transfer-offered': {
      expect(item, event, !second);
      const { to, offer, expiresAt, warm } = event;
      return {
        ...active(item, event.agent, at),
        second: { kind: 'ringing', agent: to, offer, expiresAt, warm },
      };
    }
    case 'transfer-accepted':
      expect(item, event, second?.kind === 'ringing' && isMeant(second, event));
      return second?.kind === 'ringing' && second.warm
        ? { ...active(item, event.agent, at), second: { kind: 'joined', agent: event.to } }
        : active(item, event.to, at);
    case 'transfer-ended':
      expect(item, event, second?.kind === 'ringing' && isMeant(second, event));
      return active(item, event.agent, at);
    case 'consult-ended':
      expect(item, event, second?.kind === 'joined' && second.agent === event.to);
      return active(item, event.outcome === 'handed-over' ? event.to : event.agent, at);
  }
}

function isMeant(second: RingingTransfer, event: { readonly offer: string; readonly to: string }): boolean {
  return second.offer === event.offer && second.agent === event.to;
}

/** Whether nobody else comes with the item, and `from` is who has it. */
function isTakenFrom(item: WorkItem, from: string | undefined): boolean {
  if (item.state === 'waiting') return from === undefined;
  return (item.state === 'active' || item.state === 'parked') && item.agent === from && !secondOf(item);
}

function transferred(item: WorkItem, event: ItemEvent & { type: 'item-transferred' }, at: number): WorkItem {
  expect(item, event, isTakenFrom(item, event.agent));
  const { queue, enqueuedAt, requirements, steps = [], exclusions } = event;
  const another = { helper: undefined, told: undefined, opensAt: undefined, help: event.help };
  const moved = { queue, enqueuedAt, requirements, asked: requirements, steps, exclusions, ...another };
  // Whom it was kept for in the old queue does not matter to the new one.
  return { ...waiting(item, at), ...moved, sticky: undefined, ownerOnly: undefined };
}

function active(item: WorkItem, agent: string, at: number) {
  return { ...factsOf(item, at), state: 'active', since: at, agent, second: undefined } as const;
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
    isMessage: item.isMessage,
    insteadOf: item.insteadOf,
    opensAt: item.opensAt,
    help: item.help,
    helper: item.helper,
    told: item.told,
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
