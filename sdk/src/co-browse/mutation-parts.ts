import { INCREMENTAL, type PageEvent, type PageMutation, SOURCE } from './page-events.ts';

/** The firewall refuses an event with more changes than 5,000; smaller ones leave a viewer time between them. */
const CHANGES_PER_EVENT = 2_000;
/** In this order a player applies the lists of one event. */
const LISTS = ['removes', 'adds', 'texts', 'attributes'] as const;
const NONE = { removes: [], adds: [], texts: [], attributes: [] };

/** An event with more changes than one may have, as several; any other as it is. */
export function inParts(event: PageEvent): PageEvent[] {
  if (event.type !== INCREMENTAL || event.data.source !== SOURCE.mutation) return [event];
  const data: PageMutation = event.data;
  if (LISTS.reduce((sum, list) => sum + data[list].length, 0) <= CHANGES_PER_EVENT) return [event];
  return LISTS.flatMap((list) => {
    const parts: PageEvent[] = [];
    for (let at = 0; at < data[list].length; at += CHANGES_PER_EVENT) {
      const part = data[list].slice(at, at + CHANGES_PER_EVENT);
      parts.push({ ...event, data: { source: 0, ...NONE, [list]: part } });
    }
    return parts;
  });
}
