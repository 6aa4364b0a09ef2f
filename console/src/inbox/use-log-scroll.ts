import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { Ref } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
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
  usePointing(conversation, items, atEnd);
  const onScroll = (): void => {
    const element = frame.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.value = below < END_PIXELS;
    if (atEnd.value) newBelow.value = false;
    if (element.scrollTop < OLDER_PIXELS && element.scrollHeight > element.clientHeight) {
      void conversation.loadOlder();
    }
  };
  return { frame, content, onScroll, newBelow, toEnd };
}

/** Brings the entry that is pointed at into view, once it is there, and marks it for a moment. */
function usePointing(
  conversation: OpenConversation,
  items: readonly TimelineItem[],
  atEnd: Signal<boolean>,
): void {
  const pointedAt = conversation.pointedAt.value;
  useLayoutEffect(() => {
    if (pointedAt === undefined) return undefined;
    const found = document.querySelector(`[data-seq="${pointedAt}"]`);
    if (!found) return undefined;
    atEnd.value = false;
    found.scrollIntoView({ block: 'center' });
    const end = setTimeout(() => {
      conversation.pointedAt.value = undefined;
    }, POINTED_MS);
    return () => {
      clearTimeout(end);
    };
  }, [conversation, pointedAt, items.length]);
}
