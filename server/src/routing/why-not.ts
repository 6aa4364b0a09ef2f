import { type Ineligibility, ineligibility } from './eligibility.ts';
import type { Agent, Channel, WorkItem } from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';

/** An agent, and the first rule by which a waiting item is not offered to them. */
export interface WhyNot {
  readonly agent: Agent;
  /** Undefined only between an event and the decision that follows it. */
  readonly because: Ineligibility | undefined;
}

/**
 * RT16: for an item, per agent of the site, why it is not theirs, by the matcher's own predicate. Agents by
 * id. Costs one predicate per agent: for a supervisor who asks, not for every item on every change.
 */
export function whyNot(state: RoutingState, item: WorkItem, now: number): WhyNot[] {
  return [...state.agents.values()]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((agent) => ({ agent, because: ineligibility(state, agent, item, Math.max(now, state.clock)) }));
}

const CHANNEL_WORDS: Readonly<Record<Channel, string>> = {
  chat: 'chats',
  callback: 'callbacks',
  call: 'calls',
};

/** The rule in English, short enough for a table's cell: "chats 3/3", "excluded 41 s". */
export function describeIneligibility(because: Ineligibility, now: number): string {
  if (because.rule === 'delay') return `joins in ${secondsUntil(because.until, now)}`;
  const words = ruleWords(because);
  const until = endOf(because);
  if (until === undefined) return words;
  if (because.rule === 'skill') return `${words}, ${secondsUntil(until, now)} more`;
  return because.rule === 'excluded'
    ? `${words} ${secondsUntil(until, now)}`
    : `${words}, ${secondsUntil(until, now)}`;
}

/** The rule without its time; `nameOf` says what an agent is called. */
export function ruleWords(because: Ineligibility, nameOf = (agent: string): string => agent): string {
  switch (because.rule) {
    case 'queue':
      return 'not in the queue';
    case 'hours':
      return 'closed';
    case 'presence':
      return because.presence.replace('-', ' ');
    case 'draining':
      return `finishing, then ${because.next}`;
    case 'channel':
      return `takes no ${CHANNEL_WORDS[because.channel]}`;
    case 'delay':
      return 'joins later';
    case 'skill':
      return `${because.skill} ${because.has} < ${because.needed}`;
    case 'owner-only':
      return `only for ${nameOf(because.agent)}`;
    case 'reserved':
      return `kept for ${nameOf(because.agent)}`;
    case 'ringing':
      return 'another offer rings';
    case 'count':
      return `${CHANNEL_WORDS[because.channel]} ${because.held}/${because.max}`;
    case 'budget':
      return `load ${because.load} + ${because.cost} > ${because.budget}`;
    case 'interrupt':
      return `no ${because.channel} during a ${because.held}`;
    case 'excluded':
      return 'excluded';
  }
}

/** When the rule stops standing against the agent by itself. */
export function endOf(because: Ineligibility): number | undefined {
  return 'until' in because ? because.until : undefined;
}

const HOUR_S = 3_600;

/** Seconds, and from an hour on hours and minutes. */
function secondsUntil(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  if (seconds < HOUR_S) return `${seconds} s`;
  return `${Math.floor(seconds / HOUR_S)} h ${Math.ceil((seconds % HOUR_S) / 60)} min`;
}
