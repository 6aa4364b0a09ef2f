import { type ReadonlySignal, computed, signal } from '@preact/signals';
import type { Clock, Observable } from '@alongside/sdk/shared';

const TICK_MS = 1_000;
const SLOW_TICK_MS = 15_000;

/** The server's time, moving on by itself. */
export interface Ticker {
  /** Each second; for countdowns. */
  readonly now: ReadonlySignal<number>;
  /** Four times a minute; for relative times, which need not redraw a list each second. */
  readonly slowNow: ReadonlySignal<number>;
  stop: () => void;
}

/** Ticks on `clock`, shifted by the server's offset. */
export function startTicker(clock: Clock, offset: Observable<number>): Ticker {
  const read = (): number => clock.now() + offset.value;
  const now = signal(read());
  let cancel = (): void => undefined;
  const tick = (): void => {
    now.value = read();
    cancel = clock.after(TICK_MS, tick);
  };
  tick();
  const stopFollowing = offset.subscribe(() => {
    now.value = read();
  });
  return {
    now,
    slowNow: computed(() => Math.floor(now.value / SLOW_TICK_MS) * SLOW_TICK_MS),
    stop: () => {
      cancel();
      stopFollowing();
    },
  };
}
