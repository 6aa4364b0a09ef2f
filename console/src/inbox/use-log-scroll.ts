import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { Ref, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { systemClock } from '@alongside/sdk/shared';
import type { OpenConversation } from '../shell/open-conversation.ts';
import {
  type TimelineWindow,
  boundsOf,
  heldWindow,
  newerWindow,
  olderWindow,
  isSameWindow,
  windowAround,
} from './timeline-window.ts';
import type { TimelineItem } from './timeline.ts';

/** This close to the end counts as there. */
const END_PIXELS = 48;
/** More is drawn or fetched this long before the top or the bottom is reached. */
const MORE_PIXELS = 320;
const POINTED_MS = 2_400;

export interface LogScroll {
  frame: Ref<HTMLDivElement>;
  content: Ref<HTMLDivElement>;
  /** What is drawn of the items. */
  shown: readonly TimelineItem[];
  /** There are items before the drawn ones. */
  hasAbove: boolean;
  onScroll: () => void;
  /** Draws, or fetches, more of what is before. */
  showOlder: () => void;
  /** Something came below while the end was out of view. */
  newBelow: ReadonlySignal<boolean>;
  toEnd: () => void;
}

/** An item and how far below the frame's top it stood: what somebody reads must not move away. */
type Anchor = { node: Element; top: number };

/**
 * Draws a window of the items. Keeps the end in view while it is there; keeps what one reads in its place when
 * something changes above; never jumps otherwise. Goes to an entry that is pointed at.
 */
export function useLogScroll(
  conversation: OpenConversation,
  items: readonly TimelineItem[],
  atEnd: Signal<boolean>,
): LogScroll {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor | undefined>(undefined);
  const window = useSignal<TimelineWindow>({});
  const newBelow = useSignal(false);
  const { start, end } = boundsOf(items, window.value);

  const follow = (): void => {
    const element = frame.current;
    if (!element) return;
    atEnd.value = pixelsBelow(element) < END_PIXELS && window.peek().end === undefined;
    if (atEnd.value) newBelow.value = false;
    const next = atEnd.value ? {} : heldWindow(items, window.peek());
    if (!isSameWindow(next, window.peek())) window.value = next;
    anchor.current = anchorIn(element, content.current);
  };
  const toEnd = (): void => {
    window.value = {};
    atEnd.value = true;
    newBelow.value = false;
    toBottom(frame.current);
  };
  const showOlder = (): void => {
    if (start > 0) window.value = olderWindow(items, window.value);
    else void conversation.loadOlder();
  };
  const onScroll = (): void => {
    follow();
    const element = frame.current;
    if (!element || element.scrollHeight <= element.clientHeight) return;
    if (element.scrollTop < MORE_PIXELS) showOlder();
    else if (pixelsBelow(element) < MORE_PIXELS && end < items.length) {
      window.value = newerWindow(items, window.value);
    }
  };

  useNewItems(items, atEnd, newBelow, toEnd);
  const settle = (): void => {
    if (atEnd.peek()) toBottom(frame.current);
    else keepInPlace(frame.current, anchor.current);
  };
  useLayoutEffect(settle, [items, start, end]);
  useSizeChanges(frame, content, settle);
  usePointing(conversation, frame, items, window, follow);
  return {
    frame,
    content,
    shown: items.slice(start, end),
    hasAbove: start > 0,
    onScroll,
    showOlder,
    newBelow,
    toEnd,
  };
}

function pixelsBelow(element: Element): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

function toBottom(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

/** The first item that is in view. */
function anchorIn(frame: Element, content: Element | null): Anchor | undefined {
  const { top } = frame.getBoundingClientRect();
  for (const node of content?.querySelectorAll('[data-kind]') ?? []) {
    const place = node.getBoundingClientRect();
    if (place.bottom > top) return { node, top: place.top - top };
  }
  return undefined;
}

function keepInPlace(frame: Element | null, anchor: Anchor | undefined): void {
  if (!frame || !anchor?.node.isConnected) return;
  const top = anchor.node.getBoundingClientRect().top - frame.getBoundingClientRect().top;
  if (top !== anchor.top) frame.scrollTop += top - anchor.top;
}

/** One's own new message brings the end into view; another's is told of where the end is out of view. */
function useNewItems(
  items: readonly TimelineItem[],
  atEnd: ReadonlySignal<boolean>,
  newBelow: Signal<boolean>,
  toEnd: () => void,
): void {
  const last = items.at(-1);
  const known = useRef(last?.key);
  useLayoutEffect(() => {
    if (known.current === last?.key) return;
    known.current = last?.key;
    if (last?.kind === 'pending') toEnd();
    else if (!atEnd.peek()) newBelow.value = true;
  }, [last?.key]);
}

function useSizeChanges(
  frame: RefObject<HTMLDivElement | null>,
  content: RefObject<HTMLDivElement | null>,
  then: () => void,
): void {
  useEffect(() => {
    const observer = new ResizeObserver(then);
    for (const element of [frame.current, content.current]) if (element) observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
}

/** Brings the entry that is pointed at into view, once it is there, and marks it for a moment. */
function usePointing(
  conversation: OpenConversation,
  frame: RefObject<HTMLDivElement | null>,
  items: readonly TimelineItem[],
  window: Signal<TimelineWindow>,
  moved: () => void,
): void {
  const pointedAt = conversation.pointedAt.value;
  const done = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (pointedAt === undefined) done.current = undefined;
    if (pointedAt === undefined || done.current === pointedAt) return;
    const found = frame.current?.querySelector(`[data-seq="${pointedAt}"]`);
    if (!found) {
      const index = items.findIndex((item) => item.kind === 'event' && item.event.seq === pointedAt);
      if (index >= 0) window.value = windowAround(items, index);
      return;
    }
    done.current = pointedAt;
    found.scrollIntoView({ block: 'center' });
    moved();
  });
  useEffect(() => {
    if (pointedAt === undefined) return undefined;
    return systemClock.after(POINTED_MS, () => {
      conversation.pointedAt.value = undefined;
    });
  }, [conversation, pointedAt]);
}
