import { type Infer, integer, list, object, optional, string } from '@alongside/sdk/protocol';
import { EXCEPTIONS_MAX, INTERVALS_PER_DAY_MAX, ROUTING_TEXT_MAX_LENGTH } from './routing-limits.ts';

/** RT12: when somebody is there, as people say it: by the clock on the wall of one place. Never an offset. */

const ZONE_MAX_LENGTH = 64;
const DAYS_A_WEEK = 7;

/** `09:00`; the end of a day may be `24:00`. */
const wallTime = string(5, /^(?:[01]\d|2[0-3]):[0-5]\d$/);
const wallEnd = string(5, /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);

/** From (inclusive) until (exclusive); one that ends before it begins crosses midnight. */
const wallInterval = object({ from: wallTime, to: wallEnd });
export type WallInterval = Infer<typeof wallInterval>;

/** Belongs to the day on which it begins; 1 is Monday, 7 Sunday (ISO 8601). */
const weeklyInterval = object({ day: integer(1, DAYS_A_WEEK), from: wallTime, to: wallEnd });
export type WeeklyInterval = Infer<typeof weeklyInterval>;

/** Takes the place of what the week says for what begins on this date; without intervals it is closed. */
const hoursException = object({
  date: string(10, /^\d{4}-\d\d-\d\d$/),
  intervals: list(wallInterval, INTERVALS_PER_DAY_MAX),
  /** Why, for people: "Christmas". */
  label: optional(string(ROUTING_TEXT_MAX_LENGTH)),
});
export type HoursException = Infer<typeof hoursException>;

/** The shape only: a value that decodes may still contradict itself, see `hoursProblems`. */
export const openingHours = object({
  /** A zone of the IANA database: `Europe/Berlin`. */
  zone: string(ZONE_MAX_LENGTH, undefined, 1),
  weekly: list(weeklyInterval, DAYS_A_WEEK * INTERVALS_PER_DAY_MAX),
  exceptions: list(hoursException, EXCEPTIONS_MAX),
});
export type OpeningHours = Infer<typeof openingHours>;
