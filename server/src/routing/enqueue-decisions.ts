import { hoursAt, nextOpening } from './hours-at.ts';
import { refuse } from './refuse.ts';
import { risingStep } from './relaxation.ts';
import type { Deflect, Enqueue, Refused } from './routing-commands.ts';
import type { RoutingEventOf } from './routing-events.ts';
import type { OfferedItem, Queue, RelaxationStep, Requirement, WaitingItem } from './routing-model.ts';
import type { RoutingState } from './routing-state.ts';
import { type Decision, rescind } from './routing-steps.ts';

/** How work enters: open or closed, live or as a message (RT2, RT11, RT12). */

/** RT2: the place in the order is fixed here. */
export function enqueue(decision: Decision, command: Enqueue): Refused | undefined {
  const { state, now, limits, emit } = decision;
  const { item, conversation, channel, enqueuedAt = now } = command;
  const queue = state.queues.get(command.queue);
  if (!queue) return refuse('not-found', `there is no queue ${command.queue}`);
  if (state.items.has(item)) return refuse('invalid', 'the work item is there already');
  const asks = askedOf(queue, command);
  const rise = risingStep(asks.requirements, asks.steps);
  if (rise !== undefined) return refuse('invalid', rise);
  if (enqueuedAt > now) return refuse('invalid', 'a work item enters when it is due, not before');
  const isClosed = isClosedAt(state, queue, now);
  emit({
    type: 'item-enqueued',
    item,
    conversation,
    queue: queue.id,
    channel,
    class: command.class ?? 0,
    boost: (command.boost ?? 0) - (isClosed ? limits.messageYieldsMs : 0),
    enqueuedAt,
    order: state.nextOrder,
    ...storedAsks(asks),
    ...(command.sticky && { sticky: command.sticky }),
    ...(command.ownerOnly && { ownerOnly: command.ownerOnly }),
    ...(isClosed && asMessage(state, queue, now)),
    ...helpOf(queue),
  });
  return undefined;
}

/** RT12: whether the queue has hours, and they are over. */
export function isClosedAt(state: RoutingState, queue: Queue, now: number): boolean {
  const hours = queue.hours === undefined ? undefined : state.hours.get(queue.hours);
  return hours !== undefined && !hoursAt(hours, now).isOpen;
}

/** RT12: until when something of the queue is held; undefined while it is open, or when no opening is known. */
export function heldUntil(state: RoutingState, queue: Queue, now: number): number | undefined {
  const hours = queue.hours === undefined ? undefined : state.hours.get(queue.hours);
  if (!hours || hoursAt(hours, now).isOpen) return undefined;
  return nextOpening(hours, now);
}

/** RT11: the visitor leaves a message; a queue without hours and limits asks nobody to. */
export function deflect(decision: Decision, { item: id }: Deflect): Refused | undefined {
  const { state, now } = decision;
  const item = state.items.get(id);
  if ((item?.state !== 'waiting' && item?.state !== 'offered') || item.isMessage) {
    return refuse('stale', 'the work item does not wait');
  }
  const queue = state.queues.get(item.queue);
  const isOffered = queue?.overflow?.offer.includes('message') || (queue && isClosedAt(state, queue, now));
  if (!isOffered) return refuse('invalid', 'no message is asked for in this queue');
  becomeMessage(decision, item);
  return undefined;
}

/** RT12: whoever still waits when a queue closes that serves nobody after its hours. */
export function deflectClosed(decision: Decision): void {
  const { state, now } = decision;
  for (const queue of state.queues.values()) {
    if (queue.closing !== 'deflect' || !isClosedAt(state, queue, now)) continue;
    const index = state.queueIndex(queue.id);
    if (index.live === 0) continue;
    for (const item of [...index.items()]) if (!item.isMessage) becomeMessage(decision, item);
  }
}

/** When a queue next closes on those who wait in it; undefined when none does. */
export function nextClosing(state: RoutingState): number | undefined {
  let next: number | undefined;
  for (const queue of state.queues.values()) {
    if (queue.closing !== 'deflect' || queue.hours === undefined) continue;
    const hours = state.hours.get(queue.hours);
    if (!hours || state.queueIndex(queue.id).live === 0) continue;
    const { isOpen, until } = hoursAt(hours, state.clock);
    if (isOpen && (next === undefined || until < next)) next = until;
  }
  return next;
}

/** RT12: what is held for hours that are others now; undefined hours hold nothing. */
export function holdAnew({ state, now, emit }: Decision, queue: Queue): void {
  for (const item of [...state.queueIndex(queue.id).items()]) {
    if (item.opensAt === undefined || item.opensAt <= now) continue;
    const opensAt = heldUntil(state, queue, now) ?? now;
    if (opensAt !== item.opensAt) emit({ type: 'item-held', item: item.id, opensAt });
  }
}

/** RT11: the waiting ends as `deflected`, and what was said goes on as a message of the same age. */
function becomeMessage(decision: Decision, item: WaitingItem | OfferedItem): void {
  const { state, now, limits, newId, emit } = decision;
  if (item.state === 'offered') rescind(decision, item, 'item-ended');
  const { id, conversation, queue, channel, enqueuedAt, requirements, steps, sticky, ownerOnly } = item;
  emit({ type: 'item-abandoned', item: id, outcome: 'deflected' });
  const home = state.queues.get(queue);
  emit({
    type: 'item-enqueued',
    item: newId('itm'),
    insteadOf: id,
    conversation,
    queue,
    channel,
    class: item.class,
    boost: item.boost - limits.messageYieldsMs,
    enqueuedAt,
    order: state.nextOrder,
    ...storedAsks({ requirements, steps }),
    ...(sticky && { sticky }),
    ...(ownerOnly && { ownerOnly }),
    ...(home ? { ...asMessage(state, home, now), ...helpOf(home) } : { message: true }),
  });
}

function asMessage(
  state: RoutingState,
  queue: Queue,
  now: number,
): Pick<RoutingEventOf<'item-enqueued'>, 'message' | 'opensAt'> {
  const opensAt = heldUntil(state, queue, now);
  return { message: true, ...(opensAt !== undefined && { opensAt }) };
}

/** RT11: fixed when the item enters, like its steps. */
export function helpOf(queue: Queue): Pick<RoutingEventOf<'item-enqueued'>, 'help'> {
  const help = queue.overflow?.second;
  return help ? { help } : {};
}

export interface Asks {
  readonly requirements: readonly Requirement[];
  readonly steps: readonly RelaxationStep[];
}

/** What the work itself asks for, else what its queue does. */
export function askedOf(
  queue: Queue,
  own: { readonly requirements?: readonly Requirement[]; readonly steps?: readonly RelaxationStep[] },
): Asks {
  if (own.requirements === undefined && own.steps === undefined) return queue;
  return { requirements: own.requirements ?? [], steps: own.steps ?? [] };
}

export function storedAsks({
  requirements,
  steps,
}: Asks): Pick<RoutingEventOf<'item-enqueued'>, 'requirements' | 'steps'> {
  return {
    requirements: [...requirements],
    ...(steps.length > 0 && {
      steps: steps.map((step) => ({ ...step, requirements: [...step.requirements] })),
    }),
  };
}
