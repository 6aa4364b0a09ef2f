import { conversationId, itemId, time } from './ids.ts';
import { FLOOR_HELD_MAX, FLOOR_QUEUES_MAX, NAME_MAX_LENGTH } from './limits.ts';
import { agentCard } from './people.ts';
import { presence, queueId } from './presence.ts';
import { type Infer, integer, list, message, object, oneOf, optional, string } from './schema.ts';

/** What an agent holds: it rings, is worked on, or is written up. */
const heldWork = object({
  item: itemId,
  conversation: conversationId,
  visitorName: string(NAME_MAX_LENGTH),
  channel: oneOf('chat', 'callback', 'call'),
  state: oneOf('offered', 'active', 'wrap-up'),
  since: time,
});
export type HeldWork = Infer<typeof heldWork>;

export const floorRow = message(
  'floor',
  3,
  'The site in numbers; what follows in other rows are the first of each kind.',
  {
    key: string(60),
    agents: list(object({ presence, count: integer(0) }), 8),
    /** RT15: how long who comes to a queue now will probably wait, in seconds; without those that nothing honest can be said of. */
    waits: list(object({ queue: queueId, low: integer(1), high: integer(1) }), FLOOR_QUEUES_MAX),
    waiting: integer(0),
    ringing: integer(0),
    active: integer(0),
  },
);

export const floorAgentRow = message(
  'floor-agent',
  3,
  'An agent: since when with which status, and with what.',
  {
    key: string(60),
    agent: agentCard,
    presence,
    reason: optional(string(NAME_MAX_LENGTH)),
    since: time,
    /** The status that follows once the last of their work is done; nothing new comes until then. */
    next: optional(presence),
    load: integer(0),
    budget: integer(0),
    /** The longest held first. */
    held: list(heldWork, FLOOR_HELD_MAX),
  },
);

export const floorItemRow = message('floor-item', 3, 'Somebody who waits, or rings at an agent.', {
  key: string(60),
  item: itemId,
  conversation: conversationId,
  visitorName: string(NAME_MAX_LENGTH),
  channel: oneOf('chat', 'callback', 'call'),
  queue: queueId,
  /** A higher class comes first, then the smaller `order`. */
  class: integer(Number.MIN_SAFE_INTEGER),
  order: integer(Number.MIN_SAFE_INTEGER),
  since: time,
  /** At whom it rings now. */
  ringsAt: optional(agentCard),
});

export type FloorRow = Infer<typeof floorRow>;
export type FloorAgentRow = Infer<typeof floorAgentRow>;
export type FloorItemRow = Infer<typeof floorItemRow>;

/** Agents that a why-not names. */
export const WHY_NOT_AGENTS_MAX = 100;

/**
 * RT16, `GET /v1/work-items/{item}/why-not` (supervisors): per agent the first rule that stands against their being
 * offered the item, by the matcher's own predicate; who is nearest to it first. `totals` counts all agents by rule.
 */
export const whyNotAnswer = object({
  item: itemId,
  /** When this was true, by the server's clock. */
  at: time,
  agents: list(
    object({
      agent: agentCard,
      /** `none`: nothing stands against it; it is being offered this very moment. */
      rule: string(40),
      /** In English, without the time: “chats 3/3”, “excluded”. */
      words: string(200),
      /** When it ends by itself. */
      until: optional(time),
    }),
    WHY_NOT_AGENTS_MAX,
  ),
  totals: list(object({ rule: string(40), count: integer(1) }), 20),
});
export type WhyNotAnswer = Infer<typeof whyNotAnswer>;
