import type { RoutingSnapshot } from '../../server/src/routing/routing-snapshot.ts';

/**
 * The rules of routing a second time: as naive as can be, from the plain snapshot, without an index and without
 * a line of the engine. It looks at every pair after every change.
 */

type Item = RoutingSnapshot['items'][number];
type Agent = RoutingSnapshot['agents'][number];
type Channel = Item['channel'];

export type Match = { readonly item: string; readonly agent: string } | { readonly lapsed: string };

const COST: Record<Channel, number> = { chat: 1, callback: 3, call: 3 };

/** What must be offered, in order, from this state at this time (RT2, RT3, RT4, RT6, RT8, RT14). */
export function expectedMatches(from: RoutingSnapshot, now: number): Match[] {
  const world = structuredClone(from);
  const matches: Match[] = [];
  for (const item of world.items.filter((each) => each.state.type === 'waiting').sort(byOrder)) {
    const suited = world.agents.filter((agent) => suits(world, agent, item, now));
    if (suited.length > 0 && suited.every((agent) => isExcluded(agent, item, now))) {
      matches.push({ lapsed: item.id });
      item.exclusions = [];
    }
    const [agent] = suited
      .filter((each) => !isExcluded(each, item, now) && admits(world, each, item.channel))
      .sort((left, right) => byChoice(world, item, now, left, right));
    if (!agent) continue;
    matches.push({ item: item.id, agent: agent.id });
    item.state = { type: 'offered', since: now, offer: 'oracle', agent: agent.id, expiresAt: now + 1 };
  }
  return matches;
}

/** The items that take a slot of the agent. */
export function heldItems(world: RoutingSnapshot, agent: string): Item[] {
  return world.items.filter(
    ({ state }) =>
      (state.type === 'offered' || state.type === 'active' || state.type === 'wrap-up') &&
      (state.agent === agent || secondOf(state) === agent),
  );
}

/** The colleague whom the agent of an active item asked for. */
export function secondOf(state: Item['state']): string | undefined {
  return state.type === 'active' ? (state.ringing?.agent ?? state.joined) : undefined;
}

/** Whether the item, which the agent holds, rings at them. */
function rings({ state }: Item, agent: string): boolean {
  return state.type === 'offered' || (state.type === 'active' && state.ringing?.agent === agent);
}

/**
 * RT4, just after an offer: undefined when it is within the agent's limits. Other channels may be over theirs,
 * where these were lowered while work was held.
 */
export function excess(world: RoutingSnapshot, agentId: string, itemId: string): string | undefined {
  const agent = world.agents.find((each) => each.id === agentId);
  const item = world.items.find((each) => each.id === itemId);
  if (!agent || !item) return 'offered to nobody';
  const held = heldItems(world, agentId);
  const count = held.filter((each) => each.channel === item.channel).length;
  if (count > agent.limits[item.channel]) return `${agentId} has ${count} of ${item.channel}`;
  const load = held.reduce((sum, each) => sum + COST[each.channel], 0);
  if (load > agent.limits.budget) return `${agentId} has a load of ${load}`;
  const voices = held.filter((each) => each.channel !== 'chat' && each.id !== itemId).length;
  return voices > 0 ? `${agentId} gets a ${item.channel} during a call` : undefined;
}

function byOrder(left: Item, right: Item): number {
  const ages = agesFrom(left) - left.boost - (agesFrom(right) - right.boost);
  return right.class - left.class || ages || left.order - right.order;
}

function agesFrom({ enqueuedAt, opensAt = 0 }: Item): number {
  return Math.max(enqueuedAt, opensAt);
}

/** RT3, RT4, RT8: whether the agent could be offered the item at this moment. */
export function mayTake(world: RoutingSnapshot, agent: Agent, item: Item, now: number): boolean {
  return (
    suits(world, agent, item, now) && !isExcluded(agent, item, now) && admits(world, agent, item.channel)
  );
}

function suits(world: RoutingSnapshot, agent: Agent, item: Item, now: number): boolean {
  if (!couldTake(agent, item, now)) return false;
  const { sticky } = item;
  if (!sticky || sticky.until <= now || sticky.agent === agent.id) return true;
  const last = world.agents.find((each) => each.id === sticky.agent);
  return !last || !couldTake(last, item, now) || isExcluded(last, item, now);
}

function couldTake(agent: Agent, item: Item, now: number): boolean {
  const isAvailable = agent.presence.type === 'present' && agent.presence.now.kind === 'available';
  const membership = membershipFor(agent, item);
  const owner = item.ownerOnly;
  return (
    isAvailable &&
    !agent.next &&
    agent.limits[item.channel] > 0 &&
    membership !== undefined &&
    now >= (item.opensAt ?? 0) &&
    now - agesFrom(item) >= membership.delay &&
    item.requirements.every(({ skill, level }) =>
      agent.skills.some((each) => each.skill === skill && each.level >= level),
    ) &&
    (!owner || owner.until <= now || owner.agent === agent.id)
  );
}

/** Of the item's own queue, else of the one that helps. */
function membershipFor({ memberships }: Agent, item: Item): Agent['memberships'][number] | undefined {
  const of = (queue: string | undefined) => memberships.find((each) => each.queue === queue);
  return of(item.queue) ?? of(item.helper);
}

function isExcluded(agent: Agent, item: Item, now: number): boolean {
  return item.exclusions.some((each) => each.agent === agent.id && each.until > now);
}

function admits(world: RoutingSnapshot, agent: Agent, channel: Channel): boolean {
  const held = heldItems(world, agent.id);
  const isVoice = (each: Channel) => each !== 'chat';
  const hears = held.some((each) => rings(each, agent.id) && isVoice(each.channel) === isVoice(channel));
  // Whatever comes next may interrupt chats and nothing else.
  if (hears || held.some((each) => isVoice(each.channel))) return false;
  const count = held.filter((each) => each.channel === channel).length;
  const load = held.reduce((sum, each) => sum + COST[each.channel], 0);
  return count < agent.limits[channel] && load + COST[channel] <= agent.limits.budget;
}

function byChoice(world: RoutingSnapshot, item: Item, now: number, left: Agent, right: Agent): number {
  const rank = (agent: Agent): (number | string)[] => {
    const isSticky = item.sticky?.agent === agent.id && item.sticky.until > now;
    const skills: number[] = (item.asked ?? item.requirements).map(
      ({ skill }) => agent.skills.find((each) => each.skill === skill)?.level ?? 0,
    );
    const load = heldItems(world, agent.id).reduce((sum, each) => sum + COST[each.channel], 0);
    return [
      isSticky ? 0 : 1,
      membershipFor(agent, item)?.queue === item.queue ? 0 : 1,
      membershipFor(agent, item)?.tier ?? 0,
      -skills.reduce((sum, each) => sum + each, 0),
      load / agent.limits.budget,
      agent.lastTaken,
      agent.id,
    ];
  };
  const [first, second] = [rank(left), rank(right)];
  for (const [index, value] of first.entries()) {
    const other = second[index] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
