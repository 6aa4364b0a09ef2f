import type { ConversationEvent } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import type { CardProps, Registration } from '../shell/registration.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { dayName } from '../ui/time.ts';
import { SittingLine } from './sitting-line.tsx';
import type { OwnDelivery, TimelineItem } from './timeline.ts';

export interface TimelineViewProps {
  conversation: OpenConversation;
  items: readonly TimelineItem[];
  delivery: OwnDelivery | undefined;
}

const DELIVERY_WORDS: Record<OwnDelivery['state'], string> = {
  saved: 'Saved on this device',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
};

/** The items one below the other; each event is drawn by the capability that it belongs to. */
export function TimelineView({ conversation, items, delivery }: TimelineViewProps): JSX.Element {
  return (
    <>
      {items.map((item) => (
        <div key={item.key} class="timeline-item" data-kind={item.kind} {...seqOf(item)}>
          <Item conversation={conversation} item={item} />
          {delivery?.key === item.key && (
            <p class="delivery muted" data-state={delivery.state}>
              {DELIVERY_WORDS[delivery.state]}
            </p>
          )}
        </div>
      ))}
    </>
  );
}

function seqOf(item: TimelineItem): { 'data-seq'?: number } {
  return item.kind === 'event' ? { 'data-seq': item.event.seq } : {};
}

function Item({
  conversation,
  item,
}: {
  conversation: OpenConversation;
  item: TimelineItem;
}): JSX.Element | null {
  const workspace = useWorkspace();
  switch (item.kind) {
    case 'day':
      return <h3 class="timeline-day">{dayName(item.at, workspace.ticker.slowNow.value)}</h3>;
    case 'unread':
      return <p class="timeline-unread">New</p>;
    case 'erased':
      return <p class="timeline-line muted">This entry was erased.</p>;
    case 'pending': {
      const Card = workspace.registrations.find((each) => each.pendingCard)?.pendingCard;
      return Card ? <Card conversation={conversation} pending={item.pending} joined={item.joined} /> : null;
    }
    case 'event':
      return <EventItem conversation={conversation} item={item} />;
  }
}

interface EventItemProps {
  conversation: OpenConversation;
  item: Extract<TimelineItem, { kind: 'event' }>;
}

/** An event never changes: its picture is kept, so that a new message costs the same in any conversation. */
function EventItem({ conversation, item }: EventItemProps): JSX.Element {
  const { registrations } = useWorkspace();
  const { event, joined, by } = item;
  return useMemo(
    () => drawn(registrations, { conversation, event, joined, by }),
    [registrations, conversation, event, joined, by],
  );
}

function drawn(registrations: readonly Registration[], props: CardProps): JSX.Element {
  const { body } = props.event;
  if (body.type === 'unreadable') return <Unreadable event={props.event} />;
  for (const { cards } of registrations) {
    const Card = cards[body.type];
    if (Card) return <Card {...props} />;
  }
  return <SittingLine event={props.event} />;
}

function Unreadable({ event }: { event: ConversationEvent }): JSX.Element {
  return (
    <p class="timeline-line muted" role="note">
      <Icon name="alert" size={16} />
      Entry {event.seq} cannot be shown by this page. Reload it; the other entries are whole.
    </p>
  );
}
