import type { OutboxEntry } from '../connection/outbox-box.ts';
import type { Author, ConversationState, ErrorCode, LogEntry, Page } from '../protocol/index.ts';

/** An own message that is not an entry of the log yet. */
export interface PendingMessage {
  /** Its command id: the entry that it becomes carries the same. */
  id: string;
  kind: 'message' | 'note';
  text: string;
  /** When it was written, on this device's clock. */
  at: number;
  /** saved: on this device, goes out by itself · refused: stays until "Try again" or "Delete". */
  state: 'saved' | 'refused';
  code?: ErrorCode;
  reason?: string;
  /** The number of its entry, once the server has stored it; the entry itself is on its way. */
  seq?: number;
}

/** What one reader sees of one conversation. Immutable: a change is a new object. */
export interface ConversationView {
  /** Absent until the first welcome. */
  id?: string;
  header: ConversationState;
  /** One gapless run of what this reader may see, oldest first. */
  entries: readonly LogEntry[];
  /** There are older entries to fetch. */
  older: boolean;
  /** Own messages on the way, in their order. */
  pending: readonly PendingMessage[];
  /** Who is writing now (not oneself). */
  typing: readonly Author[];
  /** Entries are missing and being fetched: what is shown may not be the newest. */
  catchingUp: boolean;
  /** The server was restored from an older backup: what was shown before was discarded. */
  restored: boolean;
  /** The server does not show this conversation (any more). */
  refused?: ErrorCode;
  /** The visitor's page and connection, where the reader is an agent and it is known. */
  page?: Page;
  online?: boolean;
}

/** The state under an own message: saved here → on server → with the other side → read (DL6). */
export type DeliveryState = 'saved' | 'sent' | 'delivered' | 'read';

/** What waits in the outbox, as a conversation shows it. */
export function pendingMessage({ id, body, at, refused }: Omit<OutboxEntry, 'lane'>): PendingMessage {
  return {
    id,
    kind: body.type === 'chat.note' ? 'note' : 'message',
    text: body.text,
    at,
    state: refused ? 'refused' : 'saved',
    ...(refused && { code: refused.code, reason: refused.message }),
  };
}
