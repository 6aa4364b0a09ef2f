import { assert, must } from '@alongside/sdk/shared';
import type { RoutingEvent, RoutingEventOf } from './routing-events.ts';
import type { RoutingLimits } from './routing-limits.ts';
import { UNCLASSIFIED } from './routing-limits.ts';
import {
  type ActiveItem,
  type Channel,
  type NextPresence,
  type OfferedItem,
  type PresentState,
  type RingingTransfer,
  type WaitingItem,
  type WorkItem,
  agesFrom,
  secondOf,
} from './routing-model.ts';
import type { RoutingState, Timer } from './routing-state.ts';

/** One decision under way: each event is applied as it is emitted, so that the next step sees it. */
export interface Decision {
  readonly state: RoutingState;
  readonly now: number;
  readonly limits: RoutingLimits;
  readonly newId: (prefix: string) => string;
  readonly emit: (event: RoutingEvent) => void;
}

type RescindReason = RoutingEventOf<'offer-rescinded'>['reason'];

export function rescind({ emit }: Decision, item: OfferedItem, reason: RescindReason): void {
  emit({ type: 'offer-rescinded', item: item.id, offer: item.offer, agent: item.agent, reason });
}

/** RT8, RT9: every offer that rings at the agent is withdrawn; before they stop to be available. */
export function rescindOffers(
  decision: Decision,
  agent: string,
  reason: Exclude<RescindReason, 'moved'>,
): void {
  for (const item of heldBy(decision, agent)) {
    if (item.state === 'offered') rescind(decision, item, reason);
    const second = secondOf(item);
    if (item.state === 'active' && second?.kind === 'ringing' && second.agent === agent) {
      endTransfer(decision, item, second, reason);
    }
  }
}

/** RT13: a transfer that rings ends, and the item stays where it is. */
export function endTransfer(
  { emit }: Decision,
  item: ActiveItem,
  { agent: to, offer }: RingingTransfer,
  cause: RoutingEventOf<'transfer-ended'>['cause'],
): void {
  emit({ type: 'transfer-ended', item: item.id, agent: item.agent, offer, to, cause });
}

/** RT13: whoever else was asked for goes, before the item leaves its agent. */
export function dismissSecond(decision: Decision, item: WorkItem, cause: 'withdrawn' | 'item-ended'): void {
  const second = secondOf(item);
  if (item.state !== 'active' || !second) return;
  if (second.kind === 'ringing') endTransfer(decision, item, second, cause);
  else endConsult(decision, item, second.agent, 'left');
}

export function endConsult(
  { emit }: Decision,
  item: ActiveItem,
  to: string,
  outcome: RoutingEventOf<'consult-ended'>['outcome'],
): void {
  emit({ type: 'consult-ended', item: item.id, agent: item.agent, to, outcome });
}

/** The items that take the agent's slots, in a stable order. */
export function heldBy({ state }: Decision, agent: string): WorkItem[] {
  return [...state.holding(agent).items].sort().flatMap((id) => state.items.get(id) ?? []);
}

/** Whether the agent has work that would be stranded (an offer would not: it goes back). */
export function hasWork(decision: Decision, agent: string): boolean {
  return heldBy(decision, agent).some((item) => {
    const second = secondOf(item);
    return second?.agent === agent ? second.kind === 'joined' : item.state !== 'offered';
  });
}

export function presenceEvent(
  agent: string,
  presence: PresentState,
  next?: NextPresence,
): RoutingEventOf<'agent-presence'> {
  return {
    type: 'agent-presence',
    agent,
    presence: presence.kind,
    ...(presence.reason !== undefined && { reason: presence.reason }),
    ...(next && {
      next: { presence: next.presence, ...(next.reason !== undefined && { reason: next.reason }) },
    }),
  };
}

/** Withdraws the offers whose time is over, instead of counting them as missed. */
export function rescindExpired(decision: Decision): void {
  const { state, now } = decision;
  for (const item of [...state.items.values()]) {
    if (item.state === 'offered' && item.expiresAt <= now) rescind(decision, item, 'restart');
    const second = secondOf(item);
    if (item.state === 'active' && second?.kind === 'ringing' && second.expiresAt <= now) {
      endTransfer(decision, item, second, 'restart');
    }
  }
}

/** What fell due at or before `now`, oldest first. */
export function endDueTimers(decision: Decision): void {
  for (;;) {
    const timer = decision.state.timers.first();
    if (!timer || timer.at > decision.now) return;
    endTimer(decision, timer);
    assert(decision.state.timers.first() !== timer, `the timer of ${timer.of} ${timer.id} has ended`);
  }
}

function endTimer(decision: Decision, timer: Timer): void {
  const { state, emit } = decision;
  if (timer.of === 'agent') {
    releaseWork(decision, timer.id, 'agent-lost');
    emit(presenceEvent(timer.id, { kind: 'offline', reason: 'connection-lost' }));
    return;
  }
  const item = state.items.get(timer.id);
  if (item?.state === 'offered') miss(decision, item);
  if (item?.state === 'active' && item.second?.kind === 'ringing') missTransfer(decision, item, item.second);
  if (item?.state === 'waiting') age(decision, item);
  if (item?.state === 'wrap-up') {
    const { id, agent, code } = item;
    emit({ type: 'wrap-up-ended', item: id, agent, cause: 'timer', code: code || UNCLASSIFIED });
  }
}

/**
 * RT11: another queue comes to help. RT5: the item asks for what the last step says that its age has reached. While it rings the steps wait with it,
 * and are seen to when it waits again: the age counts, not the time that it waited.
 */
function age({ now, emit }: Decision, item: WaitingItem): void {
  const isDue = ({ after }: { readonly after: number }): boolean => agesFrom(item) + after <= now;
  if (item.help && isDue(item.help)) {
    emit({ type: 'item-helped', item: item.id, queue: item.help.queue });
    return;
  }
  const taken = item.steps.filter(isDue);
  const last = must(taken.at(-1), 'a step that is due');
  emit({ type: 'item-relaxed', item: item.id, requirements: [...last.requirements], taken: taken.length });
}

/** RT8. */
function miss(decision: Decision, item: OfferedItem): void {
  const { now, limits, emit } = decision;
  const { id, offer, agent } = item;
  emit({ type: 'offer-missed', item: id, offer, agent, excludedUntil: now + limits.exclusionMs });
  judgeMisses(decision, agent, item.channel);
}

/** RT13, RT8: not to answer a colleague is a miss like any other. */
function missTransfer(decision: Decision, item: ActiveItem, second: RingingTransfer): void {
  endTransfer(decision, item, second, 'missed');
  judgeMisses(decision, second.agent, item.channel);
}

function judgeMisses(decision: Decision, agent: string, channel: Channel): void {
  const { state, limits, emit } = decision;
  const misses = state.agents.get(agent)?.misses ?? 0;
  if (misses < limits.missesMax[channel]) return;
  rescindOffers(decision, agent, 'not-responding');
  emit(presenceEvent(agent, { kind: 'not-responding', reason: 'missed-offers' }));
}

/**
 * RT9: gives up everything the agent holds: offers go back, active work waits again in its place and higher,
 * for the same agent first should they return; a wrap-up just ends, its customer is served.
 */
export function releaseWork(decision: Decision, agent: string, reason: 'agent-lost' | 'agent-removed'): void {
  const { now, limits, emit } = decision;
  rescindOffers(decision, agent, reason === 'agent-lost' ? 'disconnected' : 'agent-removed');
  for (const item of heldBy(decision, agent)) {
    const second = secondOf(item);
    if (item.state === 'active' && second?.kind === 'joined') {
      // Of two who are with the customer one is lost: the other has it.
      endConsult(decision, item, second.agent, second.agent === agent ? 'left' : 'handed-over');
    } else if (item.state === 'active') {
      dismissSecond(decision, item, 'withdrawn');
      const boost = Math.max(item.boost, limits.lostAgentBoostMs);
      const sticky = { agent, until: now + limits.stickyMs };
      emit({ type: 'item-requeued', item: item.id, agent, reason, boost, sticky });
    } else if (item.state === 'wrap-up') {
      const code = item.code || UNCLASSIFIED;
      emit({ type: 'wrap-up-ended', item: item.id, agent, cause: reason, code });
    }
  }
}

/** RT9: agents who drain and have nothing left take the presence that they wanted. */
export function settleDrains(decision: Decision, agents: Iterable<string>): void {
  const { state, emit } = decision;
  for (const id of [...agents].sort()) {
    const agent = state.agents.get(id);
    if (!agent?.next || agent.presence.kind === 'disconnected') continue;
    if (state.holding(id).items.size > 0) continue;
    emit(presenceEvent(id, { kind: agent.next.presence, reason: agent.next.reason }));
  }
}
