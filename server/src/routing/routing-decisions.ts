import { DEFAULT_AGENT_LIMITS } from './capacity.ts';
import type {
  Abandon,
  Accept,
  ConfigureAgent,
  Decline,
  Finish,
  Refused,
  RoutingCommand,
  SetPresence,
} from './routing-commands.ts';
import { deflect, enqueue } from './enqueue-decisions.ts';
import { UNCLASSIFIED } from './routing-limits.ts';
import type { OfferedItem, Queue } from './routing-model.ts';
import {
  type Decision,
  dismissSecond,
  endTransfer,
  hasWork,
  presenceEvent,
  releaseWork,
  rescind,
  rescindOffers,
} from './routing-steps.ts';
import { refuse } from './refuse.ts';
import { decideSettings } from './settings-decisions.ts';
import { type TransferredItem, decideTransfer, transferTo } from './transfer-decisions.ts';

/** Emits the command's own events, or says why not. What follows from them is the engine's. */
export function decideCommand(decision: Decision, command: RoutingCommand): Refused | undefined {
  switch (command.type) {
    case 'configure-queue':
    case 'remove-queue':
    case 'configure-hours':
    case 'remove-hours':
    case 'configure-site':
      return decideSettings(decision, command);
    case 'configure-agent':
      return configureAgent(decision, command);
    case 'remove-agent':
      return removeAgent(decision, command.agent);
    case 'enqueue':
      return enqueue(decision, command);
    case 'set-presence':
      return setPresence(decision, command);
    case 'connect':
      return connect(decision, command.agent);
    case 'disconnect':
      return disconnect(decision, command.agent);
    case 'accept':
      return accept(decision, command);
    case 'decline':
      return decline(decision, command);
    case 'finish':
      return finish(decision, command);
    case 'end-wrap-up':
      return endWrapUp(decision, command);
    case 'park':
      return park(decision, command.item);
    case 'resume':
      return resume(decision, command.item);
    case 'abandon':
      return abandon(decision, command);
    case 'deflect':
      return deflect(decision, command);
    case 'transfer-to-queue':
    case 'transfer-to-agent':
    case 'withdraw-transfer':
    case 'end-consult':
    case 'assign':
      return decideTransfer(decision, command);
    case 'tick':
    case 'start':
      return undefined;
  }
}

function unknownAgent(agent: string): Refused {
  return refuse('not-found', `there is no agent ${agent}`);
}

function configureAgent({ emit }: Decision, command: ConfigureAgent): Refused | undefined {
  const { agent, name, skills = [], memberships, limits = DEFAULT_AGENT_LIMITS } = command;
  if (new Set(memberships.map((each) => each.queue)).size < memberships.length) {
    return refuse('invalid', 'an agent is in a queue twice');
  }
  if (new Set(skills.map((each) => each.skill)).size < skills.length) {
    return refuse('invalid', 'an agent has a skill twice');
  }
  emit({
    type: 'agent-configured',
    agent,
    name,
    skills: [...skills],
    memberships: [...memberships],
    limits,
  });
  return undefined;
}

function removeAgent(decision: Decision, agent: string): Refused | undefined {
  if (!decision.state.agents.has(agent)) return unknownAgent(agent);
  releaseWork(decision, agent, 'agent-removed');
  decision.emit({ type: 'agent-removed', agent });
  return undefined;
}

/** RT9. */
function setPresence(decision: Decision, command: SetPresence): Refused | undefined {
  const { state, emit } = decision;
  const { presence, reason } = command;
  const agent = state.agents.get(command.agent);
  if (!agent) return unknownAgent(command.agent);
  const works = hasWork(decision, agent.id);
  if (presence === 'available') {
    if (agent.presence.kind === 'available' && !agent.next && agent.presence.reason === reason) {
      return undefined;
    }
    emit(presenceEvent(agent.id, { kind: presence, reason }));
    return undefined;
  }
  if (command.drain && works) {
    const { presence: current } = agent;
    rescindOffers(decision, agent.id, 'presence');
    const now = current.kind === 'disconnected' ? current.before : current;
    emit(presenceEvent(agent.id, now, { presence, reason }));
    return undefined;
  }
  if (presence === 'offline' && works) {
    return refuse('invalid', 'work at hand would be stranded: finish it, hand it over, or drain first');
  }
  rescindOffers(decision, agent.id, 'presence');
  if (agent.presence.kind === presence && agent.presence.reason === reason && !agent.next) return undefined;
  emit(presenceEvent(agent.id, { kind: presence, reason }));
  return undefined;
}

function connect({ state, emit }: Decision, id: string): Refused | undefined {
  const agent = state.agents.get(id);
  if (!agent) return unknownAgent(id);
  if (agent.presence.kind === 'disconnected') emit({ type: 'agent-reconnected', agent: id });
  return undefined;
}

function disconnect(decision: Decision, id: string): Refused | undefined {
  const agent = decision.state.agents.get(id);
  if (!agent) return unknownAgent(id);
  const { kind } = agent.presence;
  if (kind === 'disconnected' || kind === 'offline') return undefined;
  rescindOffers(decision, id, 'disconnected');
  const graceUntil = decision.now + decision.limits.graceMs;
  decision.emit({ type: 'agent-disconnected', agent: id, graceUntil });
  return undefined;
}

/** RT7: the offer that the agent means, if it still rings at them. Late ones were missed before this runs. */
function ringing({ state }: Decision, command: Accept | Decline): OfferedItem | TransferredItem | Refused {
  const item = state.items.get(command.item);
  if (item?.state === 'offered' && item.offer === command.offer && item.agent === command.agent) return item;
  const transfer = item && transferTo(item, command.agent);
  if (transfer?.second.offer === command.offer) return transfer;
  return refuse('stale', 'the offer has ended');
}

function accept(decision: Decision, command: Accept): Refused | undefined {
  const item = ringing(decision, command);
  if ('refused' in item) return item;
  if ('second' in item) {
    const { agent: to, offer } = item.second;
    decision.emit({ type: 'transfer-accepted', item: item.id, agent: item.agent, offer, to });
    return undefined;
  }
  decision.emit({ type: 'offer-accepted', item: item.id, offer: item.offer, agent: item.agent });
  return undefined;
}

function decline(decision: Decision, command: Decline): Refused | undefined {
  const item = ringing(decision, command);
  if ('refused' in item) return item;
  if ('second' in item) {
    endTransfer(decision, item, item.second, 'declined');
    return undefined;
  }
  const { id, offer, agent } = item;
  const excludedUntil = decision.now + decision.limits.exclusionMs;
  decision.emit({ type: 'offer-declined', item: id, offer, agent, excludedUntil });
  return undefined;
}

/** RT10. */
function finish(decision: Decision, command: Finish): Refused | undefined {
  const { state, emit } = decision;
  const item = state.items.get(command.item);
  if (item?.state !== 'active' && item?.state !== 'parked') {
    return refuse('stale', 'the work item is not in progress');
  }
  if (command.agent !== undefined && command.agent !== item.agent) {
    return refuse('stale', 'another agent has the work item');
  }
  dismissSecond(decision, item, 'item-ended');
  const wrapUpMs = item.state === 'parked' ? 0 : wrapUpTime(decision, state.queues.get(item.queue), command);
  const finished = { type: 'item-finished', item: item.id, agent: item.agent } as const;
  if (wrapUpMs === 0) emit({ ...finished, code: command.code || UNCLASSIFIED });
  else emit({ ...finished, code: command.code ?? '', wrapUpUntil: decision.now + wrapUpMs });
  return undefined;
}

/** Milliseconds; 0 = none. The server never wraps up: nobody would sit at it. */
function wrapUpTime({ limits }: Decision, queue: Queue | undefined, command: Finish): number {
  if (!queue || command.agent === undefined) return 0;
  if (queue.wrapUp.mode === 'time-boxed') return queue.wrapUp.ms;
  return queue.wrapUp.mode === 'optional' && command.wrapUp ? limits.optionalWrapUpMs : 0;
}

function endWrapUp(
  { state, emit }: Decision,
  command: RoutingCommand & { type: 'end-wrap-up' },
): Refused | undefined {
  const item = state.items.get(command.item);
  if (item?.state !== 'wrap-up' || item.agent !== command.agent) {
    return refuse('stale', 'the wrap-up is over');
  }
  const code = command.code || item.code || UNCLASSIFIED;
  emit({ type: 'wrap-up-ended', item: item.id, agent: item.agent, cause: 'agent', code });
  return undefined;
}

function park(decision: Decision, id: string): Refused | undefined {
  const item = decision.state.items.get(id);
  if (item?.state !== 'active') return refuse('stale', 'the work item is not active');
  dismissSecond(decision, item, 'item-ended');
  decision.emit({ type: 'item-parked', item: id, agent: item.agent });
  return undefined;
}

/** RT2: the visitor caused the pause, so the item waits anew; RT14: for its agent first. */
function resume({ state, now, limits, emit }: Decision, id: string): Refused | undefined {
  const item = state.items.get(id);
  if (item?.state !== 'parked') return refuse('stale', 'the work item is not parked');
  const sticky = { agent: item.agent, until: now + limits.stickyMs };
  emit({ type: 'item-resumed', item: id, enqueuedAt: now, sticky });
  return undefined;
}

function abandon(decision: Decision, { item: id, outcome }: Abandon): Refused | undefined {
  const item = decision.state.items.get(id);
  if (item?.state !== 'waiting' && item?.state !== 'offered' && item?.state !== 'parked') {
    return refuse('stale', 'the work item does not wait');
  }
  if (item.state === 'offered') rescind(decision, item, 'item-ended');
  const had = item.state === 'parked' && { agent: item.agent };
  decision.emit({ type: 'item-abandoned', item: id, outcome, ...had });
  return undefined;
}
