import type { ConversationEvent, ConversationState } from '../protocol/index.ts';
import { TAGS_MAX } from '../protocol/index.ts';

/** The tags that agents marked the conversation by; the newest last. Visitors' bundles go without it. */
export function withTags(state: ConversationState, body: ConversationEvent['body']): ConversationState {
  if (body.type !== 'conversation.tagged') return state;
  const others = (state.tags ?? []).filter((each) => each !== body.tag);
  return { ...state, tags: body.on ? [...others, body.tag].slice(-TAGS_MAX) : others };
}
