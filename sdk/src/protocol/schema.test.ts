import { describe, expect, test } from 'vitest';
import {
  type Infer,
  type Schema,
  DecodeError,
  UNKNOWN_TYPE,
  boolean,
  integer,
  list,
  message,
  object,
  oneOf,
  optional,
  string,
  union,
} from './schema.ts';

function problemOf(schema: Schema<unknown>, value: unknown): { path: string; message: string } {
  try {
    schema.decode(value, '');
  } catch (error) {
    if (error instanceof DecodeError) return { path: error.path, message: error.message };
    throw error;
  }
  throw new Error(`${JSON.stringify(value)} was taken`);
}

describe('text', () => {
  const text = string(5, /^[a-zß💬]*$/u, 1);

  test.for(['a', 'abcde', 'ß', '💬'])('takes %j', (value) => {
    expect(text.decode(value, '')).toBe(value);
  });

  test.for([
    [1, 'value is not text'],
    [null, 'value is not text'],
    [new String('a'), 'value is not text'],
    ['', 'value is shorter than 1'],
    ['abcdef', 'value is longer than 5'],
    ['A', 'value does not have the expected form'],
  ])('refuses %j: %s', ([value, problem]) => {
    expect(problemOf(text, value).message).toBe(problem);
  });

  test.for(['\0', 'a\ud800', '\udc00', '\ud800a'])('refuses what no store keeps: %j', (value) => {
    expect(problemOf(string(10), value).message).toBe('value is not well-formed text');
  });
});

describe('numbers and words', () => {
  test('a whole number within its bounds is taken', () => {
    expect([integer().decode(0, ''), integer(-2, 2).decode(-2, '')]).toEqual([0, -2]);
  });

  test.for([1.5, NaN, Infinity, '1', null, true, -1, 2 ** 53])('%j is no whole number from 0', (value) => {
    expect(problemOf(integer(), value).path).toBe('');
  });

  test('a boolean is true or false and nothing like them', () => {
    expect(boolean.decode(false, '')).toBe(false);
    for (const value of [0, 1, 'true', null, undefined]) {
      expect(problemOf(boolean, value).message).toBe('value is not true or false');
    }
  });

  test('a word is one of the given, not a property of a list', () => {
    const word = oneOf('a', 'b');
    expect(word.decode('b', '')).toBe('b');
    for (const value of ['c', 'length', 0, null]) {
      expect(problemOf(word, value).message).toBe('value is not a known word');
    }
  });
});

describe('objects', () => {
  const point = object({ x: integer(), note: optional(string(3)) });

  test('only named fields are picked, so that an unknown one is never stored', () => {
    expect(point.decode({ x: 1, role: 'admin', __proto__: { note: 'abc' } }, '')).toEqual({
      x: 1,
      note: 'abc',
    });
    expect(point.decode(JSON.parse('{"x":1,"__proto__":{"y":2}}'), '')).toEqual({ x: 1 });
  });

  test('an absent optional field is an absent key, a null one is refused', () => {
    expect(Object.keys(point.decode({ x: 1, note: undefined }, ''))).toEqual(['x']);
    expect(problemOf(point, { x: 1, note: null })).toEqual({ path: 'note', message: 'note is not text' });
  });

  test.for([[], null, 'x', 1])('%j is not an object', (value) => {
    expect(problemOf(point, value).message).toBe('value is not an object');
  });

  test('the path names what is wrong, through lists', () => {
    const line = object({ points: list(point, 2) });
    expect(problemOf(line, { points: [{ x: 1 }, { x: 'a' }] }).path).toBe('points[1].x');
    expect(problemOf(line, { points: [1, 2, 3] }).message).toBe('points has more than 2 items');
    expect(problemOf(line, { points: { length: 1 } }).message).toBe('points is not a list');
    expect(problemOf(line, {}).path).toBe('points');
  });
});

describe('messages', () => {
  const say = message('say', 1, 'Says.', { text: string(5) });
  const move = message('move', 2, 'Moves.', { to: optional(integer()) });
  const both = union(say, move);

  test('a message is known by its type', () => {
    const decoded: Infer<typeof both> = both.decode({ type: 'say', text: 'hi', to: 3 }, '');
    expect(decoded).toEqual({ type: 'say', text: 'hi' });
  });

  test.for(['shout', undefined, 'constructor', '__proto__', 5])('type %j is unknown', (type) => {
    expect(problemOf(both, { type })).toEqual({ path: 'type', message: `type ${UNKNOWN_TYPE}` });
  });

  test('the path of a nested union is that of its field', () => {
    const outer = message('outer', 1, '', { body: both });
    expect(problemOf(outer, { type: 'outer', body: { type: 'x' } }).path).toBe('body.type');
    expect(problemOf(outer, { type: 'outer', body: { type: 'say', text: 1 } }).path).toBe('body.text');
    expect(problemOf(outer, { type: 'outer', body: null }).path).toBe('body');
  });

  test('its JSON Schema says the same as its decoder', () => {
    expect(move.json()).toEqual({
      type: 'object',
      properties: { type: { const: 'move' }, to: { type: 'integer', minimum: 0, maximum: 2 ** 53 - 1 } },
      required: ['type'],
    });
    expect(string(4, /a/, 2).json()).toEqual({ type: 'string', maxLength: 4, minLength: 2, pattern: 'a' });
    expect(list(boolean, 3).json()).toEqual({ type: 'array', maxItems: 3, items: { type: 'boolean' } });
    expect(both.json()).toEqual({ oneOf: [say.json(), move.json()] });
  });
});
