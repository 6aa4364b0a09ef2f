import { describe, expect, test } from 'vitest';
import { logEntry } from './conversation.ts';

const envelope = { seq: 2, prev: 1, at: 5, author: { kind: 'system' }, audience: 'everyone' };

describe('an entry of the log', () => {
  test('is decoded with its body', () => {
    const body = { type: 'chat.message', text: 'hi' };
    expect(logEntry.decode({ ...envelope, body }, '')).toEqual({ ...envelope, body });
  });

  test.for([
    { type: 'poll.opened', question: '?' },
    { type: 'chat.message', text: '' },
    { type: 'chat.message' },
    {},
    null,
    undefined,
    'text',
  ])('[DL4] %j cannot be read, and the chain goes on', (body) => {
    expect(logEntry.decode({ ...envelope, body }, '')).toEqual({ ...envelope, body: { type: 'unreadable' } });
  });

  test('an erased one keeps its place and nothing else', () => {
    const erased = { ...envelope, erased: true, body: { type: 'chat.message', text: 'secret' } };
    expect(logEntry.decode(erased, '')).toEqual({ seq: 2, prev: 1, erased: true });
  });

  test.for([{ seq: '2' }, { prev: -1 }, { author: { kind: 'root' } }, { audience: 'all' }, { at: null }])(
    'a broken envelope is refused: %j',
    (broken) => {
      const body = { type: 'chat.message', text: 'hi' };
      expect(() => logEntry.decode({ ...envelope, ...broken, body }, '')).toThrow();
    },
  );

  test.for([null, undefined, 1, 'x', []])('%j is no entry', (value) => {
    expect(() => logEntry.decode(value, '')).toThrow();
  });
});
