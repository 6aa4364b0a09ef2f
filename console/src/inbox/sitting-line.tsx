import type { ConversationEvent } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { Name, plainName } from '../ui/person.tsx';
import { TimeOfDay } from '../ui/when.tsx';
import { TagName } from './tags.tsx';

const ENDED = {
  finished: 'finished',
  left: 'ended: the visitor left',
  expired: 'ended: nobody wrote',
} as const;

/** A line of the conversation's own history: sittings that begin and end, agents who come and go. */
export function SittingLine({ event }: { event: ConversationEvent }): JSX.Element | null {
  const { body } = event;
  switch (body.type) {
    case 'sitting.opened':
      return (
        <div class="timeline-sitting">
          <p>
            <strong>New chat</strong> <TimeOfDay at={event.at} />
          </p>
          {body.page && (
            <p class="muted">
              From <bdi>{plainName(body.page.title || body.page.url)}</bdi>
            </p>
          )}
        </div>
      );
    case 'sitting.closed':
      return (
        <p class="timeline-line muted">
          Chat {ENDED[body.reason]}
          {event.author.kind === 'agent' && event.author.name !== undefined && (
            <>
              {' by '}
              <Name of={event.author.name} />
            </>
          )}{' '}
          · <TimeOfDay at={event.at} />
        </p>
      );
    case 'agent.joined':
    case 'agent.left':
      return (
        <p class="timeline-line muted">
          <Name of={body.agent.name} /> {body.type === 'agent.joined' ? 'joined' : 'left'} ·{' '}
          <TimeOfDay at={event.at} />
        </p>
      );
    case 'conversation.tagged':
      return (
        <p class="timeline-line muted">
          <Name of={event.author.name ?? 'An agent'} /> {body.on ? 'added the tag' : 'removed the tag'}{' '}
          <TagName id={body.tag} /> · <TimeOfDay at={event.at} />
        </p>
      );
    case 'agent.looked':
      return (
        <p class="timeline-line muted">
          <Name of={body.agent.name} /> looked at this conversation · <TimeOfDay at={event.at} />
        </p>
      );
    default:
      return null;
  }
}
