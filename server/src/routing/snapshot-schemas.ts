import {
  type Infer,
  boolean,
  integer,
  list,
  message,
  object,
  optional,
  union,
} from '@alongside/sdk/protocol';
import { openingHours } from './hours.ts';
import { SITE_AGENTS_MAX, SITE_HOURS_MAX, SITE_ITEMS_MAX, SITE_QUEUES_MAX } from './routing-limits.ts';
import {
  afterHours,
  agentLimits,
  agentUntil,
  channel,
  closing,
  helpPlan,
  id,
  memberships,
  nextPresence,
  overflow,
  rank,
  relaxationSteps,
  requirements,
  settledPresence,
  skills,
  text,
  time,
  toldRange,
  wrapUp,
} from './routing-schemas.ts';

/** The stored form of a site's routing. What came after the first release is optional: older snapshots are read. */

const count = integer(0);
/** One per queue and channel. */
const PACES_MAX = 3 * SITE_QUEUES_MAX;

const itemState = union(
  message('waiting', 1, 'Waits.', { since: time }),
  message('offered', 1, 'Rings.', { since: time, offer: id, agent: id, expiresAt: time }),
  message('active', 1, 'An agent has it.', {
    since: time,
    agent: id,
    ringing: optional(object({ agent: id, offer: id, expiresAt: time, warm: boolean })),
    joined: optional(id),
  }),
  message('parked', 1, 'Its visitor is silent.', { since: time, agent: id }),
  message('wrap-up', 1, 'Is written up.', { since: time, agent: id, endsAt: time, code: text }),
);
const presentState = object({ kind: settledPresence, reason: optional(text) });
const presenceState = union(
  message('present', 1, 'Has a lease, or none by choice.', { now: presentState }),
  message('disconnected', 1, 'Lost the lease.', { graceUntil: time, before: presentState }),
);

export const storedQueue = object({
  id,
  name: text,
  wrapUp,
  requirements: optional(requirements),
  steps: optional(relaxationSteps),
  hours: optional(id),
  closing: optional(closing),
  overflow: optional(overflow),
});
const storedAgent = object({
  id,
  name: text,
  skills,
  memberships,
  limits: agentLimits,
  presence: presenceState,
  next: optional(nextPresence),
  misses: count,
  declines: count,
  lastTaken: time,
});
const storedItem = object({
  id,
  conversation: id,
  queue: id,
  channel,
  class: rank,
  boost: rank,
  enqueuedAt: time,
  order: integer(1),
  requirements,
  /** Where it is not what is required now. */
  asked: optional(requirements),
  steps: optional(relaxationSteps),
  message: optional(boolean),
  insteadOf: optional(id),
  opensAt: optional(time),
  help: optional(helpPlan),
  helper: optional(id),
  told: optional(object({ at: time, ...toldRange })),
  sticky: optional(agentUntil),
  ownerOnly: optional(agentUntil),
  exclusions: list(agentUntil, SITE_AGENTS_MAX),
  state: itemState,
});
export const snapshot = object({
  version: integer(1, 1),
  clock: time,
  nextOrder: integer(1),
  totals: object({ enqueued: count, answered: count, abandoned: count, deflected: count, expired: count }),
  queues: list(storedQueue, SITE_QUEUES_MAX),
  agents: list(storedAgent, SITE_AGENTS_MAX),
  items: list(storedItem, SITE_ITEMS_MAX),
  hours: optional(list(object({ id, opens: openingHours }), SITE_HOURS_MAX)),
  site: optional(object({ chats: optional(id), afterHours })),
  paces: optional(list(object({ id: text, mean: count, samples: count, lastAt: time }), PACES_MAX)),
});
export type RoutingSnapshot = Infer<typeof snapshot>;
export type StoredAgent = Infer<typeof storedAgent>;
export type StoredItem = Infer<typeof storedItem>;

export type StoredQueue = Infer<typeof storedQueue>;
