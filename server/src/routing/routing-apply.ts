import { must } from '@alongside/sdk/shared';
import type { RoutingEvent, RoutingEventOf } from './routing-events.ts';
import type { Agent, NextPresence, WorkItem } from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';
import { transitionItem } from './work-item-machine.ts';

/**
 * Folds one event into the state, in place. `at` is the event's own time (never the reader's clock), so a
 * replay gives the same state on every machine and on every day.
 *
 * @throws InvariantError for an event that does not fit the state; the state is then of no use any more.
 */
export function applyRouting(state: RoutingState, event: RoutingEvent, at: number): void {
  // The time of a log never runs backwards, even where the machine's clock was put back.
  state.clock = Math.max(state.clock, at);
  switch (event.type) {
    case 'queue-configured':
      state.putQueue(event.queue, { id: event.queue, name: event.name, wrapUp: event.wrapUp });
      return;
    case 'agent-configured':
      state.putAgent(event.agent, configured(state.agents.get(event.agent), event));
      return;
    case 'agent-removed':
      state.putAgent(event.agent, undefined);
      return;
    case 'agent-presence':
    case 'agent-disconnected':
    case 'agent-reconnected':
      state.putAgent(event.agent, withPresence(agentOf(state, event.agent), event));
      return;
    case 'item-enqueued':
      enqueue(state, event, state.clock);
      return;
    case 'clock-advanced':
      return;
    case 'offer-accepted':
    case 'offer-declined':
    case 'offer-missed':
      changeItem(state, event, state.clock);
      state.putAgent(event.agent, answered(agentOf(state, event.agent), event.type, state.clock));
      return;
    case 'transfer-accepted':
      changeItem(state, event, state.clock);
      state.putAgent(event.to, answered(agentOf(state, event.to), 'offer-accepted', state.clock));
      return;
    case 'transfer-ended':
      changeItem(state, event, state.clock);
      if (event.cause === 'declined' || event.cause === 'missed') {
        const how = event.cause === 'declined' ? 'offer-declined' : 'offer-missed';
        state.putAgent(event.to, answered(agentOf(state, event.to), how, state.clock));
      }
      return;
    case 'item-assigned':
      changeItem(state, event, state.clock);
      state.putAgent(event.agent, answered(agentOf(state, event.agent), 'offer-accepted', state.clock));
      return;
    case 'transfer-offered':
    case 'consult-ended':
    case 'item-transferred':
    case 'item-offered':
    case 'offer-rescinded':
    case 'exclusions-lapsed':
    case 'item-relaxed':
    case 'item-parked':
    case 'item-resumed':
    case 'item-requeued':
    case 'item-finished':
    case 'wrap-up-ended':
    case 'item-abandoned':
      changeItem(state, event, state.clock);
      return;
  }
}

function enqueue(state: RoutingState, event: RoutingEventOf<'item-enqueued'>, at: number): void {
  const { item: id, conversation, queue, channel, boost, enqueuedAt, order, requirements } = event;
  const item: WorkItem = {
    id,
    conversation,
    queue,
    channel,
    class: event.class,
    boost,
    enqueuedAt,
    order,
    requirements,
    asked: requirements,
    steps: event.steps ?? [],
    sticky: event.sticky,
    ownerOnly: event.ownerOnly,
    exclusions: [],
    state: 'waiting',
    since: at,
  };
  state.nextOrder = order + 1;
  state.totals = { ...state.totals, enqueued: state.totals.enqueued + 1 };
  state.putItem(id, item);
}

function changeItem(state: RoutingState, event: Parameters<typeof transitionItem>[1], at: number): void {
  const next = transitionItem(must(state.items.get(event.item), `work item ${event.item}`), event, at);
  if (next.state === 'done') {
    state.totals = { ...state.totals, [next.outcome]: state.totals[next.outcome] + 1 };
  }
  state.putItem(next.id, next);
}

/** A new agent is offline: nobody gets work before they ask for it (RT9). */
function configured(before: Agent | undefined, event: RoutingEventOf<'agent-configured'>): Agent {
  return {
    presence: { kind: 'offline', reason: undefined },
    next: undefined,
    misses: 0,
    declines: 0,
    lastTaken: 0,
    ...before,
    id: event.agent,
    name: event.name,
    skills: new Map(event.skills.map(({ skill, level }) => [skill, level])),
    memberships: event.memberships,
    limits: event.limits,
  };
}

type PresenceEvent = RoutingEventOf<'agent-presence' | 'agent-disconnected' | 'agent-reconnected'>;

function withPresence(agent: Agent, event: PresenceEvent): Agent {
  const before = agent.presence.kind === 'disconnected' ? agent.presence.before : agent.presence;
  if (event.type === 'agent-reconnected') return { ...agent, presence: before };
  if (event.type === 'agent-disconnected') {
    return { ...agent, presence: { kind: 'disconnected', graceUntil: event.graceUntil, before } };
  }
  const next: NextPresence | undefined = event.next && {
    presence: event.next.presence,
    reason: event.next.reason,
  };
  const isBack = event.presence === 'available' && before.kind !== 'available';
  return {
    ...agent,
    presence: { kind: event.presence, reason: event.reason },
    next,
    misses: isBack ? 0 : agent.misses,
  };
}

function answered(
  agent: Agent,
  how: 'offer-accepted' | 'offer-declined' | 'offer-missed',
  at: number,
): Agent {
  if (how === 'offer-accepted') return { ...agent, misses: 0, lastTaken: at };
  if (how === 'offer-declined') return { ...agent, declines: agent.declines + 1 };
  return { ...agent, misses: agent.misses + 1 };
}

function agentOf(state: RoutingState, id: string): Agent {
  return must(state.agents.get(id), `agent ${id}`);
}
