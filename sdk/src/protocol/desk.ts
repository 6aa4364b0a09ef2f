import { agentId, conversationId, itemId, offerId, seq, time } from './ids.ts';
import { DESK_ROWS_MAX, MENTIONS_MAX, NAME_MAX_LENGTH } from './limits.ts';
import { page } from './page.ts';
import { floorAgentRow, floorItemRow, floorRow } from './floor.ts';
import { agentCard, role } from './people.ts';
import { chosenPresence, presence, queueId } from './presence.ts';
import {
  type Infer,
  boolean,
  integer,
  list,
  message,
  object,
  oneOf,
  optional,
  string,
  union,
} from './schema.ts';
import { tags } from './tags.ts';

const wrapUpCode = string(200, undefined, 1);

// Commands

export const deskStatus = message('desk.status', 1, 'Set my status.', {
  presence: chosenPresence,
  reason: optional(string(NAME_MAX_LENGTH)),
  /** Since 3: with work at hand, finish that first and take nothing new. */
  drain: optional(boolean),
});

export const deskAccept = message(
  'desk.accept',
  1,
  'Take the work item; compare-and-set on item and offer, else `stale`.',
  { item: itemId, offer: offerId },
);

export const deskDecline = message('desk.decline', 1, 'Leave the work item to others.', {
  item: itemId,
  offer: offerId,
});

export const sittingFinish = message(
  'sitting.finish',
  1,
  "End the sitting; the visitor's next message opens a new one, to the same agent first.",
  {
    /** What it was about; `unclassified` without one. */
    code: optional(wrapUpCode),
    /** Ask for time to write it up, where the queue has that by choice. */
    wrapUp: optional(boolean),
  },
);

export const deskTransfer = message(
  'desk.transfer',
  2,
  'Pass a work item on: to a colleague, who is asked and until then it stays with you, or to a queue. Exactly one of the two. A supervisor may move any item to a queue.',
  {
    item: itemId,
    agent: optional(agentId),
    /** The colleague joins first; `desk.consult-end` hands over. */
    warm: optional(boolean),
    queue: optional(queueId),
    /** In the queue: false for a place at the end; unless given it keeps its age. */
    keepsPlace: optional(boolean),
  },
);

export const deskTransferWithdraw = message('desk.transfer-withdraw', 2, 'Stop asking the colleague.', {
  item: itemId,
});

export const deskConsultEnd = message(
  'desk.consult-end',
  2,
  'Of two agents one goes: `handOver` leaves the item to the colleague, else the colleague goes.',
  { item: itemId, handOver: boolean },
);

export const deskAssign = message(
  'desk.assign',
  2,
  "A supervisor puts a work item into an agent's hands, their own for one, as far as these have room.",
  { item: itemId, agent: agentId },
);

export const deskWrapUpEnd = message('desk.wrap-up-end', 2, 'Written up.', {
  item: itemId,
  code: optional(wrapUpCode),
});

export const deskMentionSeen = message(
  'desk.mention-seen',
  3,
  'I have looked at the conversation in which a colleague mentioned me.',
  { conversation: conversationId },
);

// Rows of the desk

/** A colleague named the agent in a note, and the agent has not looked since. */
const mention = object({
  conversation: conversationId,
  /** The note. */
  seq,
  at: time,
  by: agentCard,
  visitorName: string(NAME_MAX_LENGTH),
  /** How it begins. */
  text: optional(string(200)),
});
export type Mention = Infer<typeof mention>;

/** The agent whose desk it is. */
export const meRow = message('me', 1, 'Who you are and your status.', {
  key: string(60),
  agent: agentCard,
  role,
  presence,
  reason: optional(string(NAME_MAX_LENGTH)),
  since: time,
  /** Since 3: nothing new comes, and this is the status once the last work at hand is done. */
  next: optional(object({ presence: chosenPresence, reason: optional(string(NAME_MAX_LENGTH)) })),
  /** Since 3: newest first. */
  mentions: optional(list(mention, MENTIONS_MAX)),
});

/** Whether the visitor's page is asked for, shared with agents, or acted on as well. */
const sharing = oneOf('asked', 'shared', 'controlled');

/** A conversation in the inbox. */
export const conversationRow = message('conversation', 1, 'A conversation that you have, or had lately.', {
  key: string(60),
  conversation: conversationId,
  item: itemId,
  state: oneOf('active', 'parked', 'wrap-up', 'closed'),
  visitorName: string(NAME_MAX_LENGTH),
  online: boolean,
  page: optional(page),
  lastText: optional(string(200)),
  lastAt: optional(time),
  lastBy: optional(oneOf('visitor', 'agent', 'system')),
  /** Since 3: which agent wrote it. */
  lastFrom: optional(agentCard),
  /** The visitor's messages that nobody read yet, at most 99. */
  unread: integer(0, 99),
  /** Since when the visitor waits for an answer. */
  waitingSince: optional(time),
  /** A colleague whom you asked to take it or to join. */
  second: optional(object({ agent: agentCard, state: oneOf('ringing', 'joined') })),
  /** You joined: who has it. */
  first: optional(agentCard),
  /** In wrap-up: until when. */
  wrapUpUntil: optional(time),
  /** Since 3: in which queue its work is, and by which tags it is marked. */
  queue: optional(queueId),
  tags: optional(tags),
  sharing: optional(sharing),
});

/** An offer: what an agent sees before accepting. */
export const offerRow = message('offer', 1, 'Work that is offered to you.', {
  key: string(60),
  offer: offerId,
  item: itemId,
  conversation: conversationId,
  channel: oneOf('chat', 'callback', 'call'),
  visitorName: string(NAME_MAX_LENGTH),
  /** The colleague who passes it on to you; with `warm` you join first. */
  from: optional(agentCard),
  warm: optional(boolean),
  /** What they wrote. */
  text: optional(string(400)),
  page: optional(page),
  waitingSince: time,
  expiresAt: time,
  /** The last three contacts, newest first. */
  lastContacts: list(
    object({ at: time, agent: optional(string(NAME_MAX_LENGTH)), text: optional(string(200)) }),
    3,
  ),
  /** Since 3. */
  sharing: optional(sharing),
});

export const queueRow = message('queue', 1, 'How many wait, and since when the first does.', {
  key: string(60),
  /** What `desk.transfer` calls it. */
  id: optional(queueId),
  queue: string(40),
  waiting: integer(0),
  oldestSince: optional(time),
});

export const colleagueRow = message('colleague', 1, 'Another agent of the site.', {
  key: string(60),
  agent: agentCard,
  presence,
  items: integer(0),
  /** Since 3: false where they could not take another chat now. */
  room: optional(boolean),
});

/** A row of an agent's desk; `key` is unique in it. */
export const deskRow = union(
  meRow,
  conversationRow,
  offerRow,
  queueRow,
  colleagueRow,
  floorRow,
  floorAgentRow,
  floorItemRow,
);
export type DeskRow = Infer<typeof deskRow>;
export type MeRow = Infer<typeof meRow>;
export type ConversationRow = Infer<typeof conversationRow>;
export type OfferRow = Infer<typeof offerRow>;
export type QueueRow = Infer<typeof queueRow>;
export type ColleagueRow = Infer<typeof colleagueRow>;

// Messages

export const desk = message('desk', 1, 'Your whole desk.', {
  version: integer(0),
  rows: list(deskRow, DESK_ROWS_MAX),
});

export const deskPatch = message(
  'desk.patch',
  1,
  'Turns version `from` into `version`: rows put in place of those with their key, keys removed. From another version: ask again.',
  {
    from: integer(0),
    version: integer(0),
    put: list(deskRow, DESK_ROWS_MAX),
    remove: list(string(60), DESK_ROWS_MAX),
  },
);

export const deskOpen = message('desk.open', 1, 'Send my desk whole.', {
  /** Since 3, supervisors and admins: with the rows of the floor, until it is opened without them. */
  floor: optional(boolean),
});
