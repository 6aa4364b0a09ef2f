import { MENTIONS_MAX } from '@alongside/sdk/protocol';
import { expect, test } from 'vitest';
import { deskStream } from './desk-stream.ts';
import { type MentionEvent, newMentionEvent } from './mentions.ts';

const id = (prefix: string, number = 0): string => `${prefix}_${String(number).padStart(26, '0')}`;
const ANA = { id: id('agt', 1), name: 'Ana' };
const BEN = id('agt', 2);

const { fold } = deskStream('demo');

function folded(events: readonly MentionEvent[]) {
  return events.reduce((state, event, index) => {
    const { type, audience, author, body } = newMentionEvent(event);
    const prev = { everyone: 0, agents: index, staff: index };
    const stored = { type, audience, author, body, at: index, seq: index + 1, prev };
    return fold.apply(state, { stream: 'desk:demo', site: 'demo', ...stored });
  }, fold.empty());
}
const named = (conversation: number, note = 1): MentionEvent => ({
  type: 'agent-mentioned',
  agent: BEN,
  conversation: id('cnv', conversation),
  note,
  by: ANA,
});

test('mentions stand newest first until the agent has looked at their conversation, also after a restart', () => {
  const state = folded([
    named(1, 4),
    named(2, 5),
    named(1, 6),
    { type: 'mentions-seen', agent: BEN, conversation: id('cnv', 1) },
    named(3, 7),
  ]);
  const expected = [
    { conversation: id('cnv', 3), note: 7, at: 4, by: ANA },
    { conversation: id('cnv', 2), note: 5, at: 1, by: ANA },
  ];
  expect(state.mentions.get(BEN)).toEqual(expected);
  expect(fold.restore(fold.snapshot(state)).mentions.get(BEN)).toEqual(expected);
});

test('the oldest of too many mentions go', () => {
  const state = folded(Array.from({ length: MENTIONS_MAX + 3 }, (_, index) => named(index)));
  const conversations = state.mentions.get(BEN)?.map((each) => each.conversation);
  expect(conversations).toHaveLength(MENTIONS_MAX);
  expect(conversations?.[0]).toBe(id('cnv', MENTIONS_MAX + 2));
});

test('a desk that was stored before there were mentions is read', () => {
  const { mentions, ...before } = JSON.parse(fold.snapshot(fold.empty())) as Record<string, unknown>;
  expect(fold.restore(JSON.stringify(before)).mentions.size).toBe(0);
});
