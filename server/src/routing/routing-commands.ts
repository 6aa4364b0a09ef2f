import type { OpeningHours } from './hours.ts';
import type {
  AgentLimits,
  AgentUntil,
  Channel,
  ChosenPresence,
  Deflection,
  HelpPlan,
  Membership,
  Outcome,
  Queue,
  RelaxationStep,
  Requirement,
  SiteRouting,
  SkillLevel,
  WrapUp,
} from './routing-model.ts';

/**
 * What routing can be asked to do. Whoever sends one has decoded it and checked that the sender may: `agent` is
 * who acts. Ids are made by the caller; times come from the context of the decision.
 */
export type RoutingCommand =
  | ConfigureQueue
  /** Refused while anything is in it. */
  | { readonly type: 'remove-queue'; readonly queue: string }
  | ConfigureHours
  | { readonly type: 'remove-hours'; readonly hours: string }
  | ConfigureSite
  | ConfigureAgent
  | { readonly type: 'remove-agent'; readonly agent: string }
  | Enqueue
  | SetPresence
  /** The agent's console is there (again). */
  | { readonly type: 'connect'; readonly agent: string }
  /** The agent's lease is lost (see lease-book.ts), or they closed the console on purpose. */
  | { readonly type: 'disconnect'; readonly agent: string }
  | Accept
  | Decline
  | Finish
  | { readonly type: 'end-wrap-up'; readonly agent: string; readonly item: string; readonly code?: string }
  /** The visitor went silent: the item leaves its agent's slots. */
  | { readonly type: 'park'; readonly item: string }
  /** The visitor of a parked item is back. */
  | { readonly type: 'resume'; readonly item: string }
  | Abandon
  | Deflect
  | TransferToQueue
  | TransferToAgent
  /** The sender of a ringing transfer takes it back. */
  | { readonly type: 'withdraw-transfer'; readonly agent: string; readonly item: string }
  | EndConsult
  | Assign
  /** Time went on: due offers, wrap-ups and graces end, and items that opened to others are offered. */
  | { readonly type: 'tick' }
  /**
   * The first command after the server started, or after a snapshot was restored: like a tick, but looks at every
   * waiting item, and an offer that ended meanwhile is no miss of an agent who could not have answered.
   */
  | { readonly type: 'start' };

export interface ConfigureQueue {
  readonly type: 'configure-queue';
  readonly queue: string;
  readonly name: string;
  readonly wrapUp?: WrapUp;
  /** What its work asks for, unless the work says so itself (RT5). */
  readonly requirements?: readonly Requirement[];
  readonly steps?: readonly RelaxationStep[];
  /** Id of opening hours that are configured already; absent: always open (RT12). */
  readonly hours?: string;
  /** `finish` unless given. */
  readonly closing?: Queue['closing'];
  readonly overflow?: ConfigureOverflow;
}

/** RT11. */
export interface ConfigureOverflow {
  readonly waitingMax?: number;
  readonly waitMsMax?: number;
  readonly offer: readonly Deflection[];
  readonly second?: HelpPlan;
}

/** RT12: refused with the first thing that is wrong; `hoursProblems` says all of it. */
export interface ConfigureHours {
  readonly type: 'configure-hours';
  readonly hours: string;
  readonly opens: OpeningHours;
}

export interface ConfigureSite {
  readonly type: 'configure-site';
  /** The queue for chats; absent: the one that is always there. */
  readonly chats?: string;
  readonly afterHours: SiteRouting['afterHours'];
}

/** RT11: the visitor leaves a message instead of waiting. */
export interface Deflect {
  readonly type: 'deflect';
  readonly item: string;
}

export interface ConfigureAgent {
  readonly type: 'configure-agent';
  readonly agent: string;
  readonly name: string;
  readonly skills?: readonly { readonly skill: string; readonly level: SkillLevel }[];
  readonly memberships: readonly Membership[];
  readonly limits?: AgentLimits;
}

export interface Enqueue {
  readonly type: 'enqueue';
  readonly item: string;
  readonly conversation: string;
  readonly queue: string;
  readonly channel: Channel;
  /** A higher class comes first; 0 unless given. */
  readonly class?: number;
  readonly boost?: number;
  /** Now unless given. Not in the future: whoever schedules enqueues when it is due. */
  readonly enqueuedAt?: number;
  /** Those of the queue unless given; without steps where given. */
  readonly requirements?: readonly Requirement[];
  /** RT5: by age, each asking for no more than the one before. */
  readonly steps?: readonly RelaxationStep[];
  /** RT14; `stickyTo` makes it from the last contact. */
  readonly sticky?: AgentUntil;
  readonly ownerOnly?: AgentUntil;
}

export interface SetPresence {
  readonly type: 'set-presence';
  readonly agent: string;
  readonly presence: ChosenPresence;
  readonly reason?: string;
  /** Finish the work at hand first, take nothing new. */
  readonly drain?: boolean;
}

export interface Accept {
  readonly type: 'accept';
  readonly agent: string;
  readonly item: string;
  readonly offer: string;
}

export interface Decline {
  readonly type: 'decline';
  readonly agent: string;
  readonly item: string;
  readonly offer: string;
}

export interface Finish {
  readonly type: 'finish';
  readonly item: string;
  /** The agent who finishes; absent when the server does (the visitor was erased). */
  readonly agent?: string;
  readonly code?: string;
  /** The agent asks for a wrap-up, where the queue has optional ones. */
  readonly wrapUp?: boolean;
}

export interface Abandon {
  readonly type: 'abandon';
  readonly item: string;
  readonly outcome: Exclude<Outcome, 'answered'>;
}

export interface TransferToQueue {
  readonly type: 'transfer-to-queue';
  readonly item: string;
  /** The agent who has it; absent when a supervisor moves it, whoever has it. */
  readonly agent?: string;
  readonly queue: string;
  /** Unless false it keeps its age, and with it its place. */
  readonly keepsPlace?: boolean;
  /** What is required there; what the queue asks for unless given. */
  readonly requirements?: readonly Requirement[];
  readonly steps?: readonly RelaxationStep[];
}

export interface TransferToAgent {
  readonly type: 'transfer-to-agent';
  readonly item: string;
  readonly agent: string;
  readonly to: string;
  /** They join first, and the sender hands over when both are ready. */
  readonly warm?: boolean;
}

export interface EndConsult {
  readonly type: 'end-consult';
  readonly item: string;
  /** One of the two. */
  readonly agent: string;
  /** The first agent leaves the item to the second; else the second goes. */
  readonly handOver: boolean;
}

/** A supervisor puts an item into somebody's hands, their own for one. */
export interface Assign {
  readonly type: 'assign';
  readonly item: string;
  readonly to: string;
}

/**
 * `stale`: the offer or the item is no longer what the sender saw · `not-found`: no such agent or queue ·
 * `invalid`: cannot be done now, the reason says why. All are codes of the wire's error list.
 */
export type RefusalCode = 'stale' | 'not-found' | 'invalid';

export interface Refused {
  readonly refused: RefusalCode;
  /** One sentence for a developer or a log; without personal data. */
  readonly reason: string;
}
