import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { hoursAt, isOpen, nextOpening } from './hours-at.ts';
import { hoursProblems } from './hours-problems.ts';
import { type OpeningHours, openingHours } from './hours.ts';

const WORKDAYS = [1, 2, 3, 4, 5];

function hours(more: Partial<OpeningHours> = {}): OpeningHours {
  const weekly = WORKDAYS.map((day) => ({ day, from: '09:00', to: '17:00' }));
  return openingHours.decode({ zone: 'Europe/Berlin', weekly, exceptions: [], ...more }, '');
}

function every(from: string, to: string): OpeningHours['weekly'] {
  return [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from, to }));
}

/** An instant: `2026-03-29T01:59:59+01:00`. */
const at = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds;

describe('opening hours', () => {
  test('[RT12] a working day opens and closes by the wall clock, winter and summer', () => {
    const shop = hours();
    expect(isOpen(shop, at('2026-01-15T08:59:59.999+01:00'))).toBe(false);
    expect(hoursAt(shop, at('2026-01-15T09:00+01:00'))).toMatchObject({
      isOpen: true,
      until: at('2026-01-15T17:00+01:00'),
    });
    expect(isOpen(shop, at('2026-01-15T17:00+01:00'))).toBe(false);
    expect(nextOpening(shop, at('2026-07-15T06:00+02:00'))).toBe(at('2026-07-15T09:00+02:00'));
  });

  test('[RT12] after Friday comes Monday, and an exception closes or opens a date', () => {
    const shop = hours({
      exceptions: [
        { date: '2026-04-06', intervals: [], label: 'Easter Monday' },
        { date: '2026-04-11', intervals: [{ from: '10:00', to: '14:00' }] },
      ],
    });
    expect(nextOpening(shop, at('2026-04-03T18:00+02:00'))).toBe(at('2026-04-07T09:00+02:00'));
    expect(nextOpening(shop, at('2026-04-10T17:00+02:00'))).toBe(at('2026-04-11T10:00+02:00'));
    expect(nextOpening(hours(), at('2026-04-10T17:00+02:00'))).toBe(at('2026-04-13T09:00+02:00'));
  });

  test('[RT12] a night belongs to the day on which it begins', () => {
    const night = hours({
      weekly: [{ day: 5, from: '22:00', to: '06:00' }],
      exceptions: [{ date: '2026-05-02', intervals: [] }],
    });
    expect(hoursAt(night, at('2026-05-02T05:59+02:00'))).toMatchObject({
      isOpen: true,
      until: at('2026-05-02T06:00+02:00'),
    });
    expect(
      isOpen(
        hours({ ...night, exceptions: [{ date: '2026-05-01', intervals: [] }] }),
        at('2026-05-02T01:00+02:00'),
      ),
    ).toBe(false);
  });

  test('[RT12] what touches is one, and what never closes is asked again later', () => {
    const halves = hours({ weekly: [...every('00:00', '12:00'), ...every('12:00', '24:00')] });
    const now = at('2026-02-10T12:00+01:00');
    expect(hoursAt(halves, now).isOpen).toBe(true);
    expect(hoursAt(halves, now).until).toBeGreaterThan(now + 14 * 86_400_000);
    expect(nextOpening(halves, now)).toBe(now);
  });

  test('[RT12] hours that opened for the last time have no next opening', () => {
    const fair = hours({
      weekly: [],
      exceptions: [{ date: '2026-03-01', intervals: [{ from: '10:00', to: '18:00' }] }],
    });
    expect(nextOpening(fair, at('2026-02-28T12:00+01:00'))).toBe(at('2026-03-01T10:00+01:00'));
    expect(nextOpening(fair, at('2026-03-01T18:00+01:00'))).toBeUndefined();
  });
});

// The nights on which Berlin, New York, Lord Howe, Samoa and Santiago really changed their clocks.
describe('hours on nights when the clock is put forward or back', () => {
  test('[RT12] a time that the clock leaps over is the first instant after it', () => {
    const early = hours({ weekly: every('02:30', '05:00') });
    expect(nextOpening(early, at('2026-03-29T00:00+01:00'))).toBe(at('2026-03-29T03:00+02:00'));
    const late = hours({ weekly: every('00:00', '02:30') });
    expect(hoursAt(late, at('2026-03-29T01:00+01:00')).until).toBe(at('2026-03-29T03:00+02:00'));
    const within = hours({ weekly: every('02:10', '02:50') });
    expect(nextOpening(within, at('2026-03-29T00:00+01:00'))).toBe(at('2026-03-30T02:10+02:00'));
  });

  test('[RT12] an hour that comes twice is open both times', () => {
    const opens = hours({ weekly: every('02:30', '05:00') });
    expect(nextOpening(opens, at('2026-10-25T00:00+02:00'))).toBe(at('2026-10-25T02:30+02:00'));
    expect(hoursAt(opens, at('2026-10-25T02:30+02:00')).until).toBe(at('2026-10-25T05:00+01:00'));
    const closes = hours({ weekly: every('00:00', '02:30') });
    expect(isOpen(closes, at('2026-10-25T02:45+02:00'))).toBe(true);
    expect(hoursAt(closes, at('2026-10-25T02:15+01:00'))).toMatchObject({
      isOpen: true,
      until: at('2026-10-25T02:30+01:00'),
    });
  });

  test('[RT12] a day of 23 or 25 hours is whole', () => {
    const day = hours({ zone: 'America/New_York', weekly: [{ day: 7, from: '00:00', to: '24:00' }] });
    const spring = nextOpening(day, at('2026-03-07T12:00-05:00')) ?? 0;
    expect(hoursAt(day, spring).until - spring).toBe(23 * 3_600_000);
    const autumn = nextOpening(day, at('2026-10-31T12:00-04:00')) ?? 0;
    expect(hoursAt(day, autumn).until - autumn).toBe(25 * 3_600_000);
  });

  test('[RT12] half an hour is put forward in Lord Howe, midnight is leapt over in Santiago', () => {
    const island = hours({ zone: 'Australia/Lord_Howe', weekly: every('02:15', '03:00') });
    expect(nextOpening(island, at('2026-10-04T00:00+10:30'))).toBe(at('2026-10-04T02:30+11:00'));
    const city = hours({ zone: 'America/Santiago', weekly: every('00:00', '08:00') });
    expect(nextOpening(city, at('2026-09-05T12:00-04:00'))).toBe(at('2026-09-06T01:00-03:00'));
  });

  test('[RT12] a date that a zone left out has no hours', () => {
    const samoa = hours({ zone: 'Pacific/Apia', weekly: every('09:00', '17:00') });
    expect(nextOpening(samoa, at('2011-12-29T18:00-10:00'))).toBe(at('2011-12-31T09:00+14:00'));
  });

  test('[RT12] the zone of the place counts, wherever the server is', () => {
    const tokyo = hours({ zone: 'Asia/Tokyo', weekly: [{ day: 1, from: '09:00', to: '17:00' }] });
    expect(nextOpening(tokyo, at('2026-06-07T12:00Z'))).toBe(at('2026-06-08T00:00Z'));
  });
});

describe('hours that are refused', () => {
  const problems = (more: Partial<OpeningHours>): string[] =>
    hoursProblems(hours(more)).map(({ path, problem }) => `${path}: ${problem}`);

  test('[RT12] a zone that nobody knows, or an offset', () => {
    expect(problems({ zone: 'Europe/Brelin' })[0]).toContain('“Europe/Brelin” is not a known time zone');
    expect(problems({ zone: '+02:00' })).toHaveLength(1);
    expect(problems({ zone: 'UTC' })).toEqual([]);
  });

  test('[RT12] intervals that overlap, in a day, over midnight and over the end of the week', () => {
    expect(
      problems({
        weekly: [
          { day: 2, from: '09:00', to: '13:00' },
          { day: 2, from: '12:30', to: '17:00' },
        ],
      }),
    ).toEqual(['weekly[1]: Tuesday 12:30–17:00 overlaps Tuesday 09:00–13:00']);
    expect(
      problems({
        weekly: [
          { day: 1, from: '05:00', to: '09:00' },
          { day: 7, from: '22:00', to: '06:00' },
        ],
      }),
    ).toEqual(['weekly[0]: Monday 05:00–09:00 overlaps Sunday 22:00–06:00']);
    expect(problems({ weekly: every('22:00', '22:00') })[0]).toContain('has no length');
    expect(problems({ weekly: every('22:00', '06:00') })).toEqual([]);
    expect(problems({ weekly: [{ day: 3, from: '00:00', to: '24:00' }] })).toEqual([]);
  });

  test('[RT12] dates that do not exist, come twice or overlap in themselves', () => {
    const exceptions = [
      { date: '2026-04-31', intervals: [] },
      { date: '2026-12-25', intervals: [] },
      { date: '2026-12-25', intervals: [] },
      {
        date: '2026-12-31',
        intervals: [
          { from: '09:00', to: '12:00' },
          { from: '11:00', to: '14:00' },
        ],
      },
    ];
    expect(problems({ exceptions })).toEqual([
      'exceptions[0].date: there is no 2026-04-31',
      'exceptions[2].date: 2026-12-25 is there twice',
      'exceptions[3].intervals[1]: 2026-12-31 11:00–14:00 overlaps 09:00–12:00',
    ]);
  });

  test('[RT12] hours without a single opening', () => {
    expect(problems({ weekly: [] })).toEqual(['weekly: there is no opening time at all']);
    expect(() => hours({ weekly: [{ day: 8, from: '09:00', to: '17:00' }] })).toThrow('weekly[0].day');
    expect(() => hours({ weekly: [{ day: 1, from: '9:00', to: '17:00' }] })).toThrow('weekly[0].from');
  });
});
