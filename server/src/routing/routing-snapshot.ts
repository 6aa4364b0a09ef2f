import {
  type Infer,
  DecodeError,
  boolean,
  integer,
  list,
  message,
  object,
  optional,
  union,
} from '@alongside/sdk/protocol';
import { SITE_AGENTS_MAX, SITE_ITEMS_MAX, SITE_QUEUES_MAX } from './routing-limits.ts';
import {
  type Agent,
  type AgentPresence,
  type SecondAgent,
  type WorkItem,
  isHeld,
  secondOf,
} from './routing-model.ts';
import {
  agentLimits,
  agentUntil,
  channel,
  id,
  memberships,
  nextPresence,
  rank,
  relaxationSteps,
  requirements,
  settledPresence,
  skills,
  text,
  time,
  wrapUp,
} from './routing-schemas.ts';
import { RoutingState } from './routing-state.ts';

/** The routing of a site as JSON, so that a start need not fold its log from the first event. */

const count = integer(0);

const itemState = union(
  message('waiting', 1, 'Waits.', { since: time }),
  message('offered', 1, 'Rings.', { since: time, offer: id, agent: id, expiresAt: time }),
  message('active', 1, 'An agent has it.', {
    since: time,
    agent: id,
    ringing: optional(object({ agent: id, offer: id, expiresAt: time, warm: boolean })),
    joined: optional(id),
  }),
  message('parked', 1, 'Its visitor is silent.', { since: time, agent: id }),
  message('wrap-up', 1, 'Is written up.', { since: time, agent: id, endsAt: time, code: text }),
);
const presentState = object({ kind: settledPresence, reason: optional(text) });
const presenceState = union(
  message('present', 1, 'Has a lease, or none by choice.', { now: presentState }),
  message('disconnected', 1, 'Lost the lease.', { graceUntil: time, before: presentState }),
);

const storedQueue = object({ id, name: text, wrapUp });
const storedAgent = object({
  id,
  name: text,
  skills,
  memberships,
  limits: agentLimits,
  presence: presenceState,
  next: optional(nextPresence),
  misses: count,
  declines: count,
  lastTaken: time,
});
const storedItem = object({
  id,
  conversation: id,
  queue: id,
  channel,
  class: rank,
  boost: rank,
  enqueuedAt: time,
  order: integer(1),
  requirements,
  /** Where it is not what is required now. */
  asked: optional(requirements),
  steps: optional(relaxationSteps),
  sticky: optional(agentUntil),
  ownerOnly: optional(agentUntil),
  exclusions: list(agentUntil, SITE_AGENTS_MAX),
  state: itemState,
});
const snapshot = object({
  version: integer(1, 1),
  clock: time,
  nextOrder: integer(1),
  totals: object({ enqueued: count, answered: count, abandoned: count, deflected: count, expired: count }),
  queues: list(storedQueue, SITE_QUEUES_MAX),
  agents: list(storedAgent, SITE_AGENTS_MAX),
  items: list(storedItem, SITE_ITEMS_MAX),
});
export type RoutingSnapshot = Infer<typeof snapshot>;
type StoredAgent = Infer<typeof storedAgent>;
type StoredItem = Infer<typeof storedItem>;

/** Everything that is not derived, sorted by id: equal states give equal snapshots. */
export function routingSnapshot(state: RoutingState): RoutingSnapshot {
  return {
    version: 1,
    clock: state.clock,
    nextOrder: state.nextOrder,
    totals: state.totals,
    queues: sortedById(state.queues.values()),
    agents: sortedById(state.agents.values()).map(storeAgent),
    items: sortedById(state.items.values()).map(storeItem),
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
  for (const queue of decoded.queues) state.putQueue(queue.id, queue);
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
    ...(item.steps.length > 0 && {
      steps: item.steps.map((step) => ({ ...step, requirements: [...step.requirements] })),
    }),
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
