/** Runs in the browser: rrweb's recorder with all it is by default, to compare with. */
import { record } from 'rrweb';

/** What it told, as texts, one an event. */
export const events: string[] = [];

let end: (() => void) | undefined;

export function start(): void {
  end = record({
    emit: (event) => {
      events.push(JSON.stringify(event));
    },
  });
}

export function stop(): void {
  end?.();
}
