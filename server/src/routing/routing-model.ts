/** What routing knows: work items, agents and queues. All of it is immutable; a change makes a new value. */

export type Channel = 'chat' | 'callback' | 'call';
export const CHANNELS: readonly Channel[] = ['chat', 'callback', 'call'];

/** Skill levels, 1 the lowest. */
export type SkillLevel = 1 | 2 | 3 | 4 | 5;

export interface Requirement {
  readonly skill: string;
  /** The lowest level that will do. */
  readonly level: SkillLevel;
}

/** RT5: from this age on an item asks for this instead. */
export interface RelaxationStep {
  /** Age of the item, in milliseconds. */
  readonly after: number;
  readonly requirements: readonly Requirement[];
}

/** RT11: from this age on the members of another queue may take the item too. */
export interface HelpPlan {
  readonly queue: string;
  /** Age of the item, in milliseconds. */
  readonly after: number;
}

/** RT15: what a visitor was told when they began to wait. */
export interface WaitTold {
  readonly at: number;
  /** Seconds from `at`, between which an agent was said to come. */
  readonly low: number;
  readonly high: number;
}

/** Something that holds for one agent until a time (milliseconds, exclusive). */
export interface AgentUntil {
  readonly agent: string;
  readonly until: number;
}

interface WorkItemFacts {
  readonly id: string;
  readonly conversation: string;
  readonly queue: string;
  readonly channel: Channel;
  /** A higher class comes first. */
  readonly class: number;
  /** Milliseconds by which the item counts as older than it is. */
  readonly boost: number;
  readonly enqueuedAt: number;
  /** Counts up per site; decides between items that are otherwise equal. */
  readonly order: number;
  /** What an agent must have now; relaxation has been seen to (RT5). */
  readonly requirements: readonly Requirement[];
  /** What was asked for at first: who has more of it is chosen first, also once it is no longer required (RT6). */
  readonly asked: readonly Requirement[];
  /** The steps that are still to come, by age (RT5). */
  readonly steps: readonly RelaxationStep[];
  /** A message that somebody left: nobody waits for its answer. It entered while closed, or was deflected (RT11). */
  readonly isMessage: boolean;
  /** The item whose visitor left the message instead of waiting. */
  readonly insteadOf: string | undefined;
  /** Its queue was closed when it entered: not offered before, and its age counts from then (RT12). */
  readonly opensAt: number | undefined;
  /** When another queue comes to help; gone once it has (RT11). */
  readonly help: HelpPlan | undefined;
  /** The queue whose members help. */
  readonly helper: string | undefined;
  readonly told: WaitTold | undefined;
  /** Kept for this agent first (RT14). */
  readonly sticky: AgentUntil | undefined;
  /** For nobody but this agent (RT14). */
  readonly ownerOnly: AgentUntil | undefined;
  /** Agents who missed or declined it lately (RT8); entries may be past their time. */
  readonly exclusions: readonly AgentUntil[];
}

export interface WaitingState {
  readonly state: 'waiting';
  readonly since: number;
}
export interface OfferedState {
  readonly state: 'offered';
  readonly since: number;
  readonly offer: string;
  readonly agent: string;
  readonly expiresAt: number;
}
export interface ActiveState {
  readonly state: 'active';
  readonly since: number;
  /** Who is responsible. */
  readonly agent: string;
  /** Another agent whom they asked for; takes a slot of theirs too (RT13). */
  readonly second: SecondAgent | undefined;
}
/** A transfer that rings at another agent: the sender has the item until it is taken. */
export interface RingingTransfer {
  readonly kind: 'ringing';
  readonly agent: string;
  readonly offer: string;
  readonly expiresAt: number;
  /** They come beside the sender first, instead of taking the item over at once. */
  readonly warm: boolean;
}
export type SecondAgent = RingingTransfer | { readonly kind: 'joined'; readonly agent: string };
export interface ParkedState {
  readonly state: 'parked';
  readonly since: number;
  /** Who had it; a parked item takes nobody's capacity. */
  readonly agent: string;
}
export interface WrapUpState {
  readonly state: 'wrap-up';
  readonly since: number;
  readonly agent: string;
  readonly endsAt: number;
  readonly code: string;
}
export interface DoneState {
  readonly state: 'done';
  readonly since: number;
  readonly outcome: Outcome;
}

/** `answered` ended with an agent; the others never did, or not any more. */
export type Outcome = 'answered' | 'abandoned' | 'deflected' | 'expired';

/** RT1: exactly one of these at any time, each with its own data only. */
export type WorkItem = WorkItemFacts &
  (WaitingState | OfferedState | ActiveState | ParkedState | WrapUpState | DoneState);
export type WorkItemState = WorkItem['state'];
export type WaitingItem = WorkItemFacts & WaitingState;
export type ActiveItem = WorkItemFacts & ActiveState;
export type OfferedItem = WorkItemFacts & OfferedState;
/** An item that takes a slot of `agent` (RT4). */
export type HeldItem = WorkItemFacts & (OfferedState | ActiveState | WrapUpState);

/** What an agent may choose. */
export type ChosenPresence = 'available' | 'away' | 'break' | 'training' | 'offline';

/** An agent with a lease, or without one by choice. */
export interface PresentState {
  readonly kind: ChosenPresence | 'not-responding';
  /** The agent's own word ("lunch") or ours (`missed-offers`, `connection-lost`). */
  readonly reason: string | undefined;
}
/** The lease is lost: active work is kept until `graceUntil`, a return restores `before`. */
export interface DisconnectedState {
  readonly kind: 'disconnected';
  readonly graceUntil: number;
  readonly before: PresentState;
}
export type AgentPresence = PresentState | DisconnectedState;

export interface NextPresence {
  readonly presence: Exclude<ChosenPresence, 'available'>;
  readonly reason: string | undefined;
}

export interface Membership {
  readonly queue: string;
  /** A lower tier is chosen first. */
  readonly tier: number;
  /** Only items that have waited this long, in milliseconds. */
  readonly delay: number;
}

/** RT4: how many of each channel at once (0 = the channel is off for this agent), and how much in all. */
export interface AgentLimits {
  readonly chat: number;
  readonly callback: number;
  readonly call: number;
  readonly budget: number;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly skills: ReadonlyMap<string, SkillLevel>;
  readonly memberships: readonly Membership[];
  readonly limits: AgentLimits;
  readonly presence: AgentPresence;
  /** Set while the agent drains: no new work, and this presence once the last of it is done. */
  readonly next: NextPresence | undefined;
  /** Offers missed since the last one taken, or since they became available. */
  readonly misses: number;
  /** Offers declined, in all; says nothing against the agent. */
  readonly declines: number;
  /** When they last took an item; 0 = never. */
  readonly lastTaken: number;
}

/** RT10: `none`; `optional` when the agent asks for it; `time-boxed` always, for `ms`. */
export type WrapUp =
  | { readonly mode: 'none' }
  | { readonly mode: 'optional' }
  | { readonly mode: 'time-boxed'; readonly ms: number };

export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly wrapUp: WrapUp;
  /** What its work asks for, unless the work says so itself. */
  readonly requirements: readonly Requirement[];
  readonly steps: readonly RelaxationStep[];
  /** Id of its opening hours; undefined: always open. */
  readonly hours: string | undefined;
  /** RT12: whether those who wait when it closes are served, or become messages. */
  readonly closing: 'finish' | 'deflect';
  readonly overflow: Overflow | undefined;
}

/** What a visitor may choose instead of waiting. */
export type Deflection = 'message' | 'callback';

/** RT11: what happens when there is more work than its agents can do. */
export interface Overflow {
  /** While more than this many wait, another way is offered … */
  readonly waitingMax: number | undefined;
  /** … and to whoever has waited this long, in milliseconds. */
  readonly waitMsMax: number | undefined;
  readonly offer: readonly Deflection[];
  readonly second: HelpPlan | undefined;
}

/** What holds for all of a site's queues. */
export interface SiteRouting {
  /** Where chats go; undefined: the queue that is always there. */
  readonly chats: string | undefined;
  /** Whether visitors are asked to leave a message while closed, or only told when it opens. */
  readonly afterHours: 'leave-message' | 'say-closed';
}

/** RT15: how fast the items of a queue and channel are taken. */
export interface Pace {
  /** Mean gap, in milliseconds. */
  readonly mean: number;
  readonly samples: number;
  readonly lastAt: number;
}

/** Items that ever entered, and how those that are done ended (invariant 9). */
export interface Totals {
  readonly enqueued: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly deflected: number;
  readonly expired: number;
}

/** The second agent of an active item. */
export function secondOf(item: WorkItem): SecondAgent | undefined {
  return item.state === 'active' ? item.second : undefined;
}

/** Whether the item takes a slot: the offer itself reserves it (RT4). */
export function isHeld(item: WorkItem): item is HeldItem {
  return item.state === 'offered' || item.state === 'active' || item.state === 'wrap-up';
}

/** RT12: from when the item's age counts. */
export function agesFrom({ enqueuedAt, opensAt = 0 }: Aged): number {
  return Math.max(enqueuedAt, opensAt);
}
export type Aged = Pick<WorkItem, 'enqueuedAt'> & { readonly opensAt?: number | undefined };

/** RT2: negative when `left` comes first. The key never changes by itself, so a sorted list stays sorted. */
export function compareOrder(left: WorkItem, right: WorkItem): number {
  return (
    right.class - left.class ||
    agesFrom(left) - left.boost - (agesFrom(right) - right.boost) ||
    left.order - right.order
  );
}
