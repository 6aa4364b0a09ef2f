import { expect, test } from 'vitest';
import { nextInterval } from './intervals.ts';

test.each([
  [[], '09:00–17:00'],
  [['09:00–17:00'], '18:00–20:00'],
  [['09:00–17:00', '18:00–20:00'], '21:00–23:00'],
  [['18:00–20:00', '09:00–12:30'], '21:00–23:00'],
  [['09:00–21:30'], '22:30–24:00'],
  [['09:00–23:00'], '23:00–24:00'],
  [['10:00–24:00'], '00:00–10:00'],
  [['22:00–02:00', '12:00–14:00'], '00:00–12:00'],
])('after %j comes %s', (all, next) => {
  const read = (text: string) => ({ from: text.slice(0, 5), to: text.slice(6) });
  expect(nextInterval(all.map(read))).toEqual(read(next));
});
