import { expect, test } from 'vitest';
import { seeded } from './seeded.ts';

test('a seed repeats its choices, and its children do not depend on what was drawn', () => {
  const draw = (seed: number): number[] => {
    const random = seeded(seed);
    return [random.fraction(), random.integer(1, 6), random.pick([1, 2, 3]), Number(random.chance(0.5))];
  };
  expect(draw(42)).toEqual(draw(42));
  expect(draw(42)).not.toEqual(draw(43));
  const one = seeded(1);
  const other = seeded(1);
  one.fraction();
  expect(one.child('a').fraction()).toBe(other.child('a').fraction());
  expect(one.child('a').fraction()).not.toBe(one.child('b').fraction());
});

test('integers reach both ends and stay within', () => {
  const random = seeded(5);
  const seen = new Set(Array.from({ length: 500 }, () => random.integer(3, 6)));
  expect([...seen].toSorted()).toEqual([3, 4, 5, 6]);
});
