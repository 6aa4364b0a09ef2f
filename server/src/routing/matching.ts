import { compareAgents } from './agent-choice.ts';
import { exclusionOf, ineligibility, missingSkill, unsuitability } from './eligibility.ts';
import type { Changes } from './routing-changes.ts';
import {
  type Agent,
  CHANNELS,
  type Requirement,
  type WaitingItem,
  type WorkItem,
  compareOrder,
} from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';
import type { SortedList } from './sorted-list.ts';

/** What the matcher finds; both are applied before it goes on. */
export interface Matches {
  readonly offer: (item: WaitingItem, agent: Agent) => void;
  readonly lapse: (item: WaitingItem) => void;
}

/** A list of waiting items that an agent with news may serve, and how far it was read. */
interface Cursor {
  readonly open: ReadonlySet<string>;
  readonly requirements: readonly Requirement[];
  readonly list: SortedList<WaitingItem, WorkItem>;
  next: WaitingItem | undefined;
}

/**
 * Offers what can be offered, in the order of RT2, until no waiting item has an eligible agent.
 *
 * Before the changes that was so already; only a pair of which one side changed can be new. So it looks at the
 * changed items with every agent, and at the others with the changed agents only, in the lists that these
 * serve, and stops there once they take no more. One pass is enough: an offer only ever takes capacity away.
 */
export function matchWaiting(state: RoutingState, changes: Changes, now: number, matches: Matches): void {
  const changed = new Map<string, WaitingItem>();
  for (const id of changes.items) {
    const item = state.items.get(id);
    if (item?.state === 'waiting') changed.set(id, item);
  }
  const agents = [...changes.agents];
  const queue = [...changed.values()].sort(compareOrder);
  let cursors = cursorsOf(state, agents);
  let read = 0;
  for (;;) {
    const item = earliest(queue[read], cursors);
    if (!item) return;
    const isChanged = changed.has(item.id);
    if (queue[read]?.id === item.id) read += 1;
    const current = isChanged ? lapsed(state, item, now, matches) : item;
    const agent = bestAgent(state, current, now, isChanged ? undefined : agents);
    if (agent) {
      matches.offer(current, agent);
      // Who took something may take nothing more of what a list holds.
      cursors = cursors.filter(({ open, requirements }) => isServed(state, open, requirements, agents));
    }
    advance(cursors, item);
  }
}

function cursorsOf(state: RoutingState, agents: readonly string[]): Cursor[] {
  const queues = new Set<string>();
  for (const id of agents) {
    for (const { queue } of state.agents.get(id)?.memberships ?? []) queues.add(queue);
  }
  const cursors: Cursor[] = [];
  for (const queue of queues) {
    const index = state.queueIndex(queue);
    for (const channel of CHANNELS) {
      const open = index.open[channel];
      if (open.size === 0) continue;
      for (const classes of [index.waiting[channel], index.guests[channel]]) {
        for (const { requirements, items } of classes) {
          if (!isServed(state, open, requirements, agents)) continue;
          cursors.push({ open, requirements, list: items, next: items.first() });
        }
      }
    }
  }
  return cursors;
}

/** RT3: whether one of the agents takes what a list holds; `open` are those who take its channel just now. */
function isServed(
  state: RoutingState,
  open: ReadonlySet<string>,
  requirements: readonly Requirement[],
  agents: readonly string[],
): boolean {
  for (const id of agents) {
    const agent = open.has(id) ? state.agents.get(id) : undefined;
    if (agent && !missingSkill(agent, requirements)) return true;
  }
  return false;
}

function earliest(first: WaitingItem | undefined, cursors: readonly Cursor[]): WaitingItem | undefined {
  let found = first;
  for (const { next } of cursors) {
    if (next && (!found || compareOrder(next, found) < 0)) found = next;
  }
  return found;
}

/** Past `item`. */
function advance(cursors: readonly Cursor[], item: WaitingItem): void {
  for (const cursor of cursors) {
    if (cursor.next?.id === item.id) cursor.next = cursor.list.after(item);
  }
}

/** RT6 over those who are eligible: over `among`, or over everyone who takes the channel. */
function bestAgent(
  state: RoutingState,
  item: WaitingItem,
  now: number,
  among: readonly string[] | undefined,
): Agent | undefined {
  let best: Agent | undefined;
  for (const queue of [item.queue, item.helper]) {
    if (queue === undefined) continue;
    const open = state.queueIndex(queue).open[item.channel];
    for (const id of among ?? open) {
      if (!open.has(id)) continue;
      const agent = state.agents.get(id);
      if (!agent || ineligibility(state, agent, item, now)) continue;
      if (!best || compareAgents(state, item, now, agent, best) < 0) best = agent;
    }
  }
  return best;
}

/** Everyone with a membership in the item's queue, or in the one that helps; some twice. */
function* membersFor(state: RoutingState, item: WaitingItem): Generator<string> {
  yield* state.queueIndex(item.queue).members;
  if (item.helper !== undefined) yield* state.queueIndex(item.helper).members;
}

/** RT8: when everyone who suits the item is excluded from it, nobody is. */
function lapsed(state: RoutingState, item: WaitingItem, now: number, matches: Matches): WaitingItem {
  if (item.exclusions.length === 0) return item;
  let excluded = 0;
  for (const id of membersFor(state, item)) {
    const agent = state.agents.get(id);
    if (!agent || unsuitability(state, agent, item, now)) continue;
    if (!exclusionOf(agent, item, now)) return item;
    excluded += 1;
  }
  if (excluded === 0) return item;
  matches.lapse(item);
  const after = state.items.get(item.id);
  return after?.state === 'waiting' ? after : item;
}
