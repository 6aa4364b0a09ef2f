import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { exactTime, relativeTime, timeOfDay } from './time.ts';

/** A relative time that moves on by itself; the exact time on hover. */
export function When({ at, now }: { at: number; now: ReadonlySignal<number> }): JSX.Element {
  return <Time at={at}>{relativeTime(at, now.value)}</Time>;
}

/** The time of day; the exact time on hover. */
export function TimeOfDay({ at }: { at: number }): JSX.Element {
  return <Time at={at}>{timeOfDay(at)}</Time>;
}

function Time({ at, children }: { at: number; children: string }): JSX.Element {
  return (
    <time dir="auto" dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {children}
    </time>
  );
}
