import { type ReadonlySignal, signal } from '@preact/signals';
import type { Observable } from '@alongside/sdk/shared';

/** A signal that follows an observable until `stop`. */
export function observed<T>(source: Observable<T>): { signal: ReadonlySignal<T>; stop: () => void } {
  const copy = signal(source.value);
  const stop = source.subscribe((value) => {
    copy.value = value;
  });
  return { signal: copy, stop };
}
