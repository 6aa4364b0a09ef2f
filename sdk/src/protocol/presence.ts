import { type Infer, oneOf, string } from './schema.ts';

/** What an agent may choose; `busy`, `not-responding` and `disconnected` are found by the server. */
export const chosenPresence = oneOf('available', 'away', 'break', 'training', 'offline');
export const presence = oneOf(
  'available',
  'busy',
  'away',
  'break',
  'training',
  'offline',
  'not-responding',
  'disconnected',
);
export type ChosenPresence = Infer<typeof chosenPresence>;
export type Presence = Infer<typeof presence>;

/** What a queue is called on the wire. */
export const queueId = string(64, /^[\x21-\x7e]+$/, 1);
