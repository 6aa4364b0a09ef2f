import {
  type ConversationEvent,
  type ConversationView,
  type DeliveryState,
  type LogEntry,
  type PendingMessage,
  deliveryState,
} from '@alongside/sdk/agent';
import type { CardProps } from '../shell/registration.ts';
import { dayOf } from '../ui/time.ts';

/** Messages of one author within this time stand together. */
const GROUP_MS = 3 * 60_000;

/** Events that change a number or a mark and have no place of their own in the timeline. */
const UNSEEN_TYPES: readonly string[] = ['chat.received'];

/** Events that a person said something by; they are grouped by who said it. */
const SAID_TYPES: readonly string[] = ['chat.message', 'chat.noted'];

/** One thing in the timeline, from old to new. `key` stays the same while the thing is there. */
export type TimelineItem =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'erased'; key: string; seq: number }
  | { kind: 'event'; key: string; event: ConversationEvent; joined: boolean; by: CardProps['by'] }
  | { kind: 'pending'; key: string; pending: PendingMessage; joined: boolean };

export interface TimelineOptions {
  /** The id of who looks. */
  me: string;
  /** The first entry that was unread when the conversation came on the screen. */
  unreadFrom?: number | undefined;
}

/** What the timeline shows of a view: day separators, the mark of unread, groups by author, own messages on the way. */
export function timelineOf(view: ConversationView, { me, unreadFrom }: TimelineOptions): TimelineItem[] {
  const items: TimelineItem[] = [];
  const arrived = new Set<string>();
  let day: number | undefined;
  let last: Said | undefined;
  const beginDay = (at: number): void => {
    if (day === dayOf(at)) return;
    day = dayOf(at);
    last = undefined;
    items.push({ kind: 'day', key: `day-${day}`, at });
  };
  for (const entry of view.entries) {
    if ('erased' in entry) {
      last = undefined;
      items.push({ kind: 'erased', key: keyOf(entry), seq: entry.seq });
      continue;
    }
    if (entry.command !== undefined) arrived.add(entry.command);
    if (UNSEEN_TYPES.includes(entry.body.type)) continue;
    beginDay(entry.at);
    if (entry.seq === unreadFrom) {
      last = undefined;
      items.push({ kind: 'unread', key: 'unread' });
    }
    const said = saidIn(entry);
    const joined = said !== undefined && continues(last, said);
    items.push({ kind: 'event', key: keyOf(entry), event: entry, joined, by: byWhom(entry, me) });
    last = said;
  }
  for (const pending of view.pending) {
    if (arrived.has(pending.id)) continue;
    beginDay(pending.at);
    const said = { type: PENDING_TYPES[pending.kind], author: me, at: pending.at };
    items.push({ kind: 'pending', key: pending.id, pending, joined: continues(last, said) });
    last = said;
  }
  return items;
}

const PENDING_TYPES = { message: 'chat.message', note: 'chat.noted' } as const;

type Said = { type: string; author: string; at: number };

function saidIn(event: ConversationEvent): Said | undefined {
  if (!SAID_TYPES.includes(event.body.type)) return undefined;
  return { type: event.body.type, author: event.author.id ?? event.author.kind, at: event.at };
}

function continues(last: Said | undefined, said: Said): boolean {
  return last?.type === said.type && last.author === said.author && said.at - last.at < GROUP_MS;
}

function byWhom({ author }: ConversationEvent, me: string): CardProps['by'] {
  if (author.kind === 'agent') return author.id === me ? 'me' : 'colleague';
  return author.kind;
}

/** An entry keeps the key of the pending message that it was, so that its bubble stays the same node. */
function keyOf(entry: LogEntry): string {
  return 'erased' in entry ? `entry-${entry.seq}` : (entry.command ?? `entry-${entry.seq}`);
}

/** Where the delivery state stands, and which it is. */
export interface OwnDelivery {
  key: string;
  state: DeliveryState;
}

/** The delivery state under the last own message (DL6); undefined where nothing own is on the way or stored. */
export function deliveryOf(view: ConversationView, items: readonly TimelineItem[]): OwnDelivery | undefined {
  const own = items.findLast(isOwnMessage);
  if (own?.kind === 'pending') return { key: own.key, state: deliveryState(view, own.pending, 'agent') };
  if (own?.kind === 'event') return { key: own.key, state: deliveryState(view, own.event, 'agent') };
  return undefined;
}

/** What the visitor will see of one's own: no note, and nothing that was refused. */
function isOwnMessage(item: TimelineItem): boolean {
  if (item.kind === 'pending') return item.pending.kind === 'message' && item.pending.state === 'saved';
  return item.kind === 'event' && item.by === 'me' && item.event.body.type === 'chat.message';
}
