import { useEffect, useState } from 'preact/hooks';
import { systemClock } from '@alongside/sdk/shared';

/** False at first, true once the component stands for `milliseconds`. */
export function useWaited(milliseconds: number): boolean {
  const [waited, setWaited] = useState(false);
  useEffect(
    () =>
      systemClock.after(milliseconds, () => {
        setWaited(true);
      }),
    [milliseconds],
  );
  return waited;
}
