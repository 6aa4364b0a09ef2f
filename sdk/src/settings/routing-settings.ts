import { type Infer, boolean, integer, list, object, oneOf, optional } from '../protocol/schema.ts';
import { DELAY_MAX_S, STEP_MAX_S, secondsUpTo, settingsId, settingsName } from './settings-values.ts';

/** A skill level, 1 the lowest. */
export const skillLevel = integer(1, 5);
const REQUIREMENTS_MAX = 20;
const STEPS_MAX = 10;
const WRAP_UP_MAX_S = 60 * 60;
const WAITING_MAX = 10_000;

const requirement = object({ skill: settingsId, level: skillLevel });
export type SkillRequirement = Infer<typeof requirement>;

/**
 * A queue. `GET /v1/queues` (agents) · `POST /v1/queues` · `PUT` and `DELETE /v1/queues/{id}` (admins).
 * The queue `default`, where chats go unless the site's options say otherwise, is always there.
 */
export const queueSettings = object({
  name: settingsName,
  /** RT10: `seconds` with `time-boxed` only; `optional` lasts at most 60 s. */
  wrapUp: object({
    mode: oneOf('none', 'optional', 'time-boxed'),
    seconds: optional(integer(1, WRAP_UP_MAX_S)),
  }),
  /** What an agent must have to be offered its work at first. */
  requirements: list(requirement, REQUIREMENTS_MAX),
  /** RT5: from this age on less is asked for; a step that raises a requirement is refused. */
  relaxation: list(
    object({ afterSeconds: integer(1, STEP_MAX_S), requirements: list(requirement, REQUIREMENTS_MAX) }),
    STEPS_MAX,
  ),
  /** Id of its hours; absent: those of the site. */
  hours: optional(settingsId),
  /** RT12: what becomes of those who wait when it closes: they are served, or offered to leave a message. */
  closing: oneOf('finish', 'deflect'),
  /** RT11: when there is more than its agents can do. */
  overflow: optional(
    object({
      /** Another way is offered while more than this many wait … */
      waitingMax: optional(integer(0, WAITING_MAX)),
      /** … or to whoever has waited this long. */
      waitSecondsMax: optional(integer(1, STEP_MAX_S)),
      /** What is offered, so far only to leave a message; the visitor chooses. */
      offer: list(oneOf('message'), 1),
      /** The members of this queue help out with what has waited so long. */
      second: optional(object({ queue: settingsId, afterSeconds: integer(0, STEP_MAX_S) })),
    }),
  ),
});
export type QueueSettings = Infer<typeof queueSettings>;

/**
 * A skill that agents have at a level from 1 to 5. `GET /v1/skills` (supervisors) · `POST`, `PUT` and `DELETE` as for
 * queues (admins).
 */
export const skillSettings = object({ name: settingsName });
export type SkillSettings = Infer<typeof skillSettings>;

const MEMBERSHIPS_MAX = 200;
const AGENT_SKILLS_MAX = 200;
const SLOTS_MAX = 1_000;
/** A lower tier is chosen first. */
const tier = integer(0, 1_000);

/**
 * What an agent works on. `GET /v1/assignments` (supervisors): every active agent, by agent id; version 0 where the
 * default holds (the queue `default`, no skills, the usual limits). `PUT /v1/assignments/{agent}` · `DELETE`: back to
 * the default (admins).
 */
export const assignment = object({
  memberships: list(
    object({
      queue: settingsId,
      tier,
      /** Only what has waited this long. */
      delaySeconds: secondsUpTo(DELAY_MAX_S),
    }),
    MEMBERSHIPS_MAX,
  ),
  skills: list(object({ skill: settingsId, level: skillLevel }), AGENT_SKILLS_MAX),
  /** RT4: at most so many at once, 0 turns a channel off; a chat costs 1 of the budget, callback and call 3. */
  limits: object({
    chat: integer(0, SLOTS_MAX),
    callback: integer(0, SLOTS_MAX),
    call: integer(0, SLOTS_MAX),
    budget: integer(1, SLOTS_MAX),
  }),
});
export type Assignment = Infer<typeof assignment>;

/** What an agent works on until somebody decides otherwise. */
export const DEFAULT_ASSIGNMENT: Assignment = {
  memberships: [{ queue: 'default', tier: 1, delaySeconds: 0 }],
  skills: [],
  limits: { chat: 3, callback: 1, call: 1, budget: 6 },
};

/** The queue that is always there, as long as nobody has changed it. */
export const DEFAULT_QUEUE_SETTINGS: QueueSettings = {
  name: 'Chats',
  wrapUp: { mode: 'none' },
  requirements: [],
  relaxation: [],
  closing: 'finish',
};

/** How a site treats its visitors. `GET /v1/site-options` (agents) · `PUT` (admins); version 0: the defaults. */
export const siteOptions = object({
  /** Id of the hours of all queues that have none of their own; absent: always open. */
  hours: optional(settingsId),
  /** When closed: a message may be left and waits for the next day, or only the opening time is said. */
  afterHours: oneOf('leave-message', 'say-closed'),
  /** Where chats go; absent: `default`. */
  queue: optional(settingsId),
  /** Agents who are in a conversation see what the visitor is writing, and the visitor is told so; absent: no. */
  liveDrafts: optional(boolean),
});
export type SiteOptions = Infer<typeof siteOptions>;

export const DEFAULT_SITE_OPTIONS: SiteOptions = { afterHours: 'leave-message' };
