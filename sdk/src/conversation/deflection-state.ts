import type { ConversationEvent, ConversationState } from '../protocol/index.ts';

/** The work item of a sitting for which nobody waits any longer (RT11). Visitors' bundles go without it. */
export function withDeflection(state: ConversationState, body: ConversationEvent['body']): ConversationState {
  if (body.type !== 'sitting.deflected' || !state.sitting) return state;
  return { ...state, sitting: { ...state.sitting, item: body.item } };
}
