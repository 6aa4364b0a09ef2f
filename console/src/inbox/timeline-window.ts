/**
 * Which items of a long timeline are drawn: a message must cost the same in a conversation of ten and of ten
 * thousand. Bounds are kept by key, so that they stay where they are when something comes before or after them.
 */
export interface TimelineWindow {
  /** The first item; absent: as many as are drawn at the end. */
  readonly start?: string;
  /** The last item; absent: the newest, also when newer ones come. */
  readonly end?: string;
}

/** Items that are drawn at the end of the timeline, by what one step adds, and at most. */
export const WINDOW_ITEMS = 200;
const STEP_ITEMS = 100;
const WINDOW_MAX_ITEMS = 600;

type Keyed = { readonly key: string };

/** Bounds as indexes: from `start` up to, not with, `end`. A bound whose item is gone counts as absent. */
export function boundsOf(items: readonly Keyed[], window: TimelineWindow): { start: number; end: number } {
  const indexOf = (key: string | undefined): number =>
    key === undefined ? -1 : items.findIndex((item) => item.key === key);
  const last = indexOf(window.end);
  const end = last < 0 ? items.length : last + 1;
  const first = indexOf(window.start);
  const start = first < 0 || first >= end ? Math.max(0, end - WINDOW_ITEMS) : first;
  return { start, end };
}

/** Shows one step more of what is before. */
export function olderWindow(items: readonly Keyed[], window: TimelineWindow): TimelineWindow {
  const { start, end } = boundsOf(items, window);
  const from = Math.max(0, start - STEP_ITEMS);
  return windowOf(items, from, Math.min(end, from + WINDOW_MAX_ITEMS));
}

/** Shows one step more of what is after. */
export function newerWindow(items: readonly Keyed[], window: TimelineWindow): TimelineWindow {
  const { start, end } = boundsOf(items, window);
  const to = Math.min(items.length, end + STEP_ITEMS);
  return windowOf(items, Math.max(start, to - WINDOW_MAX_ITEMS), to);
}

/** Shows the item and what is around it. */
export function windowAround(items: readonly Keyed[], index: number): TimelineWindow {
  const start = Math.max(0, index - WINDOW_ITEMS / 2);
  return windowOf(items, start, Math.min(items.length, start + WINDOW_ITEMS));
}

/** The same items as now, whatever comes: for somebody who reads further up. */
export function heldWindow(items: readonly Keyed[], window: TimelineWindow): TimelineWindow {
  const { start, end } = boundsOf(items, window);
  return windowOf(items, start, end);
}

/** Whether both draw the same. */
export function isSameWindow(one: TimelineWindow, other: TimelineWindow): boolean {
  return one.start === other.start && one.end === other.end;
}

function windowOf(items: readonly Keyed[], start: number, end: number): TimelineWindow {
  const first = items[start]?.key;
  const last = items[end - 1]?.key;
  return {
    ...(first !== undefined && { start: first }),
    ...(end < items.length && last !== undefined && { end: last }),
  };
}
