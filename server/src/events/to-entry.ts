import { type Audience, type LogEntry, readableBody } from '@alongside/sdk/protocol';
import { mayRead } from '@alongside/sdk/shared';
import type { StoredEvent } from './log.ts';

/** A stored event of a conversation as `reader` gets it; undefined where the reader may not see it. */
export function toEntry(event: StoredEvent, reader: Audience): LogEntry | undefined {
  if (!mayRead(event.audience, reader)) return undefined;
  const { seq, at, author, audience, command } = event;
  if (event.erased) return { seq, prev: event.prev[reader], erased: true };
  return {
    seq,
    prev: event.prev[reader],
    at,
    author,
    audience,
    ...(command !== undefined && { command }),
    body: readableBody({ ...event.body, type: event.type }),
  };
}
