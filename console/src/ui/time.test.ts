import { expect, test } from 'vitest';
import { countdown, dayName, duration, endTime, preciseTime, relativeTime, timeOfDay } from './time.ts';

const NOON = new Date(2026, 2, 10, 12, 0, 0).getTime();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test('a relative time is as exact as its age needs', () => {
  expect(relativeTime(NOON - 20_000, NOON)).toBe('now');
  expect(relativeTime(NOON + 5_000, NOON)).toBe('now');
  expect(relativeTime(NOON - 59 * MINUTE_MS, NOON)).toBe('59 min');
  expect(relativeTime(NOON - 3 * HOUR_MS, NOON)).toBe(timeOfDay(NOON - 3 * HOUR_MS));
  expect(relativeTime(NOON - 2 * DAY_MS, NOON)).toBe('Sun');
  expect(relativeTime(NOON - 20 * DAY_MS, NOON)).toBe('Feb 18');
  expect(relativeTime(NOON - 400 * DAY_MS, NOON)).toContain('2025');
});

test('a day is named by the calendar, not by hours', () => {
  expect(dayName(NOON - 11 * HOUR_MS, NOON)).toBe('Today');
  expect(dayName(NOON - 13 * HOUR_MS, NOON)).toBe('Yesterday');
  expect(dayName(NOON - 3 * DAY_MS, NOON)).toBe('Saturday, March 7');
});

test('a duration is rounded down and never negative', () => {
  expect(duration(-5)).toBe('0 s');
  expect(duration(59_999)).toBe('59 s');
  expect(duration(125 * MINUTE_MS)).toBe('2 h 5 min');
  expect(duration(2 * HOUR_MS)).toBe('2 h');
  expect(duration(DAY_MS)).toBe('1 day');
  expect(duration(3 * DAY_MS)).toBe('3 days');
});

test('a countdown is rounded to the second', () => {
  expect(countdown(20_000)).toBe('0:20');
  expect(countdown(6_499)).toBe('0:06');
  expect(countdown(6_500)).toBe('0:07');
  expect(countdown(65_000)).toBe('1:05');
  expect(countdown(-1)).toBe('0:00');
});

test('an end is as exact as it matters: the second today, the day from tomorrow on', () => {
  const now = NOON;
  expect(endTime(new Date(2026, 2, 10, 12, 4, 10).getTime(), now)).toBe(
    preciseTime(new Date(2026, 2, 10, 12, 4, 10).getTime()),
  );
  const friday = new Date(2026, 2, 13, 9, 0, 0).getTime();
  expect(endTime(friday, now)).toBe(`Fri ${timeOfDay(friday)}`);
  const april = new Date(2026, 3, 13, 9, 0, 0).getTime();
  expect(endTime(april, now)).toContain('13');
});
