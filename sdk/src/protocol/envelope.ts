import { logEntry, openedConversation, position } from './conversation.ts';
import { author } from './people.ts';
import { chatNote, chatReceipt, chatSend, draft, typing } from './chat.ts';
import {
  deskAccept,
  deskAssign,
  deskConsultEnd,
  deskDecline,
  deskMentionSeen,
  deskStatus,
  deskTransfer,
  deskTransferWithdraw,
  deskWrapUpEnd,
  sittingFinish,
} from './desk.ts';
import {
  coBrowseActed,
  coBrowseAnswer,
  coBrowseAsk,
  coBrowseEnd,
  coBrowseFollowed,
  coBrowseSuggest,
} from './co-browse.ts';
import { errorCode } from './errors.ts';
import { commandId, conversationId, requestId, seq } from './ids.ts';
import { HISTORY_PAGE_MAX_EVENTS } from './limits.ts';
import { page } from './page.ts';
import { type Infer, boolean, integer, list, message, optional, string, union } from './schema.ts';
import { conversationTag } from './tags.ts';
import { leaveMessage } from './waiting.ts';

/** The counter of a device: its commands are stored in this order, without a gap (DL3). */
const counter = integer(1);

export const visitorCommandBody = union(
  chatSend,
  chatReceipt,
  leaveMessage,
  coBrowseAnswer,
  coBrowseEnd,
  coBrowseActed,
  coBrowseFollowed,
);
export const agentCommandBody = union(
  chatSend,
  chatNote,
  chatReceipt,
  sittingFinish,
  deskStatus,
  deskAccept,
  deskDecline,
  deskTransfer,
  deskTransferWithdraw,
  deskConsultEnd,
  deskAssign,
  deskWrapUpEnd,
  deskMentionSeen,
  conversationTag,
  coBrowseAsk,
  coBrowseEnd,
  coBrowseSuggest,
);
export type VisitorCommandBody = Infer<typeof visitorCommandBody>;
export type AgentCommandBody = Infer<typeof agentCommandBody>;

export const visitorCommand = message(
  'command',
  1,
  'A command in the own conversation. `n` counts those of a device that come from its outbox; a command without it has no place in that order.',
  { id: commandId, n: optional(counter), body: visitorCommandBody },
);

export const agentCommand = message(
  'command',
  1,
  'A command in a conversation, or without one to the desk.',
  {
    id: commandId,
    n: optional(counter),
    conversation: optional(conversationId),
    body: agentCommandBody,
  },
);

export const ack = message(
  'ack',
  1,
  'The command is stored (on disk) as entry `seq`, or had been. `conflict`: the same id came with another body, and this is the first answer.',
  {
    id: commandId,
    conversation: optional(conversationId),
    seq,
    head: seq,
    conflict: optional(boolean),
  },
);

export const refused = message(
  'refused',
  1,
  'The command was not stored; the code says what to do. `expected` is the device counter that the server waits for.',
  {
    id: optional(commandId),
    request: optional(requestId),
    code: errorCode,
    message: string(300),
    expected: optional(integer(1)),
    retryAfter: optional(integer(0, 86_400_000)),
    conflict: optional(boolean),
  },
);

export const entry = message('entry', 1, 'The next entry of a conversation that this connection reads.', {
  conversation: conversationId,
  entry: logEntry,
});

export const fetchPage = message(
  'fetch',
  1,
  'Entries after a number (catching up) or before one (scrolling back), at most 300 and 256 KB.',
  {
    request: requestId,
    conversation: conversationId,
    after: optional(seq),
    before: optional(seq),
    limit: integer(1, HISTORY_PAGE_MAX_EVENTS),
  },
);

export const pageOfEntries = message('page', 1, 'The answer to `fetch`, oldest entry first.', {
  request: requestId,
  conversation: conversationId,
  entries: list(logEntry, HISTORY_PAGE_MAX_EVENTS),
  head: seq,
  /** There are more in the direction that was asked for. */
  more: boolean,
});

export const openConversation = message(
  'open',
  1,
  'Read a conversation from now on; with a position of it, resume there.',
  { request: requestId, conversation: conversationId, position: optional(position) },
);

export const opened = message('opened', 1, 'The answer to `open`.', {
  request: requestId,
  opened: openedConversation,
});

export const leave = message('leave', 1, 'Read a conversation no longer.', {
  conversation: conversationId,
});

export const pageSignal = message('page', 1, "The visitor's page, masked.", { page });

export const onlineSignal = message('online', 1, 'The visitor has a connection, or none.', {
  on: boolean,
});

export const visitorSignalBody = union(typing, pageSignal, draft);
export const agentSignalBody = union(typing);
export const shownSignalBody = union(typing, pageSignal, onlineSignal);
/** What agents alone are shown besides. */
export const agentShownSignalBody = union(typing, pageSignal, onlineSignal, draft);
export type VisitorSignalBody = Infer<typeof visitorSignalBody>;

export const visitorSignal = message('signal', 1, 'Live, never stored.', { body: visitorSignalBody });

export const agentSignal = message('signal', 1, 'Live, never stored.', {
  conversation: conversationId,
  body: agentSignalBody,
});

export const shownSignal = message('signal', 1, 'Live, never stored; by whom is set by the server.', {
  conversation: conversationId,
  author,
  body: shownSignalBody,
});
export type ShownSignal = Infer<typeof shownSignal>;

export const agentShownSignal = message('signal', 1, 'As to visitors; with what only agents are shown.', {
  conversation: conversationId,
  author,
  body: agentShownSignalBody,
});

export const errorMessage = message(
  'error',
  1,
  'A frame could not be read; the connection stays unless a close follows.',
  { code: errorCode, message: string(300) },
);
