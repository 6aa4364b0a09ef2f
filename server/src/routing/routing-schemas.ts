import {
  type Infer,
  type Schema,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
} from '@alongside/sdk/protocol';
import {
  AGENT_MEMBERSHIPS_MAX,
  AGENT_SKILLS_MAX,
  ITEM_REQUIREMENTS_MAX,
  RELAXATION_STEPS_MAX,
  ROUTING_ID_MAX_LENGTH,
  ROUTING_TEXT_MAX_LENGTH,
} from './routing-limits.ts';
import type { SkillLevel, WrapUp } from './routing-model.ts';

/** Parts that routing's events and snapshots share. Routing looks into no id, it only compares them. */

const DELAY_MAX_MS = 24 * 60 * 60_000;
const STEP_MAX_MS = 7 * 24 * 60 * 60_000;
const WRAP_UP_MAX_MS = 60 * 60_000;
const SLOTS_MAX = 1_000;
const WAITING_MAX = 100_000;

export const id = string(ROUTING_ID_MAX_LENGTH, /^[\x21-\x7e]+$/, 1);
/** A skill's name as people write it. */
export const skillName = string(ROUTING_ID_MAX_LENGTH, undefined, 1);
export const text = string(ROUTING_TEXT_MAX_LENGTH);
/** Milliseconds since 1970. */
export const time = integer(0);
/** Class and boost may be below 0: later than others, younger than one is. */
export const rank = integer(-Number.MAX_SAFE_INTEGER);

export const channel = oneOf('chat', 'callback', 'call');
export const outcome = oneOf('abandoned', 'deflected', 'expired');
export const chosenPresence = oneOf('available', 'away', 'break', 'training', 'offline');
export const settledPresence = oneOf('available', 'away', 'break', 'training', 'offline', 'not-responding');

export const skillLevel = integer(1, 5) as Schema<SkillLevel>;
export const requirements = list(object({ skill: skillName, level: skillLevel }), ITEM_REQUIREMENTS_MAX);
/** RT5. */
export const relaxationSteps = list(
  object({ after: integer(1, STEP_MAX_MS), requirements }),
  RELAXATION_STEPS_MAX,
);
/** RT11. */
export const helpPlan = object({ queue: id, after: integer(0, STEP_MAX_MS) });
export const overflow = object({
  waitingMax: optional(integer(0, WAITING_MAX)),
  waitMsMax: optional(integer(1, STEP_MAX_MS)),
  offer: list(oneOf('message', 'callback'), 2),
  second: optional(helpPlan),
});
export const closing = oneOf('finish', 'deflect');
export const afterHours = oneOf('leave-message', 'say-closed');
/** RT15: seconds. */
export const toldRange = { low: integer(1), high: integer(1) };
export const agentUntil = object({ agent: id, until: time });
export const nextPresence = object({
  presence: oneOf('away', 'break', 'training', 'offline'),
  reason: optional(text),
});

export const memberships = list(
  object({ queue: id, tier: integer(0, 1_000), delay: integer(0, DELAY_MAX_MS) }),
  AGENT_MEMBERSHIPS_MAX,
);
export const agentLimits = object({
  chat: integer(0, SLOTS_MAX),
  callback: integer(0, SLOTS_MAX),
  call: integer(0, SLOTS_MAX),
  budget: integer(1, SLOTS_MAX),
});
export const skills = list(object({ skill: skillName, level: skillLevel }), AGENT_SKILLS_MAX);

const wrapUpShape = object({
  mode: oneOf('none', 'optional', 'time-boxed'),
  ms: optional(integer(1, WRAP_UP_MAX_MS)),
});

/** RT10: a time box has a time; the other modes have none. */
export const wrapUp: Schema<WrapUp> = {
  decode: (value, path) => {
    const { mode, ms } = wrapUpShape.decode(value, path);
    if (mode !== 'time-boxed') return { mode };
    return { mode, ms: integer(1, WRAP_UP_MAX_MS).decode(ms, `${path}.ms`) };
  },
  json: wrapUpShape.json,
};

export type SkillEntry = Infer<typeof skills>[number];
