import { expect, test } from 'vitest';
import { SortedList } from './sorted-list.ts';

const byNumber = (left: number, right: number) => left - right;

test('it stays sorted over many insertions and removals', () => {
  const list = new SortedList<number>(byNumber);
  // A full cycle modulo a prime: each of the 4,999 values once, well mixed.
  const values = Array.from({ length: 4_999 }, (_, index) => (index * 2_503) % 4_999);
  for (const value of values) list.add(value);
  expect([...list]).toEqual(values.toSorted(byNumber));
  for (const value of values) if (value % 3 !== 0) expect(list.delete(value)).toBe(true);
  expect([...list]).toEqual(values.filter((value) => value % 3 === 0).sort(byNumber));
  expect(list.length).toBe(1_667);
  expect([list.first(), list.after(0), list.after(4), list.after(4_998)]).toEqual([0, 3, 6, undefined]);
});

test('equal elements are removed one at a time', () => {
  const list = new SortedList<number>(byNumber);
  for (const value of [2, 1, 2, 2]) list.add(value);
  expect(list.delete(2)).toBe(true);
  expect([...list]).toEqual([1, 2, 2]);
  expect(list.after(1)).toBe(2);
  expect(list.after(2)).toBeUndefined();
  expect(list.delete(3)).toBe(false);
});

test('an empty list has neither first nor next', () => {
  const list = new SortedList<number>(byNumber);
  expect([list.first(), list.after(0), list.delete(0), list.length]).toEqual([
    undefined,
    undefined,
    false,
    0,
  ]);
  list.add(1);
  list.delete(1);
  expect([list.first(), list.length]).toEqual([undefined, 0]);
});
