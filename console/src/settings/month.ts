import type { HoursSettings } from '@alongside/sdk/shared';

/** A calendar of opening hours. Dates are those of the hours' own zone, so nothing here reckons with zones. */

/** One day of a month as the calendar shows it. */
export interface MonthDay {
  /** `2026-12-24`. */
  date: string;
  day: number;
  inMonth: boolean;
  state: 'open' | 'closed' | 'exception';
  /** "9:00–17:00", more than one with commas; "closed". */
  words: string;
  /** Why it is an exception. */
  label: string | undefined;
}

export interface Month {
  year: number;
  /** 1 to 12. */
  month: number;
}

const WEEK_DAYS = 7;
const SHOWN_WEEKS = 6;

/** Six weeks from a Monday that contain the month. */
export function monthOf(hours: HoursSettings, { year, month }: Month): MonthDay[] {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const before = weekdayOf(first) - 1;
  return Array.from({ length: SHOWN_WEEKS * WEEK_DAYS }, (_, index) => {
    const at = new Date(Date.UTC(year, month - 1, 1 + index - before));
    const date = at.toISOString().slice(0, 'YYYY-MM-DD'.length);
    const exception = hours.exceptions.find((each) => each.date === date);
    const intervals = exception?.intervals ?? hours.weekly.filter(({ day }) => day === weekdayOf(at));
    return {
      date,
      day: at.getUTCDate(),
      inMonth: at.getUTCMonth() === month - 1,
      state: exception ? 'exception' : intervals.length > 0 ? 'open' : 'closed',
      words: wordsOf(intervals),
      label: exception?.label,
    };
  });
}

export function stepMonth({ year, month }: Month, by: 1 | -1): Month {
  const at = new Date(Date.UTC(year, month - 1 + by, 1));
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1 };
}

/** "December 2026". */
export function monthName({ year, month }: Month): string {
  return new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.UTC(year, month - 1, 1),
  );
}

/** "Thursday, December 24". */
export function longDate(date: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' }).format(Date.parse(date));
}

/** 1 is Monday. */
export function weekdayName(day: number, width: 'long' | 'short' = 'long'): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(undefined, { weekday: width, timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, day),
  );
}

export function wordsOf(intervals: readonly { from: string; to: string }[]): string {
  if (intervals.length === 0) return 'closed';
  return intervals
    .map(({ from, to }) => `${from}–${to}`)
    .sort()
    .join(', ');
}

function weekdayOf(date: Date): number {
  return date.getUTCDay() || WEEK_DAYS;
}
