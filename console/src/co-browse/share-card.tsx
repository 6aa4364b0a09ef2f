import type { ConversationEvent, EventBody } from '@alongside/sdk/agent';
import { safeHref } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import type { CardProps } from '../shell/registration.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Name, plainName } from '../ui/person.tsx';
import { TimeOfDay } from '../ui/when.tsx';
import { endedWords, refusedShortly } from './page-words.ts';
import './share-card.css';

type Body<Type extends EventBody['type']> = Extract<EventBody, { type: Type }>;

function Line({
  event,
  icon,
  children,
}: {
  event: ConversationEvent;
  icon: IconName;
  children: (JSX.Element | string | false | undefined)[] | JSX.Element | string;
}): JSX.Element {
  return (
    <p class="timeline-line share-line muted">
      <Icon name={icon} size={16} />
      <span>
        {children} · <TimeOfDay at={event.at} />
      </span>
    </p>
  );
}

function visitorOf({ author }: ConversationEvent): string {
  return author.kind === 'visitor' && author.name ? plainName(author.name) : 'The visitor';
}

/** You, or who it was. */
function Agent({ agent }: { agent: { id: string; name: string } }): JSX.Element {
  const { identity } = useWorkspace();
  return agent.id === identity.agent.id ? <>You</> : <Name of={agent.name} />;
}

function Viewed({ agent, on }: { agent: { id: string; name: string }; on: boolean }): JSX.Element {
  const { identity } = useWorkspace();
  if (agent.id === identity.agent.id) return <>{on ? 'You see the page' : 'You look no longer'}</>;
  return (
    <>
      <Name of={agent.name} /> {on ? 'sees the page' : 'looks no longer'}
    </>
  );
}

/** What became of sharing the page, as lines of the conversation's history. */
export function ShareLine({ event }: CardProps): JSX.Element | null {
  const { body } = event;
  switch (body.type) {
    case 'co-browse.asked':
      return (
        <Line event={event} icon="eye">
          <Agent agent={body.agent} /> asked {body.scope === 'view' ? 'to see the page' : 'for control'}
        </Line>
      );
    case 'co-browse.answered':
      return (
        <Line event={event} icon={body.allowed ? 'finish' : 'close'}>
          {answeredWords(visitorOf(event), body)}
        </Line>
      );
    case 'co-browse.ended':
      return (
        <Line event={event} icon="close">
          {body.scope === 'view' ? endedWords(body.reason, visitorOf(event)) : controlEnded(body, event)}
        </Line>
      );
    case 'co-browse.viewed':
      return (
        <Line event={event} icon="eye">
          <Viewed agent={body.agent} on={body.on} />
        </Line>
      );
    default:
      return null;
  }
}

function answeredWords(visitor: string, { scope, allowed }: Body<'co-browse.answered'>): string {
  if (scope === 'view') return allowed ? `${visitor} shares the page` : `${visitor} does not share the page`;
  return allowed ? `${visitor} gave control` : `${visitor} keeps control`;
}

function controlEnded({ reason }: Body<'co-browse.ended'>, event: ConversationEvent): string {
  if (reason === 'visitor' || reason === 'escape') return `${visitorOf(event)} took control back`;
  if (reason === 'agent') return 'Control was given back';
  if (reason === 'not-answered') return 'The question for control was not answered';
  return reason === 'expired' ? 'Control ended after 15 minutes' : 'Control ended';
}

/** What was done on the page, or refused there (CO11). */
export function ActionLine({ event }: CardProps): JSX.Element | null {
  const { body } = event;
  if (body.type !== 'co-browse.action') return null;
  const { agent, action, label, refused } = body;
  return (
    <Line event={event} icon={refused === undefined ? 'hand' : 'alert'}>
      <Agent agent={agent} /> {refused === undefined ? DONE[action] : TRIED[action]}{' '}
      <em>{label || 'a part of the page'}</em>
      {refused !== undefined && `: not done, ${refusedShortly(refused)}`}
    </Line>
  );
}

const DONE: Record<Body<'co-browse.action'>['action'], string> = {
  click: 'clicked',
  type: 'wrote in',
  select: 'chose in',
  scroll: 'scrolled',
  navigate: 'opened',
};
const TRIED: Record<Body<'co-browse.action'>['action'], string> = {
  click: 'wanted to click',
  type: 'wanted to write in',
  select: 'wanted to choose in',
  scroll: 'wanted to scroll',
  navigate: 'wanted to open',
};

/** A page that was proposed. */
export function SuggestedCard({ event }: CardProps): JSX.Element | null {
  const { body } = event;
  if (body.type === 'co-browse.suggested') {
    const href = safeHref(body.url);
    return (
      <div class="suggested-card">
        <Icon name="page" size={16} />
        <p>
          <Agent agent={body.agent} /> suggested a page on <strong>{body.host}</strong>
          <br />
          {href === undefined ? (
            <bdi>{body.url}</bdi>
          ) : (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
              <bdi>{body.url}</bdi>
            </a>
          )}
        </p>
      </div>
    );
  }
  if (body.type !== 'co-browse.was-followed') return null;
  return (
    <Line event={event} icon={body.opened ? 'finish' : 'close'}>
      {`${visitorOf(event)} ${body.opened ? 'opened the suggested page' : 'put the suggested page away'}`}
    </Line>
  );
}
