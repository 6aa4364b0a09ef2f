import type { Channel } from './routing-model.ts';

/**
 * Times and counts by which the engine decides. They reach the log as facts (`expiresAt`, `excludedUntil`,
 * `graceUntil`, …), so a fold of old events never depends on the values of today.
 */
export interface RoutingLimits {
  /** How long an offer rings (RT7). */
  readonly offerMs: Readonly<Record<Channel, number>>;
  /** How long an agent who missed or declined an item is passed over for it (RT8). */
  readonly exclusionMs: number;
  /** Missed offers until an agent counts as not responding, by the channel of the last one (RT8). */
  readonly missesMax: Readonly<Record<Channel, number>>;
  /** How long active work stays with an agent whose lease was lost (RT9). */
  readonly graceMs: number;
  /** What an item gains in the order when its agent was lost (RT9). */
  readonly lostAgentBoostMs: number;
  /** How long the last agent is preferred (RT14). */
  readonly stickyMs: number;
  /** How long whoever transferred an item to a queue is passed over for it there (RT13). */
  readonly transferExclusionMs: number;
  /** How much younger than somebody who waits a message counts (RT11): answered between, and never forgotten. */
  readonly messageYieldsMs: number;
  /** The longest optional wrap-up (RT10). */
  readonly optionalWrapUpMs: number;
}

/** The values of the design; tests, benches and fault runs give others. */
export const ROUTING_LIMITS: RoutingLimits = {
  offerMs: { chat: 20_000, callback: 25_000, call: 25_000 },
  exclusionMs: 60_000,
  missesMax: { chat: 2, callback: 1, call: 1 },
  graceMs: 45_000,
  lostAgentBoostMs: 10 * 60_000,
  stickyMs: 20_000,
  transferExclusionMs: 10 * 60_000,
  messageYieldsMs: 60 * 60_000,
  optionalWrapUpMs: 60_000,
};

/** An agent who gave no sign of life for this long is disconnected (RT9). */
export const LEASE_MS = 15_000;
/** The last agent counts for stickiness only this long after their last contact (RT14). */
export const STICKY_WINDOW_MS = 72 * 60 * 60_000;
/** RT15: an estimate is the mean over this many gaps, … */
export const PACE_WINDOW = 20;
/** … none before so many, … */
export const PACE_SAMPLES_MIN = 5;
/** … and none when nobody was served for this long. */
export const PACE_LASTS_MS = 30 * 60_000;
/** The code of work that was ended without choosing one (RT10). */
export const UNCLASSIFIED = 'unclassified';

/** Sizes that decoders allow; generous against every real centre, small against a flood. */
export const ROUTING_ID_MAX_LENGTH = 64;
export const ROUTING_TEXT_MAX_LENGTH = 200;
export const AGENT_SKILLS_MAX = 200;
export const AGENT_MEMBERSHIPS_MAX = 200;
export const ITEM_REQUIREMENTS_MAX = 20;
export const RELAXATION_STEPS_MAX = 10;
/** Opening hours (RT12): a shop has one or two intervals a day, and the holidays of some years. */
export const INTERVALS_PER_DAY_MAX = 10;
export const EXCEPTIONS_MAX = 400;
export const SITE_AGENTS_MAX = 10_000;
export const SITE_QUEUES_MAX = 1_000;
export const SITE_HOURS_MAX = 1_000;
export const SITE_ITEMS_MAX = 1_000_000;
