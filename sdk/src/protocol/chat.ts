import { agentId, seq } from './ids.ts';
import { DRAFT_SHOWN_MAX_LENGTH } from './draft-limits.ts';
import { MENTIONED_MAX, MESSAGE_TEXT_MAX_LENGTH } from './limits.ts';
import { agentCard } from './people.ts';
import { boolean, list, message, optional, string } from './schema.ts';

const text = string(MESSAGE_TEXT_MAX_LENGTH, /\S/, 1);

// Commands

export const chatSend = message('chat.send', 1, 'Say something in the conversation.', { text });

export const chatNote = message('chat.note', 1, 'Write a note that the visitor never sees.', {
  text,
  /** Since 3: agents of the site who are told of it. */
  mentions: optional(list(agentId, MENTIONED_MAX)),
});

export const chatReceipt = message(
  'chat.receipt',
  1,
  'Everything up to these numbers has reached my screen, or was read there. Repeating it is harmless.',
  { delivered: optional(seq), read: optional(seq) },
);

// Events

export const chatMessage = message('chat.message', 1, 'Somebody said something.', { text });

export const chatNoted = message('chat.noted', 1, 'An agent wrote a note; audience agents.', {
  text,
  mentions: optional(list(agentCard, MENTIONED_MAX)),
});

export const chatReceived = message(
  'chat.received',
  1,
  "The author's side has everything up to `delivered` on a screen, and has read up to `read`.",
  { delivered: seq, read: seq },
);

// Signals

export const typing = message('typing', 1, 'Writing, or no longer; lasts 6 s unless renewed.', {
  on: boolean,
});

export const draft = message(
  'draft',
  3,
  'What the visitor is writing, numbers and addresses masked; empty: nothing any more. Only where the site shows drafts (`availability`), and only to agents who are in the conversation.',
  { text: string(DRAFT_SHOWN_MAX_LENGTH) },
);
