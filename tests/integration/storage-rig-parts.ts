import type { Author } from '@alongside/sdk/protocol';
import type { Fold, NewEvent, StreamKey } from '../../server/src/events/log.ts';

/** A state from which every order and loss can be told. */
export interface Tally {
  count: number;
  texts: string[];
}

export const tallyFold: Fold<Tally> = {
  kind: 'conversation',
  empty: () => ({ count: 0, texts: [] }),
  apply(state, { body }) {
    state.count++;
    state.texts.push((body as { text?: string }).text ?? '');
    return state;
  },
  snapshot: (state) => JSON.stringify(state),
  restore: (snapshot) => JSON.parse(snapshot) as Tally,
};

export function tally(id: string, site = 'demo'): StreamKey<Tally> {
  return { id, site, fold: tallyFold };
}

export const VISITOR: Author = { kind: 'visitor', id: 'vis_1', name: 'Visitor “1”' };

export function said(text: string, audience: NewEvent['audience'] = 'everyone'): NewEvent {
  return { type: 'chat.message', audience, author: VISITOR, body: { text } };
}
