import { ROUTING_LIMITS, type RoutingLimits } from '../../server/src/routing/routing-limits.ts';
import type {
  AgentLimits,
  Membership,
  RelaxationStep,
  Requirement,
  SkillLevel,
} from '../../server/src/routing/routing-model.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export interface SimulatedAgent {
  readonly id: string;
  readonly skills: readonly { readonly skill: string; readonly level: SkillLevel }[];
  readonly memberships: readonly Membership[];
  readonly limits: AgentLimits;
  /** In milliseconds of the day. */
  readonly from: number;
  readonly to: number;
}

/** One day of a centre; times are means of exponential distributions, in milliseconds. */
export interface CentrePlan {
  readonly dayMs: number;
  readonly agents: readonly SimulatedAgent[];
  readonly arrivalMeanMs: number;
  /** Infinity: nobody gives up. */
  readonly patienceMeanMs: number;
  readonly handlingMeanMs: number;
  /** From an offer to its answer; 0: at once. */
  readonly answerMeanMs: number;
  /** Of the offers, the share that nobody answers. */
  readonly missShare: number;
  /** An agent who stopped to respond comes back after this long. */
  readonly backAfterMs: number;
  /** Kinds of items, each as likely as its weight. */
  readonly kinds: readonly {
    readonly weight: number;
    readonly requirements: readonly Requirement[];
    readonly steps: readonly RelaxationStep[];
  }[];
  readonly limits: RoutingLimits;
}

const ZH: Requirement = { skill: 'zh', level: 3 };

/** A shop's chat: twelve agents in two shifts, of whom three speak Chinese, as do a tenth of the visitors. */
export const SHOP: CentrePlan = {
  dayMs: 10 * HOUR_MS,
  agents: Array.from({ length: 12 }, (_, index) => ({
    id: `agent-${String(index + 1).padStart(2, '0')}`,
    skills: index % 4 === 0 ? [{ skill: 'zh', level: 3 as const }] : [],
    memberships: [{ queue: 'chats', tier: 0, delay: 0 }],
    limits: { chat: 3, callback: 0, call: 0, budget: 3 },
    from: index % 2 === 0 ? 0 : 2 * HOUR_MS,
    to: (index % 2 === 0 ? 8 : 10) * HOUR_MS,
  })),
  arrivalMeanMs: 25_000,
  patienceMeanMs: 4 * MINUTE_MS,
  handlingMeanMs: 8 * MINUTE_MS,
  answerMeanMs: 4_000,
  missShare: 0.03,
  backAfterMs: 2 * MINUTE_MS,
  kinds: [
    { weight: 9, requirements: [], steps: [] },
    { weight: 1, requirements: [ZH], steps: [{ after: MINUTE_MS, requirements: [] }] },
  ],
  limits: ROUTING_LIMITS,
};

/** Rules to compare over the same days. */
export const VARIANTS: Readonly<Record<string, CentrePlan>> = {
  'as designed': SHOP,
  'no relaxation': { ...SHOP, kinds: SHOP.kinds.map((kind) => ({ ...kind, steps: [] })) },
  'two chats at once': {
    ...SHOP,
    agents: SHOP.agents.map((agent) => ({ ...agent, limits: { ...agent.limits, chat: 2 } })),
  },
  'offers ring 40 s': {
    ...SHOP,
    limits: { ...ROUTING_LIMITS, offerMs: { ...ROUTING_LIMITS.offerMs, chat: 40_000 } },
  },
};
