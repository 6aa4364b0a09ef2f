import { describe, expect, test } from 'vitest';
import { ANA, BEN, CONVERSATION, entryOf } from '../../../tests/support/simulation/played-server.ts';
import { emptyConversation, reduceConversation } from './conversation-state.ts';
import type { ConversationView } from './conversation-view.ts';
import { Cell } from '../lib/observable.ts';
import type { EventBody } from '../protocol/index.ts';
import { ShownDraft } from './shown-draft.ts';

const ITEM = `itm_${'0'.repeat(26)}`;
const VISITOR = { author: { kind: 'visitor' as const } };

function parts() {
  const view = new Cell<ConversationView>({
    id: CONVERSATION,
    header: emptyConversation(),
    entries: [],
    older: false,
    pending: [],
    typing: [],
    catchingUp: false,
    restored: false,
  });
  const connection = new Cell({ state: 'online' });
  const draft = new ShownDraft(view, connection, new Cell({ agent: ANA }));
  const append = (body: EventBody, more: object = {}) => {
    const entry = entryOf(view.value.header.seq + 1, body, more);
    const { header, entries } = view.value;
    view.value = { ...view.value, header: reduceConversation(header, entry), entries: [...entries, entry] };
  };
  return { view, connection, draft, append };
}

/** Ana is in the conversation and sees a draft. */
function shown() {
  const all = parts();
  all.append({ type: 'agent.joined', agent: ANA, item: ITEM });
  all.draft.show('where is my');
  expect(all.draft.text.value).toBe('where is my');
  return all;
}

describe('a draft that an agent is shown', () => {
  test('stands while other things happen', () => {
    const { append, draft, view } = shown();
    append({ type: 'chat.message', text: 'Hello' }, { author: { kind: 'agent', id: ANA.id } });
    view.value = { ...view.value, online: true };
    expect(draft.text.value).toBe('where is my');
  });

  test('goes when it is sent; what is written next is shown', () => {
    const { append, draft } = shown();
    append({ type: 'chat.message', text: 'where is my order' }, VISITOR);
    expect(draft.text.value).toBe('');
    draft.show('and');
    expect(draft.text.value).toBe('and');
  });

  test('goes when it is cleared', () => {
    const { draft } = shown();
    draft.show('');
    expect(draft.text.value).toBe('');
  });

  test('goes with the visitor', () => {
    const { draft, view } = shown();
    view.value = { ...view.value, online: false };
    expect(draft.text.value).toBe('');
  });

  test('goes with the connection', () => {
    const { connection, draft } = shown();
    connection.value = { state: 'reconnecting' };
    expect(draft.text.value).toBe('');
  });

  test('goes when its agent leaves the conversation', () => {
    const { append, draft } = shown();
    append({ type: 'agent.left', agent: ANA, item: ITEM });
    expect(draft.text.value).toBe('');
  });

  test('is not shown to who is not in the conversation', () => {
    const { append, draft } = parts();
    append({ type: 'agent.joined', agent: BEN, item: ITEM });
    draft.show('secret');
    expect(draft.text.value).toBe('');
  });

  test('is followed no longer after the conversation was put away', () => {
    const { draft, view } = shown();
    draft.stop();
    view.value = { ...view.value, online: false };
    expect(draft.text.value).toBe('where is my');
  });
});
