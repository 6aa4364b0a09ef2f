import type { Sharing } from './registration.ts';

/**
 * Fetches what shows agents an unsent text (draft-notice.tsx) once the site says that it shows them, and
 * never where it does not. The answer ends it.
 */
export const join: Sharing['join'] = (handover, client, registrations, changed) => {
  let begun: Promise<() => void> | undefined;
  let over = false;
  const look = (): void => {
    if (!client.availability.value?.drafts || begun) return;
    begun = import('./draft-notice.tsx').then((module) =>
      over ? () => undefined : module.join(handover, client, registrations, changed),
    );
    begun.catch((error: unknown) => {
      begun = undefined;
      handover.fail(error);
    });
  };
  const stop = client.availability.subscribe(look);
  look();
  changed();
  return () => {
    over = true;
    stop();
    void begun?.then((end) => end());
  };
};
