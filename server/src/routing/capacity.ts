import type { Agent, AgentLimits, Channel } from './routing-model.ts';

/** What rings at the same time shares a medium: a chat may ring beside a call (RT7). */
export type Medium = 'text' | 'voice';

export const MEDIUM: Readonly<Record<Channel, Medium>> = { chat: 'text', callback: 'voice', call: 'voice' };

/** RT4: what one item takes of an agent's budget. */
export const CHANNEL_COST: Readonly<Record<Channel, number>> = { chat: 1, callback: 3, call: 3 };

/** RT4: a new item of the channel may come while these are held. Nobody chats or talks beside a conversation by voice. */
const MAY_INTERRUPT: Readonly<Record<Channel, Readonly<Record<Channel, boolean>>>> = {
  chat: { chat: true, callback: false, call: false },
  callback: { chat: true, callback: false, call: false },
  call: { chat: true, callback: false, call: false },
};

/** RT4: three chats, or one call or callback beside chats. */
export const DEFAULT_AGENT_LIMITS: AgentLimits = { chat: 3, callback: 1, call: 1, budget: 6 };

/** What an agent holds: offered, active and in wrap-up alike. Derived; kept by the agent index only. */
export interface Holding {
  readonly items: ReadonlySet<string>;
  readonly chat: number;
  readonly callback: number;
  readonly call: number;
  /** Open offers by medium. */
  readonly ringing: Readonly<Record<Medium, number>>;
}

/** The load that the held items make, in units of the budget. */
export function loadOf(holding: Holding): number {
  return (
    holding.chat * CHANNEL_COST.chat +
    holding.callback * CHANNEL_COST.callback +
    holding.call * CHANNEL_COST.call
  );
}

/** Why an agent takes no more of a channel just now. */
export type CapacityObstacle =
  | { readonly rule: 'ringing'; readonly medium: Medium }
  | { readonly rule: 'count'; readonly channel: Channel; readonly held: number; readonly max: number }
  | { readonly rule: 'budget'; readonly load: number; readonly cost: number; readonly budget: number }
  | { readonly rule: 'interrupt'; readonly channel: Channel; readonly held: Channel };

/** RT4 and the one ringing offer of RT7: undefined when the agent can be offered an item of the channel. */
export function capacityObstacle(
  agent: Agent,
  holding: Holding,
  channel: Channel,
): CapacityObstacle | undefined {
  const medium = MEDIUM[channel];
  if (holding.ringing[medium] > 0) return { rule: 'ringing', medium };
  const held = holding[channel];
  const max = agent.limits[channel];
  if (held >= max) return { rule: 'count', channel, held, max };
  const load = loadOf(holding);
  const cost = CHANNEL_COST[channel];
  const budget = agent.limits.budget;
  if (load + cost > budget) return { rule: 'budget', load, cost, budget };
  const interrupts = MAY_INTERRUPT[channel];
  if (holding.chat > 0 && !interrupts.chat) return { rule: 'interrupt', channel, held: 'chat' };
  if (holding.callback > 0 && !interrupts.callback) return { rule: 'interrupt', channel, held: 'callback' };
  if (holding.call > 0 && !interrupts.call) return { rule: 'interrupt', channel, held: 'call' };
  return undefined;
}
