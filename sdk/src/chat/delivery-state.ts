import type { ConversationView, DeliveryState, PendingMessage } from '../conversation/conversation-view.ts';
import type { LogEntry } from '../protocol/index.ts';

/**
 * What may be said under an own message (DL6): `saved` until the server has stored it, `sent` from then on,
 * `delivered` and `read` when the other side said so. `side` is the reader's own side. A refused message is
 * `saved`: it is on this device and nowhere else.
 */
export function deliveryState(
  view: Pick<ConversationView, 'header'>,
  message: LogEntry | PendingMessage,
  side: 'visitor' | 'agent',
): DeliveryState {
  if (message.seq === undefined) return 'saved';
  const other = side === 'visitor' ? view.header.agentSide : view.header.visitor;
  if (message.seq <= other.read) return 'read';
  return message.seq <= other.delivered ? 'delivered' : 'sent';
}
