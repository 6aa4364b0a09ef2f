import { DecodeError } from '@alongside/sdk/protocol';
import { queueOf } from './routing-apply.ts';
import {
  type Agent,
  type AgentPresence,
  type Queue,
  type RelaxationStep,
  type SecondAgent,
  type WorkItem,
  isHeld,
  secondOf,
} from './routing-model.ts';
import { RoutingState } from './routing-state.ts';
import {
  type RoutingSnapshot,
  type StoredAgent,
  type StoredItem,
  type StoredQueue,
  snapshot,
} from './snapshot-schemas.ts';

export type { RoutingSnapshot };

/** The routing of a site as JSON, so that a start need not fold its log from the first event. */

/** Everything that is not derived, sorted by id: equal states give equal snapshots. */
export function routingSnapshot(state: RoutingState): RoutingSnapshot {
  return {
    version: 1,
    clock: state.clock,
    nextOrder: state.nextOrder,
    totals: state.totals,
    queues: sortedById(state.queues.values()).map(storeQueue),
    agents: sortedById(state.agents.values()).map(storeAgent),
    items: sortedById(state.items.values()).map(storeItem),
    ...(state.hours.size > 0 && {
      hours: sortedById([...state.hours].map(([hours, opens]) => ({ id: hours, opens }))),
    }),
    site: { afterHours: state.site.afterHours, ...(state.site.chats && { chats: state.site.chats }) },
    ...(state.paces.size > 0 && {
      paces: sortedById([...state.paces].map(([key, pace]) => ({ ...pace, id: key }))),
    }),
  };
}

/**
 * The state of a stored snapshot. The command `start` belongs after it.
 *
 * @throws DecodeError for a value that is no snapshot or that contradicts itself.
 */
export function routingFromSnapshot(value: unknown): RoutingState {
  const decoded = snapshot.decode(value, '');
  const state = new RoutingState();
  state.clock = decoded.clock;
  state.nextOrder = decoded.nextOrder;
  state.totals = decoded.totals;
  for (const { id: key, ...queue } of decoded.queues) {
    state.putQueue(key, queueOf({ type: 'queue-configured', queue: key, ...queue }));
  }
  for (const { id: key, opens } of decoded.hours ?? []) state.putHours(key, opens);
  for (const { id: key, ...pace } of decoded.paces ?? []) state.putPace(key, pace);
  if (decoded.site) state.site = { chats: decoded.site.chats, afterHours: decoded.site.afterHours };
  for (const agent of decoded.agents) state.putAgent(agent.id, restoreAgent(agent));
  for (const item of decoded.items) state.putItem(item.id, restoreItem(item));
  check(state, decoded);
  return state;
}

function check(state: RoutingState, { queues, agents, items, totals }: RoutingSnapshot): void {
  const { enqueued, answered, abandoned, deflected, expired } = totals;
  const isWhole =
    state.queues.size === queues.length &&
    state.agents.size === agents.length &&
    state.items.size === items.length;
  if (!isWhole) throw new DecodeError('', 'has an id twice');
  if (enqueued !== answered + abandoned + deflected + expired + items.length) {
    throw new DecodeError('totals', 'do not add up');
  }
  for (const item of state.items.values()) {
    if (item.order >= state.nextOrder) throw new DecodeError('nextOrder', 'is taken already');
    const second = secondOf(item);
    if ((isHeld(item) && !state.agents.has(item.agent)) || (second && !state.agents.has(second.agent))) {
      throw new DecodeError('items', 'holds an item of an unknown agent');
    }
  }
}

function sortedById<T extends { readonly id: string }>(values: Iterable<T>): T[] {
  return [...values].sort((left, right) => (left.id < right.id ? -1 : 1));
}

function storeQueue(queue: Queue): StoredQueue {
  const { id: key, name, wrapUp: mode, hours, overflow: limits } = queue;
  return {
    id: key,
    name,
    wrapUp: mode,
    ...(queue.requirements.length > 0 && { requirements: [...queue.requirements] }),
    ...(queue.steps.length > 0 && { steps: storeSteps(queue.steps) }),
    ...(hours !== undefined && { hours }),
    ...(queue.closing !== 'finish' && { closing: queue.closing }),
    ...(limits && {
      overflow: {
        offer: [...limits.offer],
        ...(limits.waitingMax !== undefined && { waitingMax: limits.waitingMax }),
        ...(limits.waitMsMax !== undefined && { waitMsMax: limits.waitMsMax }),
        ...(limits.second && { second: limits.second }),
      },
    }),
  };
}

function storeSteps(steps: readonly RelaxationStep[]): NonNullable<StoredItem['steps']> {
  return steps.map((step) => ({ ...step, requirements: [...step.requirements] }));
}

function storeAgent(agent: Agent): StoredAgent {
  const { presence, next, skills: levels, memberships: queues, ...rest } = agent;
  return {
    ...rest,
    memberships: [...queues],
    skills: [...levels].map(([skill, level]) => ({ skill, level })),
    presence:
      presence.kind === 'disconnected'
        ? {
            type: 'disconnected',
            graceUntil: presence.graceUntil,
            before: withoutUndefined(presence.before),
          }
        : { type: 'present', now: withoutUndefined(presence) },
    ...(next && { next: withoutUndefined(next) }),
  };
}

function withoutUndefined<T extends { readonly reason: string | undefined }>(
  value: T,
): Omit<T, 'reason'> & { reason?: string } {
  const { reason, ...rest } = value;
  return reason === undefined ? rest : { ...rest, reason };
}

function restoreAgent({ presence, next, skills: levels, ...rest }: StoredAgent): Agent {
  const restored: AgentPresence =
    presence.type === 'present'
      ? { kind: presence.now.kind, reason: presence.now.reason }
      : {
          kind: 'disconnected',
          graceUntil: presence.graceUntil,
          before: { kind: presence.before.kind, reason: presence.before.reason },
        };
  return {
    ...rest,
    skills: new Map(levels.map(({ skill, level }) => [skill, level])),
    presence: restored,
    next: next && { presence: next.presence, reason: next.reason },
  };
}

function storeItem(item: WorkItem): StoredItem {
  const { id: itemId, conversation, queue, boost, enqueuedAt, order } = item;
  return {
    id: itemId,
    conversation,
    queue,
    channel: item.channel,
    class: item.class,
    boost,
    enqueuedAt,
    order,
    requirements: [...item.requirements],
    ...(item.asked !== item.requirements && { asked: [...item.asked] }),
    ...(item.steps.length > 0 && { steps: storeSteps(item.steps) }),
    ...(item.isMessage && { message: true }),
    ...(item.insteadOf !== undefined && { insteadOf: item.insteadOf }),
    ...(item.opensAt !== undefined && { opensAt: item.opensAt }),
    ...(item.help && { help: item.help }),
    ...(item.helper !== undefined && { helper: item.helper }),
    ...(item.told && { told: item.told }),
    ...(item.sticky && { sticky: item.sticky }),
    ...(item.ownerOnly && { ownerOnly: item.ownerOnly }),
    exclusions: [...item.exclusions],
    state: storeItemState(item),
  };
}

function storeItemState(item: WorkItem): StoredItem['state'] {
  const { since } = item;
  switch (item.state) {
    case 'waiting':
      return { type: 'waiting', since };
    case 'offered':
      return {
        type: 'offered',
        since,
        offer: item.offer,
        agent: item.agent,
        expiresAt: item.expiresAt,
      };
    case 'active':
      return { type: 'active', since, agent: item.agent, ...storeSecond(item.second) };
    case 'parked':
      return { type: 'parked', since, agent: item.agent };
    case 'wrap-up':
      return { type: 'wrap-up', since, agent: item.agent, endsAt: item.endsAt, code: item.code };
    case 'done':
      throw new DecodeError('items', 'a done item is not kept');
  }
}

function storeSecond(second: SecondAgent | undefined) {
  if (!second) return {};
  if (second.kind === 'joined') return { joined: second.agent };
  const { agent, offer, expiresAt, warm } = second;
  return { ringing: { agent, offer, expiresAt, warm } };
}

function restoreItem(stored: StoredItem): WorkItem {
  const facts = {
    ...stored,
    asked: stored.asked ?? stored.requirements,
    steps: stored.steps ?? [],
    isMessage: stored.message ?? false,
    insteadOf: stored.insteadOf,
    opensAt: stored.opensAt,
    help: stored.help,
    helper: stored.helper,
    told: stored.told,
    sticky: stored.sticky,
    ownerOnly: stored.ownerOnly,
  };
  if (stored.state.type === 'active') {
    const { since, agent, ringing, joined } = stored.state;
    const second: SecondAgent | undefined = ringing
      ? { kind: 'ringing', ...ringing }
      : joined === undefined
        ? undefined
        : { kind: 'joined', agent: joined };
    return { ...facts, state: 'active', since, agent, second };
  }
  const { type, ...data } = stored.state;
  return { ...facts, ...data, state: type } as WorkItem;
}
