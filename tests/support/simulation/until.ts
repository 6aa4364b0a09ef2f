import type { Observable } from '../../../sdk/src/lib/observable.ts';

/** Resolves with the first value that fits, the present one included. */
export function until<T>(observable: Observable<T>, fits: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    if (fits(observable.value)) {
      resolve(observable.value);
      return;
    }
    const stop = observable.subscribe((value) => {
      if (!fits(value)) return;
      stop();
      resolve(value);
    });
  });
}
