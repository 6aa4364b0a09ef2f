import { expect, test } from 'vitest';
import { EventStreamReader } from './event-stream.ts';

const WHOLE =
  ': padding\n\nevent: open\ndata: {"key":"k"}\n\ndata: {"text":"ä: b"}\n\ndata: one\ndata:two\nid: 7\n\n';
const EVENTS = [
  { event: 'open', data: '{"key":"k"}' },
  { event: 'message', data: '{"text":"ä: b"}' },
  { event: 'message', data: 'one\ntwo' },
];

test('events are told as they become whole, comments never', () => {
  expect(new EventStreamReader().push(WHOLE)).toEqual(EVENTS);
});

test('it does not matter where the network cuts', () => {
  for (let size = 1; size < WHOLE.length; size++) {
    const reader = new EventStreamReader();
    const pieces = WHOLE.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
    expect(pieces.flatMap((piece) => reader.push(piece))).toEqual(EVENTS);
  }
});
