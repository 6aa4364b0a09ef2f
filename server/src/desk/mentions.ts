import {
  type Infer,
  MENTIONS_MAX,
  agentCard,
  agentId,
  conversationId,
  list,
  message,
  object,
  seq,
  time,
  union,
} from '@alongside/sdk/protocol';
import type { NewEvent } from '../events/log.ts';

/** Who was named in a note and has not looked since: events of the desk that routing knows nothing of. */

const agentMentioned = message('agent-mentioned', 1, 'A colleague named the agent in a note.', {
  agent: agentId,
  conversation: conversationId,
  /** The note. */
  note: seq,
  by: agentCard,
});
const mentionsSeen = message('mentions-seen', 1, 'The agent looked at the conversation.', {
  agent: agentId,
  conversation: conversationId,
});
const mentionEvent = union(agentMentioned, mentionsSeen);
export type MentionEvent = Infer<typeof mentionEvent>;

/** One note in which an agent is named. */
const mentioned = object({ conversation: conversationId, note: seq, at: time, by: agentCard });
export type Mentioned = Infer<typeof mentioned>;
export const mentionedList = list(mentioned, MENTIONS_MAX);

const TYPES: ReadonlySet<string> = new Set(['agent-mentioned', 'mentions-seen']);

/** Whether an event of the desk is one of these. */
export function isMentionEvent(type: string): boolean {
  return TYPES.has(type);
}

/** An agent's mentions after an event, newest first. @throws DecodeError */
export function foldMention(
  mentions: Map<string, readonly Mentioned[]>,
  stored: { type: string; body: object; at: number },
): void {
  const event = mentionEvent.decode({ ...stored.body, type: stored.type }, '');
  const before = mentions.get(event.agent) ?? [];
  if (event.type === 'mentions-seen') {
    mentions.set(
      event.agent,
      before.filter((each) => each.conversation !== event.conversation),
    );
    return;
  }
  const { conversation, note, by } = event;
  mentions.set(event.agent, [{ conversation, note, at: stored.at, by }, ...before].slice(0, MENTIONS_MAX));
}

/** The event in the log's form. */
export function newMentionEvent({ type, ...body }: MentionEvent): NewEvent {
  return { type, audience: 'agents', author: { kind: 'system' }, body };
}
