import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { startRecording } from '../../../sdk/src/co-browse/page-recorder.ts';
import type { PageEvent } from '../../../sdk/src/co-browse/page-events.ts';
import { type PrivacySettings, STRICTEST } from '../../../sdk/src/co-browse/privacy-settings.ts';

/** Frames as they leave: each is the text that would go over the wire. */
export const frames: string[] = [];
/** What went wrong inside of the recorder. */
export const failures: string[] = [];
/** What was said of the recording. */
export const states: string[] = [];

const listeners: ((events: readonly PageEvent[]) => void)[] = [];

/** Starts the recorder on this page and keeps what it sends. */
export function start(settings: Partial<PrivacySettings>, salt = 1) {
  return startRecording({
    window,
    clock: systemClock,
    settings: { ...STRICTEST, ...settings },
    salt,
    send: (events) => {
      frames.push(JSON.stringify(events));
      for (const listener of listeners) listener(events);
    },
    state: (state) => states.push(state),
    failed: (error) => failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
}

/** Calls back with what is sent from now on. */
export function listen(listener: (events: readonly PageEvent[]) => void): void {
  listeners.push(listener);
}
