import { type CapacityObstacle, type Holding, capacityObstacle } from './capacity.ts';
import {
  type Agent,
  type AgentPresence,
  type AgentUntil,
  type Channel,
  type Membership,
  type NextPresence,
  type Requirement,
  type WorkItem,
  agesFrom,
} from './routing-model.ts';

/** The first rule by which an agent is not offered an item, with what it takes to say so in words (RT16). */
export type Ineligibility =
  | { readonly rule: 'queue'; readonly queue: string }
  | { readonly rule: 'hours'; readonly until: number }
  | { readonly rule: 'presence'; readonly presence: AgentPresence['kind'] }
  | { readonly rule: 'draining'; readonly next: NextPresence['presence'] }
  | { readonly rule: 'channel'; readonly channel: Channel }
  | { readonly rule: 'delay'; readonly until: number }
  | {
      readonly rule: 'skill';
      readonly skill: string;
      readonly needed: number;
      readonly has: number;
      readonly until?: number;
    }
  | { readonly rule: 'owner-only'; readonly agent: string; readonly until: number }
  | { readonly rule: 'reserved'; readonly agent: string; readonly until: number }
  | CapacityObstacle
  | { readonly rule: 'excluded'; readonly until: number };

/** What the predicate looks at. */
export interface Floor {
  readonly agents: ReadonlyMap<string, Agent>;
  readonly holding: (agent: string) => Holding;
}

/**
 * RT3: undefined when the item may be offered to the agent at `now`, else the first rule that stands against
 * it. The one predicate: the matcher asks it before every offer, and why-not (RT16) shows its answer.
 */
export function ineligibility(
  floor: Floor,
  agent: Agent,
  item: WorkItem,
  now: number,
): Ineligibility | undefined {
  return (
    unsuitability(floor, agent, item, now) ??
    capacityObstacle(agent, floor.holding(agent.id), item.channel) ??
    exclusionOf(agent, item, now)
  );
}

/**
 * The part of {@link ineligibility} that is no matter of this moment's load: an agent without such an obstacle
 * could take the item once a slot is free. Exclusions lapse when every such agent is excluded (RT8).
 */
export function unsuitability(
  floor: Floor,
  agent: Agent,
  item: WorkItem,
  now: number,
): Ineligibility | undefined {
  return ownUnsuitability(agent, item, now) ?? reservationFor(floor, agent, item, now);
}

/** Why the agent takes nothing of the channel at all just now, whatever the item and queue. */
export function closedFor(agent: Agent, holding: Holding, channel: Channel): Ineligibility | undefined {
  return presenceObstacle(agent, channel) ?? capacityObstacle(agent, holding, channel);
}

/** The first requirement that the agent does not meet. */
export function missingSkill(agent: Agent, requirements: readonly Requirement[]): Requirement | undefined {
  for (const requirement of requirements) {
    if (skillOf(agent, requirement.skill) < requirement.level) return requirement;
  }
  return undefined;
}

function skillOf(agent: Agent, skill: string): number {
  return agent.skills.get(skill) ?? 0;
}

/** With the time from which the item asks for no more of the skill than the agent has (RT5), if that comes. */
function skillObstacle(agent: Agent, item: WorkItem, { skill, level }: Requirement): Ineligibility {
  const has = skillOf(agent, skill);
  const step = item.steps.find(({ requirements }) =>
    requirements.every((each) => each.skill !== skill || each.level <= has),
  );
  const until = step && agesFrom(item) + step.after;
  return { rule: 'skill', skill, needed: level, has, ...(until !== undefined && { until }) };
}

/** Whether the agent missed or declined the item lately (RT8). */
export function exclusionOf(agent: Agent, item: WorkItem, now: number): Ineligibility | undefined {
  for (const each of item.exclusions) {
    if (each.agent === agent.id && now < each.until) return { rule: 'excluded', until: each.until };
  }
  return undefined;
}

/** The preference or ownership, while it lasts. */
export function inForce(rule: AgentUntil | undefined, now: number): AgentUntil | undefined {
  return rule && now < rule.until ? rule : undefined;
}

function presenceObstacle(agent: Agent, channel: Channel): Ineligibility | undefined {
  if (agent.presence.kind !== 'available') return { rule: 'presence', presence: agent.presence.kind };
  if (agent.next) return { rule: 'draining', next: agent.next.presence };
  if (agent.limits[channel] === 0) return { rule: 'channel', channel };
  return undefined;
}

/** By which the agent serves the item: of its own queue, else of the one that helps (RT11). */
export function membershipFor(agent: Agent, item: WorkItem): Membership | undefined {
  let helps: Membership | undefined;
  for (const each of agent.memberships) {
    if (each.queue === item.queue) return each;
    if (each.queue === item.helper) helps = each;
  }
  return helps;
}

function ownUnsuitability(agent: Agent, item: WorkItem, now: number): Ineligibility | undefined {
  const membership = membershipFor(agent, item);
  if (!membership) return { rule: 'queue', queue: item.queue };
  const obstacle = presenceObstacle(agent, item.channel);
  if (obstacle) return obstacle;
  if (item.opensAt !== undefined && now < item.opensAt) return { rule: 'hours', until: item.opensAt };
  const joins = agesFrom(item) + membership.delay;
  if (now < joins) return { rule: 'delay', until: joins };
  const missing = missingSkill(agent, item.requirements);
  if (missing) return skillObstacle(agent, item, missing);
  const owner = inForce(item.ownerOnly, now);
  if (owner && owner.agent !== agent.id) return { rule: 'owner-only', ...owner };
  return undefined;
}

/**
 * RT14: for its first seconds an item waits for the last agent, as long as only a free slot is missing. An
 * agent who is away, drains, no longer suits or has passed it up holds nothing back.
 */
function reservationFor(floor: Floor, agent: Agent, item: WorkItem, now: number): Ineligibility | undefined {
  const sticky = inForce(item.sticky, now);
  if (!sticky || sticky.agent === agent.id) return undefined;
  const last = floor.agents.get(sticky.agent);
  if (!last || ownUnsuitability(last, item, now) || exclusionOf(last, item, now)) return undefined;
  return { rule: 'reserved', ...sticky };
}
