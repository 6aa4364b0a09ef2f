import type { Clock } from '../lib/clock.ts';

/** A page that is never idle gets our work all the same, a little later. */
const IDLE_WAIT_MAX_MS = 100;
/** Where a browser does not tell when it is idle. */
const NEXT_TASK_MS = 16;

/** When a page has time for us. */
export interface IdleTimer {
  /** Calls `then` once; the answer cancels it. */
  nextIdle(then: () => void): () => void;
}

export function idleTimer(window: Window, clock: Clock): IdleTimer {
  return {
    nextIdle(then) {
      if (!('requestIdleCallback' in window)) return clock.after(NEXT_TASK_MS, then);
      const handle = window.requestIdleCallback(then, { timeout: IDLE_WAIT_MAX_MS });
      return () => {
        window.cancelIdleCallback(handle);
      };
    },
  };
}
