/** How times are written. All take milliseconds since 1970; `now` is the server's clock. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_DAYS = 7;

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortDateWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** Midnight before `at`, in this browser's zone. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Days from `at` to `now` by the calendar: 0 today, 1 yesterday. */
function daysBetween(at: number, now: number): number {
  return Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
}

/** "14:05". */
export function timeOfDay(at: number): string {
  return clockTime.format(at);
}

const clockTimeToTheSecond = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** "14:05:10". */
export function preciseTime(at: number): string {
  return clockTimeToTheSecond.format(at);
}

/** When something ends, as exactly as it matters: "14:05:10" today, "Tue 09:00" within a week, else with the date. */
export function endTime(at: number, now: number): string {
  const days = daysBetween(now, at);
  if (days === 0) return preciseTime(at);
  return `${(days < WEEK_DAYS ? weekday : shortDate).format(at)} ${timeOfDay(at)}`;
}

/** The whole date and time, to the second; what a hover shows. */
export function exactTime(at: number): string {
  return exact.format(at);
}

/** "now", "4 min", "14:05", "Tue", "12 Mar": short enough for a list. */
export function relativeTime(at: number, now: number): string {
  const ago = now - at;
  if (ago < MINUTE_MS) return 'now';
  if (ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min`;
  const days = daysBetween(at, now);
  if (days === 0) return timeOfDay(at);
  if (days < WEEK_DAYS) return weekday.format(at);
  return sameYear(at, now) ? shortDate.format(at) : shortDateWithYear.format(at);
}

/** "Today", "Yesterday", "Tuesday, March 12". */
export function dayName(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (sameYear(at, now) ? longDay : longDayWithYear).format(at);
}

/** A length of time in the largest unit that fits, rounded down: "8 s", "3 min", "2 h 5 min", "4 days". */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) {
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    return `${Math.floor(ms / HOUR_MS)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? '1 day' : `${days} days`;
}

/** "0:07", for a countdown. Rounded, so that what is known of the server's clock makes no 20 s into 0:21. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / SECOND_MS));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function sameYear(at: number, now: number): boolean {
  return new Date(at).getFullYear() === new Date(now).getFullYear();
}
