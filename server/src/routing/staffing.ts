import { missingSkill } from './eligibility.ts';
import type { Changes } from './routing-changes.ts';
import type { Agent, Channel, Requirement, WaitingItem } from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';
import type { Decision } from './routing-steps.ts';

/**
 * RT11: work that nobody on duty may take as it is asks at once for what the first step says that somebody on duty
 * has. Where no step helps it keeps asking for what it asked for: tomorrow somebody comes who has it.
 *
 * Only what changed is looked at: items that begin to wait, and the queues of agents who left or lost a skill.
 */
export function relaxUnstaffed(decision: Decision, changes: Changes): void {
  const { state } = decision;
  for (const id of [...changes.items]) {
    const item = state.items.get(id);
    if (item?.state === 'waiting') relaxIfUnstaffed(decision, item);
  }
  for (const queue of queuesOf(state, changes.staff)) {
    for (const item of stepsLeft(state, queue)) relaxIfUnstaffed(decision, item);
  }
}

function relaxIfUnstaffed({ state, now, emit }: Decision, item: WaitingItem): void {
  if (item.steps.length === 0 || (item.opensAt !== undefined && now < item.opensAt)) return;
  if (isStaffed(state, item, item.requirements)) return;
  const taken = item.steps.findIndex(({ requirements }) => isStaffed(state, item, requirements)) + 1;
  const step = item.steps[taken - 1];
  if (!step) return;
  const requirements = [...step.requirements];
  emit({ type: 'item-relaxed', item: item.id, requirements, taken, because: 'unstaffed' });
}

function isStaffed(state: RoutingState, item: WaitingItem, requirements: readonly Requirement[]): boolean {
  for (const queue of [item.queue, item.helper]) {
    if (queue === undefined) continue;
    for (const id of state.queueIndex(queue).members) {
      const agent = state.agents.get(id);
      if (agent && isOnDuty(agent, item.channel) && !missingSkill(agent, requirements)) return true;
    }
  }
  return false;
}

/** Whoever is on a break comes back, and so may who lost the connection. */
function isOnDuty(agent: Agent, channel: Channel): boolean {
  return agent.presence.kind !== 'offline' && agent.limits[channel] > 0;
}

function queuesOf(state: RoutingState, agents: Iterable<string>): Set<string> {
  const queues = new Set<string>();
  for (const id of agents) for (const { queue } of state.agents.get(id)?.memberships ?? []) queues.add(queue);
  return queues;
}

function stepsLeft(state: RoutingState, queue: string): WaitingItem[] {
  const index = state.queueIndex(queue);
  const found: WaitingItem[] = [];
  for (const classes of [...Object.values(index.waiting), ...Object.values(index.guests)]) {
    for (const { requirements, items } of classes) {
      // What asks for nothing has no step left.
      if (requirements.length > 0) found.push(...[...items].filter((item) => item.steps.length > 0));
    }
  }
  return found;
}
