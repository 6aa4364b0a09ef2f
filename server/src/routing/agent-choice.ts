import { loadOf } from './capacity.ts';
import { type Floor, inForce, membershipFor } from './eligibility.ts';
import type { Agent, WorkItem } from './routing-model.ts';

/**
 * RT6: of two agents who may be offered the item, negative when `left` is the better one: the sticky one, then
 * the queue's own members, the lower tier, the higher sum of required skills, the lower load ratio, the one who took something least
 * recently, the smaller id. Total, so the choice never depends on the order of the candidates.
 */
export function compareAgents(floor: Floor, item: WorkItem, now: number, left: Agent, right: Agent): number {
  return (
    preferenceOf(item, now, right) - preferenceOf(item, now, left) ||
    helpOf(item, left) - helpOf(item, right) ||
    tierOf(item, left) - tierOf(item, right) ||
    skillSum(item, right) - skillSum(item, left) ||
    loadRatio(floor, left) - loadRatio(floor, right) ||
    left.lastTaken - right.lastTaken ||
    (left.id < right.id ? -1 : 1)
  );
}

function preferenceOf(item: WorkItem, now: number, agent: Agent): number {
  return inForce(item.sticky, now)?.agent === agent.id ? 1 : 0;
}

function tierOf(item: WorkItem, agent: Agent): number {
  return membershipFor(agent, item)?.tier ?? 0;
}

/** RT11: who only helps comes after the queue's own members. */
function helpOf(item: WorkItem, agent: Agent): number {
  return membershipFor(agent, item)?.queue === item.queue ? 0 : 1;
}

/**
 * More of a skill than the item asks for counts: specialists before generalists. So does one that it asked for at
 * first: who speaks the language still comes first when nobody has to any more.
 */
function skillSum(item: WorkItem, agent: Agent): number {
  return item.asked.reduce((sum, { skill }) => sum + (agent.skills.get(skill) ?? 0), 0);
}

function loadRatio(floor: Floor, agent: Agent): number {
  return loadOf(floor.holding(agent.id)) / agent.limits.budget;
}
