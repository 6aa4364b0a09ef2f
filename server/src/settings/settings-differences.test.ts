import { describe, expect, test } from 'vitest';
import { differencesOf } from './settings-differences.ts';

describe('what a change says', () => {
  test('is nothing where nothing differs', () => {
    expect(differencesOf({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });

  test('names the field that differs, however deep', () => {
    expect(differencesOf({ limits: { chat: 3, call: 1 } }, { limits: { chat: 4, call: 1 } })).toEqual([
      { field: 'limits.chat', before: '3', after: '4' },
    ]);
  });

  test('of what was made or removed is each of its fields', () => {
    expect(differencesOf(undefined, { name: 'VIP', colour: 'red' })).toEqual([
      { field: 'name', after: '"VIP"' },
      { field: 'colour', after: '"red"' },
    ]);
    expect(differencesOf({ name: 'VIP' }, undefined)).toEqual([{ field: 'name', before: '"VIP"' }]);
  });

  test.each([
    ['put first', ['b', 'c'], ['a', 'b', 'c'], [{ field: 'l[0]', after: '"a"' }]],
    ['put last', ['b', 'c'], ['b', 'c', 'd'], [{ field: 'l[2]', after: '"d"' }]],
    ['taken out', ['a', 'b', 'c'], ['a', 'c'], [{ field: 'l[1]', before: '"b"' }]],
    ['changed', ['a', 'b', 'c'], ['a', 'x', 'c'], [{ field: 'l[1]', before: '"b"', after: '"x"' }]],
    ['repeated', ['a', 'a'], ['a', 'a', 'a'], [{ field: 'l[2]', after: '"a"' }]],
  ])('of a list where one is %s is one line', (_what, before, after, lines) => {
    expect(differencesOf({ l: before }, { l: after })).toEqual(lines);
  });

  test('has an end: long values are cut between characters, many fields at a hundred', () => {
    const [line] = differencesOf({}, { text: 'x'.repeat(397) + '😀😀' });
    expect(line?.after?.length).toBeLessThanOrEqual(400);
    expect(line?.after).toMatch(/x…$/u);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, index]));
    expect(differencesOf({}, many)).toHaveLength(100);
  });
});
