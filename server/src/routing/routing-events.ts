import { type Infer, boolean, integer, list, message, oneOf, optional, union } from '@alongside/sdk/protocol';
import { openingHours } from './hours.ts';
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
  outcome,
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
import { RELAXATION_STEPS_MAX } from './routing-limits.ts';

/** The stored form of what routing decided. `since` 1 for all: the shape of the first release. */

const offerOf = { item: id, offer: id, agent: id };

const queueConfigured = message('queue-configured', 1, 'A queue is made or changed.', {
  queue: id,
  name: text,
  wrapUp,
  requirements: optional(requirements),
  steps: optional(relaxationSteps),
  hours: optional(id),
  closing: optional(closing),
  overflow: optional(overflow),
});
const queueRemoved = message('queue-removed', 1, 'A queue is gone; nothing is in it any more.', {
  queue: id,
});
const hoursConfigured = message('hours-configured', 1, 'Opening hours are made or changed.', {
  hours: id,
  opens: openingHours,
});
const hoursRemoved = message('hours-removed', 1, 'Opening hours are gone; their queues are always open.', {
  hours: id,
});
const siteConfigured = message('site-configured', 1, 'What holds for all queues.', {
  chats: optional(id),
  afterHours,
});
const agentConfigured = message('agent-configured', 1, 'An agent is made or changed; a new one is offline.', {
  agent: id,
  name: text,
  skills,
  memberships,
  limits: agentLimits,
});
const agentRemoved = message('agent-removed', 1, 'An agent is gone; nothing is held by them any more.', {
  agent: id,
});
const agentPresence = message(
  'agent-presence',
  1,
  'The status of an agent, and the one they drain towards.',
  {
    agent: id,
    presence: settledPresence,
    reason: optional(text),
    next: optional(nextPresence),
  },
);
const agentDisconnected = message('agent-disconnected', 1, 'The lease of an agent is lost.', {
  agent: id,
  graceUntil: time,
});
const agentReconnected = message('agent-reconnected', 1, 'A disconnected agent is back within the grace.', {
  agent: id,
});

const itemEnqueued = message('item-enqueued', 1, 'A work item enters.', {
  item: id,
  conversation: id,
  queue: id,
  channel,
  class: rank,
  boost: rank,
  enqueuedAt: time,
  order: integer(1),
  requirements,
  steps: optional(relaxationSteps),
  sticky: optional(agentUntil),
  ownerOnly: optional(agentUntil),
  /** Absent: false. */
  message: optional(boolean),
  opensAt: optional(time),
  help: optional(helpPlan),
  /** The item that ended as `deflected` and goes on as this one. */
  insteadOf: optional(id),
});
const itemHeld = message('item-held', 1, 'The hours of its queue are others now.', {
  item: id,
  opensAt: time,
});
const itemHelped = message('item-helped', 1, 'It waits so long that another queue helps.', {
  item: id,
  queue: id,
});
const waitTold = message('wait-told', 1, 'How long its visitor was told to wait, in seconds.', {
  item: id,
  position: integer(1),
  ...toldRange,
});
const itemOffered = message('item-offered', 1, 'An offer rings at an agent.', {
  ...offerOf,
  expiresAt: time,
});
const offerAccepted = message('offer-accepted', 1, 'The agent took it.', offerOf);
const offerDeclined = message('offer-declined', 1, 'The agent passed it up; it waits in its place.', {
  ...offerOf,
  excludedUntil: time,
});
const offerMissed = message('offer-missed', 1, 'Nobody answered in time; it waits in its place.', {
  ...offerOf,
  excludedUntil: time,
});
const offerRescinded = message('offer-rescinded', 1, 'The offer is withdrawn; it waits in its place.', {
  ...offerOf,
  reason: oneOf(
    'presence',
    'not-responding',
    'disconnected',
    'agent-removed',
    'item-ended',
    'moved',
    'restart',
  ),
});
const exclusionsLapsed = message('exclusions-lapsed', 1, 'Everyone suitable was excluded, so nobody is.', {
  item: id,
});
const itemRelaxed = message('item-relaxed', 1, 'It is old enough to ask for less.', {
  item: id,
  requirements,
  /** Steps of its plan that are behind it with this event; several when none was taken for a while. */
  taken: integer(1, RELAXATION_STEPS_MAX),
  /** Before its time: nobody who is on duty has what it asked for. */
  because: optional(oneOf('unstaffed')),
});
const itemParked = message('item-parked', 1, 'The visitor went silent; the slot is free.', {
  item: id,
  agent: id,
});
const itemResumed = message('item-resumed', 1, 'The visitor of a parked item is back; it waits anew.', {
  item: id,
  enqueuedAt: time,
  sticky: agentUntil,
});
const itemRequeued = message('item-requeued', 1, 'Its agent was lost; it waits in its place, and higher.', {
  item: id,
  agent: id,
  reason: oneOf('agent-lost', 'agent-removed'),
  boost: rank,
  sticky: optional(agentUntil),
});
const itemFinished = message('item-finished', 1, 'Done, or in wrap-up until `wrapUpUntil`.', {
  item: id,
  agent: id,
  code: text,
  wrapUpUntil: optional(time),
});
const wrapUpEnded = message('wrap-up-ended', 1, 'The wrap-up is over.', {
  item: id,
  agent: id,
  cause: oneOf('agent', 'timer', 'agent-lost', 'agent-removed'),
  code: text,
});
const itemAbandoned = message('item-abandoned', 1, 'It ended without an agent.', {
  item: id,
  outcome,
  /** For whom it was parked. */
  agent: optional(id),
});
const transferOf = { item: id, agent: id, to: id };
const transferOffered = message('transfer-offered', 1, 'The agent asks another to take it, or to join.', {
  ...transferOf,
  offer: id,
  /** To join first; else to take it over at once. */
  warm: boolean,
  expiresAt: time,
});
const transferAccepted = message('transfer-accepted', 1, 'The other agent has it, or is beside the first.', {
  ...transferOf,
  offer: id,
});
const transferEnded = message('transfer-ended', 1, 'It stays with the agent who asked.', {
  ...transferOf,
  offer: id,
  cause: oneOf(
    'declined',
    'missed',
    'withdrawn',
    'presence',
    'not-responding',
    'disconnected',
    'agent-removed',
    'item-ended',
    'restart',
  ),
});
const consultEnded = message('consult-ended', 1, 'Of two agents one goes; who stays is responsible.', {
  ...transferOf,
  outcome: oneOf('handed-over', 'left'),
});
const itemTransferred = message('item-transferred', 1, 'It waits in a queue, for what that asks.', {
  item: id,
  /** Who had it; absent where it waited. */
  agent: optional(id),
  queue: id,
  enqueuedAt: time,
  requirements,
  steps: optional(relaxationSteps),
  help: optional(helpPlan),
  /** Who is passed over for it there. */
  exclusions: list(agentUntil, 2),
});
const itemAssigned = message('item-assigned', 1, 'It was put into the hands of an agent, without an offer.', {
  item: id,
  agent: id,
  /** Who had it. */
  from: optional(id),
});
const clockAdvanced = message('clock-advanced', 1, 'Time passed a limit that had no consequence yet.', {});

/** Every event that routing writes, told apart by `type`. */
export const routingEvent = union(
  queueConfigured,
  queueRemoved,
  hoursConfigured,
  hoursRemoved,
  siteConfigured,
  agentConfigured,
  agentRemoved,
  agentPresence,
  agentDisconnected,
  agentReconnected,
  itemEnqueued,
  itemHeld,
  itemHelped,
  waitTold,
  itemOffered,
  offerAccepted,
  offerDeclined,
  offerMissed,
  offerRescinded,
  exclusionsLapsed,
  itemRelaxed,
  itemParked,
  itemResumed,
  itemRequeued,
  itemFinished,
  wrapUpEnded,
  itemAbandoned,
  transferOffered,
  transferAccepted,
  transferEnded,
  consultEnded,
  itemTransferred,
  itemAssigned,
  clockAdvanced,
);
export type RoutingEvent = Infer<typeof routingEvent>;
export type RoutingEventOf<Type extends RoutingEvent['type']> = Extract<RoutingEvent, { type: Type }>;

/** A stored event, checked. @throws DecodeError with the path of what is wrong. */
export function decodeRoutingEvent(value: unknown): RoutingEvent {
  return routingEvent.decode(value, '');
}
