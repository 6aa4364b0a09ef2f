import { Temporal } from 'temporal-polyfill';
import type { HoursException, OpeningHours, WallInterval } from './hours.ts';

/** What is wrong, for whoever typed it. */
export interface HoursProblem {
  /** Where: `zone`, `weekly[2]`, `exceptions[0].date`. */
  readonly path: string;
  /** One sentence. */
  readonly problem: string;
}

const MINUTES_A_DAY = 24 * 60;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;
const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** RT12, checked when hours are saved: everything that contradicts itself; none when they may be used. */
export function hoursProblems(hours: OpeningHours): HoursProblem[] {
  return [
    ...zoneProblems(hours.zone),
    ...weeklyProblems(hours),
    ...exceptionProblems(hours.exceptions),
    ...neverProblems(hours),
  ];
}

/** Whether the IANA database of this machine knows the zone. An offset is none: it does not follow the law. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    // RangeError: the zone is not known.
    return false;
  }
}

function zoneProblems(zone: string): HoursProblem[] {
  if (isZone(zone)) return [];
  return [{ path: 'zone', problem: `“${zone}” is not a known time zone; one is “Europe/Berlin”` }];
}

function weeklyProblems({ weekly }: OpeningHours): HoursProblem[] {
  const problems = weekly.flatMap((each, index) => lengthProblem(each, `weekly[${index}]`));
  if (problems.length > 0) return problems;
  const spans = weekly
    .map((each, index) => ({ index, ...minutesOf(each, (each.day - 1) * MINUTES_A_DAY) }))
    .sort((left, right) => left.start - right.start);
  const first = spans[0];
  // What begins on Sunday night may reach into Monday morning.
  const round = first
    ? [...spans, { ...first, start: first.start + MINUTES_A_WEEK, end: first.end + MINUTES_A_WEEK }]
    : [];
  return overlaps(round).map(([before, index]) => ({
    path: `weekly[${index}]`,
    problem: `${weekdayOf(weekly, index)} overlaps ${weekdayOf(weekly, before)}`,
  }));
}

function exceptionProblems(exceptions: readonly HoursException[]): HoursProblem[] {
  const seen = new Set<string>();
  return exceptions.flatMap(({ date, intervals }, at) => {
    const path = `exceptions[${at}]`;
    if (!isDate(date)) return [{ path: `${path}.date`, problem: `there is no ${date}` }];
    if (seen.has(date)) return [{ path: `${path}.date`, problem: `${date} is there twice` }];
    seen.add(date);
    return intervalsProblems(intervals, path, date);
  });
}

function intervalsProblems(intervals: readonly WallInterval[], path: string, date: string): HoursProblem[] {
  const problems = intervals.flatMap((each, index) => lengthProblem(each, `${path}.intervals[${index}]`));
  if (problems.length > 0) return problems;
  const spans = intervals
    .map((each, index) => ({ index, ...minutesOf(each, 0) }))
    .sort((left, right) => left.start - right.start);
  return overlaps(spans).map(([before, index]) => ({
    path: `${path}.intervals[${index}]`,
    problem: `${date} ${spell(intervals[index])} overlaps ${spell(intervals[before])}`,
  }));
}

/** Hours in which nobody is ever there: more likely forgotten than meant. */
function neverProblems({ weekly, exceptions }: OpeningHours): HoursProblem[] {
  const isEver = weekly.length > 0 || exceptions.some(({ intervals }) => intervals.length > 0);
  return isEver ? [] : [{ path: 'weekly', problem: 'there is no opening time at all' }];
}

function lengthProblem({ from, to }: WallInterval, path: string): HoursProblem[] {
  if (from !== to) return [];
  return [{ path, problem: `${from} to ${to} has no length; a whole day is 00:00 to 24:00` }];
}

interface Minutes {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

function overlaps(sorted: readonly Minutes[]): [before: number, index: number][] {
  return sorted.flatMap((each, at) => {
    const before = sorted[at - 1];
    return before && before.index !== each.index && each.start < before.end
      ? [[before.index, each.index] as [number, number]]
      : [];
  });
}

function minutesOf({ from, to }: WallInterval, offset: number): { start: number; end: number } {
  const start = minuteOf(from);
  const end = minuteOf(to);
  return { start: offset + start, end: offset + end + (end <= start ? MINUTES_A_DAY : 0) };
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function weekdayOf(weekly: OpeningHours['weekly'], index: number): string {
  const each = weekly[index];
  return `${DAY_NAMES[(each?.day ?? 1) - 1]} ${spell(each)}`;
}

function spell(interval: WallInterval | undefined): string {
  return interval ? `${interval.from}–${interval.to}` : '';
}

/** The pattern lets 31 April through. */
function isDate(date: string): boolean {
  try {
    Temporal.PlainDate.from(date, { overflow: 'reject' });
    return true;
  } catch {
    // RangeError: the month has no such day.
    return false;
  }
}
