import type { HoursSettings } from '@alongside/sdk/shared';

/** From one time of day to another, as `HH:MM`; `24:00` is the end of the day, an earlier end is on the next day. */
export type Interval = HoursSettings['exceptions'][number]['intervals'][number];

export const USUAL: Interval = { from: '09:00', to: '17:00' };
export const END_OF_DAY = '24:00';
const DAY_MINUTES = 24 * 60;
const BREAK_MINUTES = 60;
const LENGTH_MINUTES = 120;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** Hours to begin with: two after an hour's break, or what is left of the day; where nothing is, what was free before. */
export function nextInterval(all: readonly Interval[]): Interval {
  if (all.length === 0) return USUAL;
  const last = Math.max(...all.map(({ from, to }) => (to <= from ? DAY_MINUTES : minutesOf(to))));
  const from = last + BREAK_MINUTES;
  if (from < DAY_MINUTES)
    return { from: timeOf(from), to: timeOf(Math.min(from + LENGTH_MINUTES, DAY_MINUTES)) };
  if (last < DAY_MINUTES) return { from: timeOf(last), to: END_OF_DAY };
  return { from: '00:00', to: timeOf(Math.min(...all.map((each) => minutesOf(each.from)))) };
}
