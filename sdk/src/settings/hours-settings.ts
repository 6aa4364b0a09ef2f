import { type Infer, integer, list, object, optional, string } from '../protocol/schema.ts';
import { settingsName } from './settings-values.ts';

const ZONE_MAX_LENGTH = 64;
const DAY_INTERVALS_MAX = 10;
const INTERVALS_MAX = 7 * DAY_INTERVALS_MAX;
const EXCEPTIONS_MAX = 400;
const LABEL_MAX_LENGTH = 200;

/** `09:30`; the end of a day may be `24:00`. */
const wallTime = string(5, /^(?:[01]\d|2[0-3]):[0-5]\d$/);
const wallEnd = string(5, /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/);

/**
 * When a queue or a site is open (RT12): wall-clock times in an IANA zone. `GET /v1/hours` (supervisors) · `POST`,
 * `PUT` and `DELETE` as for queues (admins). Overlapping intervals and unknown zones are refused.
 */
export const hoursSettings = object({
  name: settingsName,
  /** Such as `Europe/Berlin`; never an offset. */
  zone: string(ZONE_MAX_LENGTH, /\S/, 1),
  /** Each week. `day` 1 is Monday, 7 Sunday; a `to` that is not after `from` is on the next day. */
  weekly: list(object({ day: integer(1, 7), from: wallTime, to: wallEnd }), INTERVALS_MAX),
  /** On these days instead of the week's; no interval: closed all day. */
  exceptions: list(
    object({
      /** `2026-12-24`. */
      date: string(10, /^\d{4}-\d{2}-\d{2}$/),
      /** Why, for people: “Christmas”. */
      label: optional(string(LABEL_MAX_LENGTH)),
      intervals: list(object({ from: wallTime, to: wallEnd }), DAY_INTERVALS_MAX),
    }),
    EXCEPTIONS_MAX,
  ),
});
export type HoursSettings = Infer<typeof hoursSettings>;
