import { emptyConversation } from '@alongside/sdk/shared';
import { type AgentCard, type Author, type ConversationState, TAGS_MAX } from '@alongside/sdk/protocol';
import { describe, expect, test } from 'vitest';
import {
  agentFinishes,
  agentJoins,
  agentLeaves,
  agentNotes,
  agentSays,
  agentTags,
  sideReceived,
  visitorSays,
} from './chat-machine.ts';

const conversation = 'cnv_00000000000000000000000000';
const visitor: Author = { kind: 'visitor', id: 'vis_00000000000000000000000000', name: 'Visitor 0000' };
const ana: AgentCard = { id: 'agt_00000000000000000000000000', name: 'Ana' };
const agent: Author = { kind: 'agent', ...ana };
const newId = (prefix: string): string => `${prefix}_00000000000000000000000000`;

function said(header: ConversationState): ReturnType<typeof visitorSays> {
  return visitorSays(header, { conversation, author: visitor, text: 'hello', at: 5, page: undefined, newId });
}

function withSitting(state: 'waiting' | 'active' | 'closed'): ConversationState {
  const sitting = { id: newId('sit'), item: newId('itm'), state, openedAt: 1 };
  return { ...emptyConversation(), seq: 2, sitting };
}

describe("a visitor's message", () => {
  test('opens a sitting where none is open, and asks for an agent', () => {
    expect(said(emptyConversation())).toMatchObject({
      append: [{ type: 'sitting.opened', audience: 'everyone' }, { type: 'chat.message' }],
      effects: [{ kind: 'work.enqueue', payload: { conversation, at: 5 } }, { kind: 'search.index' }],
    });
  });

  test('after a closed sitting opens another one, to the last agent first', () => {
    const header = {
      ...withSitting('closed'),
      lastAgent: ana,
      lastMessage: { seq: 2, at: 3, author: agent, text: 'bye' },
    };
    expect(said(header)).toMatchObject({
      effects: [{ kind: 'work.enqueue', payload: { last: { agent: ana.id, at: 3 } } }, {}],
    });
  });

  test.each(['waiting', 'active'] as const)('in a sitting that is %s is only a message', (state) => {
    expect(said(withSitting(state))).toMatchObject({ append: [{ type: 'chat.message', author: visitor }] });
    expect(said(withSitting(state))).not.toMatchObject({ effects: [{ kind: 'work.enqueue' }, {}] });
  });
});

describe('an agent', () => {
  test('answers to everyone', () => {
    expect(agentSays({ conversation, author: agent, text: 'hello', at: 5 })).toMatchObject({
      append: [{ type: 'chat.message', audience: 'everyone', body: { text: 'hello' } }],
    });
  });

  test('writes notes for agents only', () => {
    expect(agentNotes(conversation, agent, 'psst')).toEqual({
      append: [{ type: 'chat.noted', audience: 'agents', author: agent, body: { text: 'psst' } }],
    });
  });

  test('names colleagues in a note, and they are told', () => {
    const ben = { id: newId('agt'), name: 'Ben' };
    expect(agentNotes(conversation, agent, '@Ben?', [ben])).toMatchObject({
      append: [{ type: 'chat.noted', audience: 'agents', body: { text: '@Ben?', mentions: [ben] } }],
      effects: [{ kind: 'desk.mention', payload: { conversation, agents: [ben.id], by: { id: agent.id } } }],
    });
  });

  test('marks a conversation by a tag for agents only; once is enough, and there is an end', () => {
    const tagged = [{ type: 'conversation.tagged', audience: 'agents', body: { tag: 'vip', on: true } }];
    const vip = (on: boolean, isKnown = true) => ({ tag: 'vip', on, isKnown });
    expect(agentTags(emptyConversation(), agent, vip(true))).toMatchObject({ append: tagged });
    const marked = { ...emptyConversation(), tags: ['vip'] };
    expect(agentTags(marked, agent, vip(true))).toEqual({ already: true });
    expect(agentTags(marked, agent, vip(false))).toMatchObject({ append: [{ body: { on: false } }] });
    expect(agentTags(emptyConversation(), agent, vip(false))).toEqual({ already: true });
    const full = {
      ...emptyConversation(),
      tags: Array.from({ length: TAGS_MAX }, (_, index) => `tag-${index}`),
    };
    expect(agentTags(full, agent, vip(true))).toMatchObject({ refuse: 'invalid' });
  });

  test('marks by no tag that the site does not have, and takes one away that it had', () => {
    const unknown = (on: boolean) => ({ tag: 'gone', on, isKnown: false });
    expect(agentTags(emptyConversation(), agent, unknown(true))).toMatchObject({
      refuse: 'invalid',
      message: expect.stringContaining('no tag “gone”') as string,
    });
    const marked = { ...emptyConversation(), tags: ['gone'] };
    expect(agentTags(marked, agent, unknown(true))).toEqual({ already: true });
    expect(agentTags(marked, agent, unknown(false))).toMatchObject({ append: [{ body: { on: false } }] });
  });

  test('finishes an open sitting, which ends the work item', () => {
    expect(agentFinishes(withSitting('active'), conversation, agent)).toMatchObject({
      append: [{ type: 'sitting.closed', body: { reason: 'finished' } }],
      effects: [{ kind: 'work.finish', payload: { item: newId('itm') } }],
    });
  });

  test('cannot finish what is not open', () => {
    expect(agentFinishes(withSitting('closed'), conversation, agent)).toMatchObject({ refuse: 'invalid' });
    expect(agentFinishes(emptyConversation(), conversation, agent)).toMatchObject({ refuse: 'invalid' });
  });

  test('joins once, and only the sitting whose item was taken', () => {
    const waiting = withSitting('waiting');
    expect(agentJoins(waiting, newId('itm'), ana)).toMatchObject({ append: [{ type: 'agent.joined' }] });
    expect(agentJoins({ ...waiting, agents: [ana] }, newId('itm'), ana)).toEqual({ already: true });
    expect(agentJoins(waiting, 'itm_11111111111111111111111111', ana)).toEqual({ already: true });
    expect(agentJoins(withSitting('closed'), newId('itm'), ana)).toEqual({ already: true });
  });

  test('leaves only where they are', () => {
    const active = { ...withSitting('active'), agents: [ana] };
    expect(agentLeaves(active, conversation, newId('itm'), ana)).toMatchObject({
      append: [{ type: 'agent.left' }],
    });
    expect(agentLeaves(withSitting('active'), conversation, newId('itm'), ana)).toEqual({ already: true });
  });
});

describe('receipts', () => {
  const header = { ...emptyConversation(), visitor: { delivered: 4, read: 2 } };

  test('[DL6] go forward only', () => {
    expect(sideReceived(header, 9, visitor, { read: 3 })).toMatchObject({
      append: [{ body: { delivered: 4, read: 3 } }],
    });
    expect(sideReceived(header, 9, visitor, { read: 1, delivered: 3 })).toEqual({ already: true });
  });

  test('[DL6] what is read has been delivered', () => {
    expect(sideReceived(header, 9, visitor, { read: 7 })).toMatchObject({
      append: [{ body: { delivered: 7, read: 7 } }],
    });
  });

  test('[DL6] never go beyond what exists', () => {
    expect(sideReceived(header, 5, visitor, { read: 1_000, delivered: 2_000 })).toMatchObject({
      append: [{ body: { delivered: 5, read: 5 } }],
    });
  });

  test('of one side leave the other alone', () => {
    expect(sideReceived(header, 9, agent, { read: 1 })).toMatchObject({
      append: [{ author: agent, body: { delivered: 1, read: 1 } }],
    });
  });
});
