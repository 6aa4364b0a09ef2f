import type { EventDetails, EventName } from './handover.ts';

export type Listener = (detail: unknown) => void;

/** The events of `window.alongside`. A listener that throws is counted; it disturbs neither page nor widget. */
export interface Events {
  emit: <Name extends EventName>(event: Name, detail: EventDetails[Name]) => void;
  /** Counts an error and tells the page by the event `error`. */
  fail: (error: unknown) => undefined;
}

/** What `on` does, and the ways to tell. The event `ready` lasts: who asks later is told as well. */
export function makeEvents(
  ready: Promise<unknown>,
): [on: (event: EventName, listener: Listener) => () => unknown, events: Events] {
  const listeners = new Set<(name: EventName, detail?: unknown) => void>();
  let count = 0;
  const emit: Events['emit'] = (event, detail) => listeners.forEach((tell) => tell(event, detail));
  const fail = (error: unknown): undefined => {
    emit('error', { message: String(error), count: ++count });
  };
  return [
    (event, listener) => {
      const tell = (name: EventName, detail?: unknown): void => {
        try {
          if (name === event) listener(detail);
        } catch (error) {
          // A listener of errors is not told of its own, or there would be no end to it.
          if (event !== 'error') fail(error);
        }
      };
      if (event === 'ready') void ready.then(() => tell(event));
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    { emit, fail },
  ];
}
