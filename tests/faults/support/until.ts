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
