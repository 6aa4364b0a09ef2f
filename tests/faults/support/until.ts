import { setTimeout as delay } from 'node:timers/promises';
import type { Observable } from '../../../sdk/src/lib/observable.ts';

/** More than any step takes on a busy machine; a run that hangs ends by it with a sentence. */
const UNTIL_MAX_MS = 30_000;

/** Resolves with the value once it fits; rejects with `what` when that takes too long. */
export function until<T>(
  observable: Observable<T>,
  fits: (value: T) => boolean,
  what: string,
  maxMs = UNTIL_MAX_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`not within ${maxMs} ms: ${what}`));
    }, maxMs);
    const look = (value: T): void => {
      if (!fits(value)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(value);
    };
    const unsubscribe = observable.subscribe(look);
    look(observable.value);
  });
}

const LOOK_EVERY_MS = 20;

/** Resolves once `fits` answers true, asked again and again: for what tells nobody when it changes. */
export async function eventually(
  fits: () => boolean | Promise<boolean>,
  what: string,
  maxMs = UNTIL_MAX_MS,
): Promise<void> {
  const end = performance.now() + maxMs;
  while (!(await fits())) {
    if (performance.now() > end) throw new Error(`not within ${maxMs} ms: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
