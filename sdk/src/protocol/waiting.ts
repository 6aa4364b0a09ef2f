import { sittingId, itemId, time } from './ids.ts';
import { type Infer, boolean, integer, message, object, optional } from './schema.ts';

/** How visitors wait, and what they may choose instead. */

// Commands

export const leaveMessage = message(
  'wait.leave-message',
  3,
  'Do not wait any longer: what was written stays as a message, and the answer comes later.',
  {},
);

// Events

export const sittingDeflected = message(
  'sitting.deflected',
  3,
  'Nobody waits any longer, but what was said does, as a message with a work item of its own; audience agents.',
  { sitting: sittingId, item: itemId },
);

// Parts of `availability`

/** How the own conversation waits; absent where it does not. */
export const ownWait = object({
  /** 1 is who comes next; absent for a message. */
  position: optional(integer(1)),
  /** Seconds, between which somebody will probably come; absent where nothing honest can be said. */
  low: optional(integer(1)),
  high: optional(integer(1)),
  /** A message may be left instead (`wait.leave-message`). */
  mayLeave: optional(boolean),
  /** It is a message; nobody need wait for the answer. */
  left: optional(boolean),
});
export type OwnWait = Infer<typeof ownWait>;

/** When the site is closed: when it opens. */
export const nextOpening = time;
