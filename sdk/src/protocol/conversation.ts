import { author, agentCard, audience } from './people.ts';
import { chatMessage, chatNoted, chatReceived } from './chat.ts';
import {
  coBrowseAction,
  coBrowseAnswered,
  coBrowseAsked,
  coBrowseEnded,
  coBrowseSuggested,
  coBrowseViewed,
  coBrowseWasFollowed,
  shareState,
} from './co-browse.ts';
import { commandId, conversationId, epoch, itemId, seq, sittingId, time } from './ids.ts';
import { HISTORY_PAGE_MAX_EVENTS, MESSAGE_TEXT_MAX_LENGTH, UNREAD_MAX } from './limits.ts';
import { page } from './page.ts';
import { sittingDeflected } from './waiting.ts';
import {
  type Infer,
  type Schema,
  boolean,
  list,
  message,
  object,
  oneOf,
  optional,
  string,
  union,
} from './schema.ts';
import { conversationTagged, tags } from './tags.ts';

// Events of every conversation, whatever the capability

export const sittingOpened = message(
  'sitting.opened',
  1,
  'The visitor wrote and no sitting was open: a new one begins, with a work item of its own.',
  { sitting: sittingId, item: itemId, channel: oneOf('chat'), page: optional(page) },
);

export const sittingClosed = message('sitting.closed', 1, 'The sitting ended; the conversation stays.', {
  sitting: sittingId,
  reason: oneOf('finished', 'left', 'expired'),
});

export const agentJoined = message('agent.joined', 1, 'An agent took the work item.', {
  agent: agentCard,
  item: itemId,
});

export const agentLeft = message('agent.left', 1, 'An agent no longer has the work item.', {
  agent: agentCard,
  item: itemId,
});

export const agentLooked = message(
  'agent.looked',
  3,
  'Somebody who does not have the work item read the conversation (T22). For agents only; the visitor is not told.',
  { agent: agentCard },
);

/** Every body that an event of a conversation can have. */
export const eventBody = union(
  sittingOpened,
  sittingClosed,
  sittingDeflected,
  agentJoined,
  agentLeft,
  agentLooked,
  chatMessage,
  chatNoted,
  chatReceived,
  coBrowseAsked,
  coBrowseAnswered,
  coBrowseEnded,
  coBrowseViewed,
  coBrowseAction,
  coBrowseSuggested,
  coBrowseWasFollowed,
  conversationTagged,
);
export type EventBody = Infer<typeof eventBody>;

/** What a reader makes of an event that it cannot decode: only that entry shows an error, the chain goes on. */
export type UnreadableBody = { type: 'unreadable' };

const envelope = object({
  seq,
  prev: seq,
  at: time,
  author,
  audience,
  command: optional(commandId),
});

/**
 * One numbered entry of a conversation's log. `prev` is the number of the entry before it that this reader may
 * see: a chain without a break is gapless. `command` is the id of the command that caused it.
 */
export type ConversationEvent = Infer<typeof envelope> & { body: EventBody | UnreadableBody };

/** An entry whose contents were erased: it stays in the chain. */
export type ErasedEvent = { seq: number; prev: number; erased: true };

export type LogEntry = ConversationEvent | ErasedEvent;

const erased = object({ seq, prev: seq, erased: boolean });

/** Decodes an entry; an unknown or broken body becomes `unreadable`, a broken envelope is refused. */
export const logEntry: Schema<LogEntry> = {
  decode: (value, path) => {
    if ((value as { erased?: unknown } | null)?.erased === true) {
      return { ...erased.decode(value, path), erased: true };
    }
    const decoded = envelope.decode(value, path);
    return { ...decoded, body: readableBody((value as { body?: unknown }).body) };
  },
  json: () => ({
    oneOf: [
      {
        ...envelope.json(),
        properties: { ...(envelope.json()['properties'] as object), body: eventBody.json() },
      },
      erased.json(),
    ],
  }),
};

/** The body of an entry, or `unreadable` where it does not decode. */
export function readableBody(value: unknown): EventBody | UnreadableBody {
  try {
    return eventBody.decode(value, 'body');
  } catch {
    return { type: 'unreadable' };
  }
}

const marks = object({ delivered: seq, read: seq });

/**
 * The header of a conversation: what is folded from the whole log and small enough to be sent whole.
 * A reader's copy is folded from what that reader may see. `seq` is the last entry folded.
 */
export const conversationState = object({
  seq,
  sitting: optional(
    object({
      id: sittingId,
      item: itemId,
      state: oneOf('waiting', 'active', 'closed'),
      openedAt: time,
      page: optional(page),
    }),
  ),
  /** Who has it now. */
  agents: list(agentCard, 20),
  /** Who had it last; the next sitting goes to them first. */
  lastAgent: optional(agentCard),
  /** How far each side's screen has come. */
  visitor: marks,
  agentSide: marks,
  /** Numbers of the messages that the side has not read yet, oldest first, at most 99 are kept. */
  unreadByVisitor: list(seq, UNREAD_MAX),
  unreadByAgents: list(seq, UNREAD_MAX),
  lastMessage: optional(object({ seq, at: time, author, text: string(MESSAGE_TEXT_MAX_LENGTH) })),
  /** The page is shared, or an agent has asked for it. */
  share: optional(shareState),
  /** By what agents marked it; visitors know nothing of it. */
  tags: optional(tags),
});
export type ConversationState = Infer<typeof conversationState>;

/**
 * Where a reader stands. Sent by a client that has a copy; the server compares epoch, number and the command
 * of that entry, so that a server restored from an older backup is noticed (DL3).
 */
export const position = object({
  conversation: conversationId,
  epoch,
  seq,
  command: optional(commandId),
});
export type Position = Infer<typeof position>;

/**
 * A conversation as it is opened. Either `resumed` (the reader's copy is good; it fetches what lies between it
 * and `head`) or whole: the folded header and the newest entries.
 */
export const openedConversation = object({
  conversation: conversationId,
  epoch,
  /** The newest entry that this reader may see. */
  head: seq,
  resumed: boolean,
  state: optional(conversationState),
  entries: optional(list(logEntry, HISTORY_PAGE_MAX_EVENTS)),
  /** There are older entries before the first of `entries`. */
  older: optional(boolean),
});
export type OpenedConversation = Infer<typeof openedConversation>;
