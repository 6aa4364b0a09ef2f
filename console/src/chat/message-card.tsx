import type { ComponentChildren, JSX } from 'preact';
import type { CardProps } from '../shell/registration.ts';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { RichText } from '../ui/rich-text.tsx';
import { TimeOfDay } from '../ui/when.tsx';
import './message-card.css';

/** What somebody said. */
export function MessageCard({ conversation, event, joined, by }: CardProps): JSX.Element | null {
  if (event.body.type !== 'chat.message') return null;
  const name = event.author.name ?? (by === 'visitor' ? 'Visitor' : 'Agent');
  // The visitor has the colour of their conversation, as in the list.
  const id = by === 'visitor' ? conversation.id : (event.author.id ?? name);
  return (
    <Bubble
      by={by}
      joined={joined}
      name={name}
      avatarId={id}
      at={event.at}
      pointed={isPointed(conversation, event)}
    >
      <RichText text={event.body.text} />
    </Bubble>
  );
}

/** A note: clearly something else than what the visitor reads. */
export function NoteCard({ conversation, event, joined, by }: CardProps): JSX.Element | null {
  if (event.body.type !== 'chat.noted') return null;
  const name = event.author.name ?? 'Agent';
  return (
    <Bubble
      by={by}
      joined={joined}
      name={name}
      avatarId={event.author.id ?? name}
      at={event.at}
      note
      mentions={(event.body.mentions ?? []).map((each) => plainName(each.name))}
      pointed={isPointed(conversation, event)}
    >
      <RichText text={event.body.text} />
    </Bubble>
  );
}

function isPointed(conversation: CardProps['conversation'], event: CardProps['event']): boolean {
  return conversation.pointedAt.value === event.seq;
}

export interface BubbleProps {
  by: CardProps['by'];
  joined: boolean;
  name: string;
  avatarId: string;
  at: number;
  note?: boolean;
  /** Names of colleagues who were told of it. */
  mentions?: readonly string[];
  pointed?: boolean;
  children: ComponentChildren;
}

/** Text by somebody. Only the first of a group says who and when; each says it to screen readers. */
export function Bubble({
  by,
  joined,
  name,
  avatarId,
  at,
  note = false,
  mentions = [],
  pointed = false,
  children,
}: BubbleProps): JSX.Element {
  return (
    <div class="message" data-by={by} data-joined={joined} data-note={note} data-pointed={pointed}>
      <span class="message-avatar">{!joined && by !== 'me' && <Avatar id={avatarId} name={name} />}</span>
      <div class="message-body">
        <p class={joined ? 'visually-hidden' : 'message-by'}>
          <strong>{by === 'me' ? 'You' : <Name of={name} />}</strong> <TimeOfDay at={at} />
          {note && ' · Note, only your team sees it'}
          {mentions.length > 0 && ` · ${mentions.join(', ')} told`}
        </p>
        <div class="message-bubble">{children}</div>
      </div>
    </div>
  );
}
