import { must } from '@alongside/sdk/shared';
import { paceAfter, paceKey } from './pace.ts';
import type { RoutingEvent, RoutingEventOf } from './routing-events.ts';
import type { Agent, NextPresence, Queue, WorkItem } from './routing-model.ts';
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
    case 'clock-advanced':
      return;
    case 'queue-configured':
    case 'queue-removed':
    case 'hours-configured':
    case 'hours-removed':
    case 'site-configured':
      applySettings(state, event);
      return;
    case 'agent-configured':
    case 'agent-removed':
    case 'agent-presence':
    case 'agent-disconnected':
    case 'agent-reconnected':
      state.putAgent(event.agent, agentAfter(state, event));
      return;
    case 'item-enqueued':
      enqueue(state, event, state.clock);
      return;
    case 'offer-accepted':
    case 'offer-declined':
    case 'offer-missed':
      if (event.type === 'offer-accepted') notePace(state, event.item);
      changeItem(state, event, state.clock);
      state.putAgent(event.agent, answered(agentOf(state, event.agent), event.type, state.clock));
      return;
    case 'transfer-accepted':
    case 'item-assigned': {
      const taker = event.type === 'item-assigned' ? event.agent : event.to;
      changeItem(state, event, state.clock);
      state.putAgent(taker, answered(agentOf(state, taker), 'offer-accepted', state.clock));
      return;
    }
    case 'transfer-ended':
      changeItem(state, event, state.clock);
      noteRefusal(state, event);
      return;
    case 'transfer-offered':
    case 'consult-ended':
    case 'item-transferred':
    case 'item-offered':
    case 'offer-rescinded':
    case 'exclusions-lapsed':
    case 'item-relaxed':
    case 'item-held':
    case 'item-helped':
    case 'wait-told':
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
    isMessage: event.message ?? false,
    insteadOf: event.insteadOf,
    opensAt: event.opensAt,
    help: event.help,
    helper: undefined,
    told: undefined,
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

function noteRefusal(state: RoutingState, { to, cause }: RoutingEventOf<'transfer-ended'>): void {
  if (cause !== 'declined' && cause !== 'missed') return;
  const how = cause === 'declined' ? 'offer-declined' : 'offer-missed';
  state.putAgent(to, answered(agentOf(state, to), how, state.clock));
}

type SettingsEvent = RoutingEventOf<
  'queue-configured' | 'queue-removed' | 'hours-configured' | 'hours-removed' | 'site-configured'
>;

function applySettings(state: RoutingState, event: SettingsEvent): void {
  switch (event.type) {
    case 'queue-configured':
      state.putQueue(event.queue, queueOf(event));
      return;
    case 'queue-removed':
      state.putQueue(event.queue, undefined);
      return;
    case 'hours-configured':
      state.putHours(event.hours, event.opens);
      return;
    case 'hours-removed':
      state.putHours(event.hours, undefined);
      return;
    case 'site-configured':
      state.site = { chats: event.chats, afterHours: event.afterHours };
      return;
  }
}

function agentAfter(
  state: RoutingState,
  event: RoutingEventOf<'agent-configured' | 'agent-removed'> | PresenceEvent,
): Agent | undefined {
  if (event.type === 'agent-removed') return undefined;
  if (event.type === 'agent-configured') return configured(state.agents.get(event.agent), event);
  return withPresence(agentOf(state, event.agent), event);
}

/** RT15: who leaves a message does not wait, so their being answered says nothing to those who do. */
function notePace(state: RoutingState, id: string): void {
  const item = state.items.get(id);
  if (!item || item.isMessage) return;
  const key = paceKey(item);
  state.putPace(key, paceAfter(state.paces.get(key), item, state.clock));
}

/** The queue that an event makes; what it does not say is off. */
export function queueOf(event: RoutingEventOf<'queue-configured'>): Queue {
  const { queue: id, name, wrapUp, requirements = [], steps = [], hours, closing = 'finish' } = event;
  const overflow = event.overflow && {
    waitingMax: event.overflow.waitingMax,
    waitMsMax: event.overflow.waitMsMax,
    offer: event.overflow.offer,
    second: event.overflow.second,
  };
  return { id, name, wrapUp, requirements, steps, hours, closing, overflow };
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
