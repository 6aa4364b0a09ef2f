import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

test('work that is asked for while it runs is done once more, however often it was asked for', async () => {
  const ends: (() => void)[] = [];
  const ask = oneAtATime(() => new Promise<void>((resolve) => ends.push(resolve)));
  ask();
  for (let times = 0; times < 3; times++) ask();
  expect(ends.length).toBe(1);
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(ends.length).toBe(2);
  ends[1]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(ends.length).toBe(2);
  ask();
  expect(ends.length).toBe(3);
});
