import { deflectClosed, nextClosing } from './enqueue-decisions.ts';
import { matchWaiting } from './matching.ts';
import { applyRouting } from './routing-apply.ts';
import type { Changes } from './routing-changes.ts';
import type { Refused, RoutingCommand } from './routing-commands.ts';
import { decideCommand } from './routing-decisions.ts';
import type { RoutingEvent } from './routing-events.ts';
import { ROUTING_LIMITS, type RoutingLimits } from './routing-limits.ts';
import type { RoutingState } from './routing-state.ts';
import { relaxUnstaffed } from './staffing.ts';
import { waitOf } from './wait-of.ts';
import { type Decision, endDueTimers, rescindExpired, settleDrains } from './routing-steps.ts';

export { applyRouting };

/** What a decision needs from outside: routing reads no clock and draws no random number of its own. */
export interface RoutingContext {
  /** Milliseconds since 1970. Where it runs backwards, the time of the last event counts instead. */
  readonly now: number;
  /** A fresh id; asked with `off` for an offer. */
  readonly newId: (prefix: string) => string;
  /** {@link ROUTING_LIMITS} unless given. */
  readonly limits?: RoutingLimits;
}

export interface Decided {
  /** In order; none when there is nothing to say. All are of the time `now`. */
  readonly events: RoutingEvent[];
}

/**
 * What the command leads to: whatever fell due by `now`, the command's own events, and every offer that can be
 * made after them. A refused command leads to nothing; what is due stays due and comes with the next tick.
 *
 * The events are applied to the live state while deciding, since each step builds on the one before, and taken
 * back at the end: every value in the state is immutable, so putting the few old values back costs as much as
 * putting the new ones, and nothing is copied. The state is as before when this returns or throws, and the log
 * folds the stored events by {@link applyRouting}.
 */
export function decideRouting(
  state: RoutingState,
  command: RoutingCommand,
  context: RoutingContext,
): Decided | Refused {
  const changes = state.track();
  try {
    return decide(state, command, context, changes);
  } finally {
    state.undo(changes);
  }
}

/**
 * The same, but the state keeps what was decided: for a simulation or a bench, which have no log between. A
 * refused command leaves the state as it was.
 */
export function decideAndApplyRouting(
  state: RoutingState,
  command: RoutingCommand,
  context: RoutingContext,
): Decided | Refused {
  const changes = state.track();
  let isKept = false;
  try {
    const decided = decide(state, command, context, changes);
    isKept = 'events' in decided;
    return decided;
  } finally {
    if (isKept) state.settle();
    else state.undo(changes);
  }
}

/** When the next `tick` is due; undefined when only commands can bring anything new. */
export function nextDeadline(state: RoutingState): number | undefined {
  const times: number[] = [];
  const timer = state.timers.first();
  if (timer) times.push(timer.at);
  const opening = state.openings.after({ at: state.clock, of: LAST_OF, id: LAST_ID });
  if (opening) times.push(opening.at);
  const closing = nextClosing(state);
  if (closing !== undefined) times.push(closing);
  for (const queue of state.queueIndexes) {
    const joining = queue.nextJoining(state.clock);
    if (joining !== undefined) times.push(joining);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A probe with these comes after every entry of its time: ids are printable ASCII. */
const LAST_OF = 'item';
const LAST_ID = '\uffff';

function decide(
  state: RoutingState,
  command: RoutingCommand,
  context: RoutingContext,
  changes: Changes,
): Decided | Refused {
  const now = Math.max(context.now, state.clock);
  const events: RoutingEvent[] = [];
  const decision: Decision = {
    state,
    now,
    limits: context.limits ?? ROUTING_LIMITS,
    newId: context.newId,
    emit: (event) => {
      applyRouting(state, event, now);
      events.push(event);
    },
  };
  const hasPassedLimit = noteOpenings(state, changes, now) || hasPassedClosing(state, command, now);
  if (command.type === 'start') rescindExpired(decision);
  endDueTimers(decision);
  const refused = decideCommand(decision, command);
  if (refused) return refused;
  // What came back by this command may be old enough for less than it asks for.
  endDueTimers(decision);
  if (command.type === 'start') {
    for (const item of state.items.values()) changes.items.add(item.id);
  }
  settleDrains(decision, changes.agents);
  deflectClosed(decision);
  relaxUnstaffed(decision, changes);
  match(decision, changes);
  if (command.type === 'enqueue') tellWait(decision, command.item);
  // Otherwise the same passed limit would be found due again at each tick.
  if (hasPassedLimit && events.length === 0) decision.emit({ type: 'clock-advanced' });
  return { events };
}

/** Hours that never close are asked again from time to time (see hours-at.ts). */
function hasPassedClosing(state: RoutingState, { type }: RoutingCommand, now: number): boolean {
  return type === 'tick' && (nextClosing(state) ?? Infinity) <= now;
}

/** RT15: what its visitor is told first is kept, to be held against what comes. */
function tellWait({ state, now, emit }: Decision, id: string): void {
  const item = state.items.get(id);
  const wait = item && waitOf(state, item, now);
  if (!wait?.range) return;
  emit({ type: 'wait-told', item: id, position: wait.position, ...wait.range });
}

/** Marks the items that may suit others since the clock went on; says whether any limit was passed. */
function noteOpenings(state: RoutingState, changes: Changes, now: number): boolean {
  let found = false;
  let opening = state.openings.after({ at: state.clock, of: LAST_OF, id: LAST_ID });
  while (opening && opening.at <= now) {
    changes.items.add(opening.id);
    found = true;
    // Entries of one time and item are equal, so the next different one follows.
    opening = state.openings.after(opening);
  }
  for (const queue of state.queueIndexes) {
    for (const item of queue.joinedBetween(state.clock, now)) {
      changes.items.add(item.id);
      found = true;
    }
  }
  return found;
}

function match({ state, now, limits, newId, emit }: Decision, changes: Changes): void {
  matchWaiting(state, changes, now, {
    offer: (item, agent) => {
      const expiresAt = now + limits.offerMs[item.channel];
      emit({ type: 'item-offered', item: item.id, offer: newId('off'), agent: agent.id, expiresAt });
    },
    lapse: (item) => emit({ type: 'exclusions-lapsed', item: item.id }),
  });
}
