import { ack, entry, errorMessage, pageOfEntries, refused, shownSignal } from './envelope.ts';
import { type Infer, union } from './schema.ts';
import { availability, ping, pong, visitorWelcome } from './session.ts';

/** All that a visitor's client is sent. */
export const visitorDown = union(
  visitorWelcome,
  ack,
  refused,
  entry,
  pageOfEntries,
  shownSignal,
  availability,
  ping,
  pong,
  errorMessage,
);
export type VisitorDown = Infer<typeof visitorDown>;
