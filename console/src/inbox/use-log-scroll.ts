import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { Ref, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { systemClock } from '@alongside/sdk/shared';
import type { OpenConversation } from '../shell/open-conversation.ts';
import type { TimelineItem } from './timeline.ts';

/** This close to the end counts as there. */
const END_PIXELS = 48;
/** Older entries are fetched this long before the top is reached. */
const OLDER_PIXELS = 240;
const POINTED_MS = 2_400;

export interface LogScroll {
  frame: Ref<HTMLDivElement>;
  content: Ref<HTMLDivElement>;
  onScroll: () => void;
  /** Something came below while the end was out of view. */
  newBelow: ReadonlySignal<boolean>;
  toEnd: () => void;
}

/**
 * Keeps the end in view while it is there; keeps what one reads in its place when older entries come above; never
 * jumps otherwise. Goes to an entry that is pointed at.
 */
export function useLogScroll(
  conversation: OpenConversation,
  items: readonly TimelineItem[],
  atEnd: Signal<boolean>,
): LogScroll {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const newBelow = useSignal(false);
  const before = useRef<{ first: string | undefined; last: string | undefined; height: number } | undefined>(
    undefined,
  );
  const toEnd = (): void => {
    const element = frame.current;
    if (element) element.scrollTop = element.scrollHeight;
    newBelow.value = false;
  };
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const now = { first: items[0]?.key, last: items.at(-1)?.key, height: element.scrollHeight };
    const was = before.current;
    before.current = now;
    const mine = items.at(-1)?.kind === 'pending' && was?.last !== now.last;
    if (atEnd.peek() || mine) toEnd();
    else if (was && was.first !== now.first) element.scrollTop += now.height - was.height;
    else if (was && was.last !== now.last) newBelow.value = true;
  }, [items]);
  useEffect(() => {
    const inner = content.current;
    if (!inner || !('ResizeObserver' in globalThis)) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.peek()) toEnd();
      if (before.current && frame.current) before.current.height = frame.current.scrollHeight;
    });
    observer.observe(inner);
    if (frame.current) observer.observe(frame.current);
    return () => {
      observer.disconnect();
    };
  }, []);
  const follow = (): void => {
    const element = frame.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.value = below < END_PIXELS;
    if (atEnd.value) newBelow.value = false;
  };
  usePointing(conversation, frame, items, follow);
  const onScroll = (): void => {
    follow();
    const element = frame.current;
    if (element && element.scrollTop < OLDER_PIXELS && element.scrollHeight > element.clientHeight) {
      void conversation.loadOlder();
    }
  };
  return { frame, content, onScroll, newBelow, toEnd };
}

/** Brings the entry that is pointed at into view, once it is there, and marks it for a moment. */
function usePointing(
  conversation: OpenConversation,
  frame: RefObject<HTMLDivElement | null>,
  items: readonly TimelineItem[],
  onMoved: () => void,
): void {
  const pointedAt = conversation.pointedAt.value;
  const shown = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (pointedAt === undefined) shown.current = undefined;
    if (pointedAt === undefined || shown.current === pointedAt) return;
    const found = frame.current?.querySelector(`[data-seq="${pointedAt}"]`);
    if (!found) return;
    shown.current = pointedAt;
    found.scrollIntoView({ block: 'center' });
    onMoved();
  }, [pointedAt, items]);
  useEffect(() => {
    if (pointedAt === undefined) return undefined;
    return systemClock.after(POINTED_MS, () => {
      conversation.pointedAt.value = undefined;
    });
  }, [conversation, pointedAt]);
}
