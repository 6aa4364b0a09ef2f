import { expect, test } from 'vitest';
import { emptyConversation } from '../conversation/conversation-state.ts';
import type { PendingMessage } from '../conversation/conversation-view.ts';
import type { LogEntry } from '../protocol/index.ts';
import { deliveryState } from './delivery-state.ts';

const header = {
  ...emptyConversation(),
  agentSide: { delivered: 4, read: 2 },
  visitor: { delivered: 9, read: 7 },
};
const pending: PendingMessage = { id: 'x', kind: 'message', text: 'hi', at: 1, state: 'saved' };
const entry = (seq: number): LogEntry => ({ seq, prev: seq - 1, erased: true });

test.for([
  ['on this device only', pending, 'visitor', 'saved'],
  ['refused', { ...pending, state: 'refused' }, 'visitor', 'saved'],
  ['stored, its entry on the way', { ...pending, seq: 5 }, 'visitor', 'sent'],
  ['stored, and read before its entry came', { ...pending, seq: 1 }, 'visitor', 'read'],
  ['an entry that no agent has seen', entry(5), 'visitor', 'sent'],
  ['an entry on an agent’s screen', entry(4), 'visitor', 'delivered'],
  ['an entry that an agent read', entry(2), 'visitor', 'read'],
  ['an agent’s entry that the visitor has not', entry(10), 'agent', 'sent'],
  ['an agent’s entry on the visitor’s screen', entry(8), 'agent', 'delivered'],
  ['an agent’s entry that the visitor read', entry(7), 'agent', 'read'],
] as const)('[DL6] %s', ([, message, side, state]) => {
  expect(deliveryState({ header }, message, side)).toBe(state);
});
