import { describe, expect, test } from 'vitest';
import {
  type TimelineWindow,
  WINDOW_ITEMS,
  boundsOf,
  heldWindow,
  newerWindow,
  olderWindow,
  windowAround,
} from './timeline-window.ts';

const timeline = (from: number, to: number): { key: string }[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: `k${from + index}` }));

const shown = (items: { key: string }[], window: TimelineWindow): string => {
  const { start, end } = boundsOf(items, window);
  return `${items[start]?.key ?? ''}–${items[end - 1]?.key ?? ''}`;
};

describe('what is drawn of a timeline', () => {
  test('is all of a short one', () => {
    expect(shown(timeline(0, 12), {})).toBe('k0–k11');
    expect(boundsOf([], {})).toEqual({ start: 0, end: 0 });
  });

  test('is the newest of a long one, and follows new ones', () => {
    expect(shown(timeline(0, 1_000), {})).toBe('k800–k999');
    expect(shown(timeline(0, 1_001), {})).toBe('k801–k1000');
  });

  test('goes back in steps, and forward again, never more than the most', () => {
    const items = timeline(0, 2_000);
    let window: TimelineWindow = {};
    window = olderWindow(items, window);
    expect(shown(items, window)).toBe('k1700–k1999');
    for (let step = 0; step < 5; step++) window = olderWindow(items, window);
    expect(shown(items, window)).toBe('k1200–k1799');
    window = newerWindow(items, window);
    expect(shown(items, window)).toBe('k1300–k1899');
    window = newerWindow(items, window);
    expect(shown(items, window)).toBe('k1400–k1999');
    expect(window.end).toBeUndefined();
  });

  test('stays where it is when something comes before and after', () => {
    const window = windowAround(timeline(500, 1_500), 400);
    expect(shown(timeline(500, 1_500), window)).toBe('k800–k999');
    expect(shown(timeline(0, 1_600), window)).toBe('k800–k999');
  });

  test('somebody who reads keeps the first item while new ones come', () => {
    const window = heldWindow(timeline(0, 300), {});
    expect(shown(timeline(0, 340), window)).toBe('k100–k339');
  });

  test('an item that is gone moves nothing out of sight', () => {
    const items = timeline(0, 300);
    expect(shown(items, { start: 'gone', end: 'gone' })).toBe(`k${300 - WINDOW_ITEMS}–k299`);
    expect(shown(items, { start: 'k290', end: 'k20' })).toBe('k0–k20');
  });
});
