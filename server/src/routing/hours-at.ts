import { Temporal } from 'temporal-polyfill';
import type { OpeningHours, WallInterval } from './hours.ts';

/** RT12: hours at an instant. All instants are milliseconds since 1970; the zone's law is the machine's tz database. */
export interface HoursSpan {
  readonly isOpen: boolean;
  /** Nothing changes before this; at it the hours may be asked anew, and are mostly the other way. */
  readonly until: number;
}

/** Ways into the future that are searched for a change: closed for longer than this has no known opening. */
const OPENING_DAYS_MAX = 400;
/** Open without a break for longer than this is asked again then. */
const CLOSING_DAYS_MAX = 15;

const known = new WeakMap<OpeningHours, HoursSpan & { readonly from: number }>();

/** Whether the hours are open at an instant, and for how long that holds. */
export function hoursAt(hours: OpeningHours, at: number): HoursSpan {
  const last = known.get(hours);
  // One decision after the other asks for nearly the same time.
  if (last && last.from <= at && at < last.until) return last;
  const span = { ...spanAt(hours, at), from: at };
  known.set(hours, span);
  return span;
}

export function isOpen(hours: OpeningHours, at: number): boolean {
  return hoursAt(hours, at).isOpen;
}

/** The first instant from `at` on at which it is open; undefined when there is none for over a year. */
export function nextOpening(hours: OpeningHours, at: number): number | undefined {
  const span = hoursAt(hours, at);
  if (span.isOpen) return at;
  return spanAt(hours, span.until).isOpen ? span.until : undefined;
}

function spanAt(hours: OpeningHours, at: number): HoursSpan {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.zone).toPlainDate();
  let open: number | undefined;
  // What began yesterday may have crossed midnight.
  for (let day = -1; day <= OPENING_DAYS_MAX; day += 1) {
    const date = today.add({ days: day });
    if (open !== undefined && day > CLOSING_DAYS_MAX) break;
    for (const { start, end } of instantsOn(hours, date)) {
      if (open === undefined) {
        if (end <= at) continue;
        if (start > at) return { isOpen: false, until: start };
        open = end;
      } else if (start <= open) open = Math.max(open, end);
      else return { isOpen: true, until: open };
    }
  }
  if (open !== undefined) return { isOpen: true, until: open };
  return { isOpen: false, until: startOf(today.add({ days: OPENING_DAYS_MAX }), hours.zone) };
}

interface Instants {
  readonly start: number;
  readonly end: number;
}

/** What begins on the date, in order. An interval that falls into a gap as a whole is not there. */
function instantsOn(hours: OpeningHours, date: Temporal.PlainDate): Instants[] {
  const instants: Instants[] = [];
  for (const { from, to } of intervalsOn(hours, date)) {
    const start = first(wall(date, from), hours.zone);
    const endDate = to <= from ? date.add({ days: 1 }) : date;
    const end = last(wall(endDate, to), hours.zone);
    if (start < end) instants.push({ start, end });
  }
  return instants.sort((left, right) => left.start - right.start);
}

function intervalsOn(hours: OpeningHours, date: Temporal.PlainDate): readonly WallInterval[] {
  const spelled = date.toString();
  const exception = hours.exceptions.find((each) => each.date === spelled);
  return exception?.intervals ?? hours.weekly.filter(({ day }) => day === date.dayOfWeek);
}

function wall(date: Temporal.PlainDate, time: string): Temporal.PlainDateTime {
  return time === '24:00'
    ? date.add({ days: 1 }).toPlainDateTime()
    : date.toPlainDateTime(Temporal.PlainTime.from(time));
}

function startOf(date: Temporal.PlainDate, zone: string): number {
  return first(date.toPlainDateTime(), zone);
}

/** The instant at which the clock on the wall first shows the time, or where it leaps over it, lands behind it. */
function first(shown: Temporal.PlainDateTime, zone: string): number {
  return gapEnd(shown, zone) ?? shown.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
}

/** The same for the last time that it shows it: an hour that comes twice is open both times. */
function last(shown: Temporal.PlainDateTime, zone: string): number {
  return gapEnd(shown, zone) ?? shown.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}

/** Where the clock leaps over the time: the instant at which it does. */
function gapEnd(shown: Temporal.PlainDateTime, zone: string): number | undefined {
  const before = shown.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (before.toPlainDateTime().equals(shown)) return undefined;
  return before.getTimeZoneTransition('next')?.epochMilliseconds;
}
