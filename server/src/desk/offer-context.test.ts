import type { ConversationEvent, EventBody } from '@alongside/sdk/protocol';
import { expect, test } from 'vitest';
import { lastContactsOf, saidInSitting } from './offer-context.ts';

const id = (prefix: string): string => `${prefix}_00000000000000000000000000`;
let seq = 0;

function entry(body: EventBody, kind: 'visitor' | 'agent' | 'system' = 'system'): ConversationEvent {
  seq += 1;
  return { seq, prev: seq - 1, at: seq * 100, author: { kind }, audience: 'everyone', body };
}

const opened = (): ConversationEvent =>
  entry({ type: 'sitting.opened', sitting: id('sit'), item: id('itm'), channel: 'chat' });
const says = (text: string, kind: 'visitor' | 'agent' = 'visitor'): ConversationEvent =>
  entry({ type: 'chat.message', text }, kind);
const joined = (name: string): ConversationEvent =>
  entry({ type: 'agent.joined', agent: { id: id('agt'), name }, item: id('itm') });
const closed = (): ConversationEvent =>
  entry({ type: 'sitting.closed', sitting: id('sit'), reason: 'finished' });

test('an offer shows what the visitor wrote in this sitting, not in those before', () => {
  const entries = [opened(), says('old'), closed(), opened(), says('one'), says('hm', 'agent'), says('two')];
  expect(saidInSitting(entries)).toBe('one\ntwo');
});

test('an offer without a word of the visitor shows none', () => {
  expect(saidInSitting([opened()])).toBeUndefined();
  expect(saidInSitting([])).toBeUndefined();
});

test('the last three sittings before this one are told, newest first', () => {
  const sitting = (text: string, name: string): ConversationEvent[] => [
    opened(),
    says(text),
    joined(name),
    closed(),
  ];
  const entries = [
    ...sitting('a', 'Ana'),
    ...sitting('b', 'Ben'),
    ...sitting('c', 'Ana'),
    ...sitting('d', 'Ben'),
    opened(),
    says('now'),
  ];
  expect(lastContactsOf(entries)).toMatchObject([
    { agent: 'Ben', text: 'd' },
    { agent: 'Ana', text: 'c' },
    { agent: 'Ben', text: 'b' },
  ]);
});
