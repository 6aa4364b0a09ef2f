import {
  type DeskRow,
  FLOOR_HELD_MAX,
  FLOOR_QUEUES_MAX,
  type FloorAgentRow,
  type FloorItemRow,
  type FloorRow,
  type HeldWork,
} from '@alongside/sdk/protocol';
import { visitorName } from '../customers/visitor-name.ts';
import { loadOf } from '../routing/capacity.ts';
import {
  type Agent,
  type HeldItem,
  type WorkItem,
  compareOrder,
  isHeld,
  secondOf,
} from '../routing/routing-model.ts';
import { paceKey, waitRange } from '../routing/pace.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { cardOf } from './desk-service.ts';
import type { DeskState } from './desk-stream.ts';

/** Agents that the floor names: who is there first. More are counted only. */
export const FLOOR_AGENTS_MAX = 500;
/** Who waits that the floor names: those who stand first. More are counted only. */
export const FLOOR_ITEMS_MAX = 50;

/**
 * The floor as supervisors see it (RT16 is asked for apart, item by item). Costs one pass over agents and items that
 * somebody has; of those who wait only the first are touched, however many there are.
 */
export function floorRows({ routing, presentSince }: DeskState, now: number): DeskRow[] {
  const agents = [...routing.agents.values()];
  const held = heldItems(routing);
  const shown = [...agents]
    .sort((left, right) => isAway(left) - isAway(right) || (left.id < right.id ? -1 : 1))
    .slice(0, FLOOR_AGENTS_MAX);
  return [
    numbersOf(routing, agents, held, now),
    ...shown.map((agent) => agentRow(routing, agent, presentSince.get(agent.id) ?? 0)),
    ...firstInLine(routing, held).map((item) => itemRow(routing, item)),
  ];
}

function isAway(agent: Agent): number {
  return agent.presence.kind === 'offline' ? 1 : 0;
}

function numbersOf(
  routing: RoutingState,
  agents: readonly Agent[],
  held: readonly HeldItem[],
  now: number,
): FloorRow {
  const counts = new Map<FloorAgentRow['presence'], number>();
  for (const { presence } of agents) counts.set(presence.kind, (counts.get(presence.kind) ?? 0) + 1);
  let waiting = 0;
  for (const index of routing.queueIndexes) waiting += index.length;
  return {
    type: 'floor',
    key: 'floor',
    agents: [...counts].map(([presence, count]) => ({ presence, count })),
    waits: waitsOf(routing, now),
    waiting,
    ringing: held.filter(({ state }) => state === 'offered').length,
    active: held.filter(({ state }) => state === 'active').length,
  };
}

/** RT15, of a chat that comes now and stands last. */
function waitsOf(routing: RoutingState, now: number): FloorRow['waits'] {
  const waits = [...routing.queues.keys()].flatMap((queue) => {
    const pace = routing.paces.get(paceKey({ queue, channel: 'chat' }));
    const range = waitRange(pace, routing.queueIndex(queue).length + 1, Math.max(now, routing.clock));
    return range ? [{ queue, ...range }] : [];
  });
  return waits.slice(0, FLOOR_QUEUES_MAX);
}

function agentRow(routing: RoutingState, agent: Agent, since: number): FloorAgentRow {
  const holding = routing.holding(agent.id);
  const held = [...holding.items]
    .flatMap((id) => routing.items.get(id) ?? [])
    .filter(isHeld)
    .sort((left, right) => left.since - right.since || left.order - right.order);
  const { presence, next, limits } = agent;
  return {
    type: 'floor-agent',
    key: `floor-agent:${agent.id}`,
    agent: cardOf(routing, agent.id),
    presence: presence.kind,
    ...(presence.kind !== 'disconnected' && presence.reason !== undefined && { reason: presence.reason }),
    since,
    ...(next && { next: next.presence }),
    load: loadOf(holding),
    budget: limits.budget,
    held: held.slice(0, FLOOR_HELD_MAX).map((item) => heldBy(agent.id, item)),
  };
}

/** What rings at a second agent rings there, whatever it does at the first. */
function heldBy(agent: string, item: HeldItem): HeldWork {
  const { id, conversation, channel, state, since } = item;
  const second = secondOf(item);
  const rings = second?.agent === agent && second.kind === 'ringing';
  return {
    item: id,
    conversation,
    visitorName: visitorName(conversation),
    channel,
    state: rings ? 'offered' : state,
    since,
  };
}

/** Everything that takes somebody's slot; found by who holds it, so that those who wait cost nothing. */
function heldItems(routing: RoutingState): HeldItem[] {
  const found = new Map<string, HeldItem>();
  for (const agent of routing.agents.keys()) {
    for (const id of routing.holding(agent).items) {
      const item = routing.items.get(id);
      if (item && isHeld(item)) found.set(id, item);
    }
  }
  return [...found.values()];
}

/** Those who stand first of all queues, and everybody at whose item somebody's offer rings. */
function firstInLine(routing: RoutingState, held: readonly HeldItem[]): WorkItem[] {
  const ringing = held.filter(({ state }) => state === 'offered');
  const waiting: WorkItem[] = [];
  for (const index of routing.queueIndexes) {
    for (const classes of Object.values(index.waiting)) {
      for (const { items } of classes) {
        let taken = 0;
        for (const item of items) {
          if (taken++ === FLOOR_ITEMS_MAX) break;
          waiting.push(item);
        }
      }
    }
  }
  return [...ringing, ...waiting].sort(compareOrder).slice(0, FLOOR_ITEMS_MAX);
}

function itemRow(routing: RoutingState, item: WorkItem): FloorItemRow {
  const { id, conversation, channel, queue } = item;
  return {
    type: 'floor-item',
    key: `floor-item:${id}`,
    item: id,
    conversation,
    visitorName: visitorName(conversation),
    channel,
    queue,
    class: item.class,
    order: item.enqueuedAt - item.boost,
    since: item.enqueuedAt,
    ...(item.state === 'offered' && { ringsAt: cardOf(routing, item.agent) }),
  };
}
