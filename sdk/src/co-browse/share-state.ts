import type { ConversationState, EventBody, UnreadableBody } from '../protocol/index.ts';
import { shareAfter } from './share-fold.ts';

/**
 * A header with the share that an event leaves. The panel is built without it (tools/build/visitor-wire.ts): who
 * never shares fetches nothing of it, and the chunk that shares folds by itself.
 */
export function withShare(state: ConversationState, body: EventBody | UnreadableBody): ConversationState {
  const share = shareAfter(state.share, body);
  if (share === state.share) return state;
  const { share: _, ...others } = state;
  return share ? { ...others, share } : others;
}
