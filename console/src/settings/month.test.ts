import { expect, test } from 'vitest';
import type { HoursSettings } from '@alongside/sdk/shared';
import { monthOf, stepMonth, wordsOf } from './month.ts';

const HOURS: HoursSettings = {
  name: 'Shop',
  zone: 'Europe/Berlin',
  weekly: [
    { day: 1, from: '09:00', to: '12:00' },
    { day: 1, from: '13:00', to: '17:00' },
    { day: 7, from: '22:00', to: '02:00' },
  ],
  exceptions: [
    { date: '2026-12-21', label: 'Stocktaking', intervals: [] },
    { date: '2026-12-25', intervals: [{ from: '10:00', to: '12:00' }] },
  ],
};

test('[RT12] a month has six weeks from a Monday, each day open, closed or an exception', () => {
  const days = monthOf(HOURS, { year: 2026, month: 12 });
  expect(days).toHaveLength(42);
  expect([days[0]?.date, days.at(-1)?.date]).toEqual(['2026-11-30', '2027-01-10']);
  expect(days[0]?.inMonth).toBe(false);
  const of = (date: string) => days.find((each) => each.date === date);
  expect(of('2026-12-07')).toMatchObject({ day: 7, state: 'open', words: '09:00–12:00, 13:00–17:00' });
  expect(of('2026-12-08')).toMatchObject({ state: 'closed', words: 'closed' });
  expect(of('2026-12-13')).toMatchObject({ state: 'open', words: '22:00–02:00' });
  expect(of('2026-12-21')).toMatchObject({ state: 'exception', words: 'closed', label: 'Stocktaking' });
  expect(of('2026-12-25')).toMatchObject({ state: 'exception', words: '10:00–12:00' });
});

test('a month that begins on a Sunday has it in its first week, and a leap day is there', () => {
  expect(monthOf(HOURS, { year: 2026, month: 11 })[6]).toMatchObject({ date: '2026-11-01', inMonth: true });
  expect(monthOf(HOURS, { year: 2028, month: 2 }).some(({ date }) => date === '2028-02-29')).toBe(true);
});

test('months follow each other across years', () => {
  expect(stepMonth({ year: 2026, month: 12 }, 1)).toEqual({ year: 2027, month: 1 });
  expect(stepMonth({ year: 2026, month: 1 }, -1)).toEqual({ year: 2025, month: 12 });
  expect(wordsOf([])).toBe('closed');
});
