import type { ComponentChildren, JSX } from 'preact';
import { Avatars } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Banners } from './banners.tsx';
import type { ShellContext } from './context.ts';
import { namesOf, peopleOf } from './people.ts';
import type { Registration } from './registration.ts';

/** The whole row is pressed, but only its label names the button; the line below describes it. */
interface RowProps {
  id: string;
  label: string;
  description: string;
  lead: ComponentChildren;
  trail: ComponentChildren;
  press: () => void;
}

function Row({ id, label, description, lead, trail, press }: RowProps): JSX.Element {
  return (
    <div class="row">
      {lead}
      <span class="title">
        <button aria-describedby={id} onClick={press}>
          {label}
        </button>
        <small id={id}>{description}</small>
      </span>
      {trail}
    </div>
  );
}

/** The conversation that there is, with its last message; nothing before the first. */
function Running({ shell }: { shell: ShellContext }): JSX.Element | null {
  const { conversation, language } = shell;
  const { lastMessage, unreadByVisitor } = conversation.header;
  const { say, time, words } = language;
  const pending = conversation.pending.at(-1);
  const last = pending ?? lastMessage;
  if (!last) return null;
  const people = peopleOf(shell);
  const mine = !!pending || lastMessage?.author.kind === 'visitor';
  const unread = unreadByVisitor.length;
  return (
    <Row
      id="running"
      label={
        people.length
          ? say(words.conversationWith, { names: namesOf(people, shell) })
          : words.yourConversation
      }
      description={mine ? say(words.you, { preview: last.text }) : last.text}
      lead={people.length ? <Avatars people={people.slice(0, 1)} /> : <Icon name="chat" />}
      trail={unread ? <i class="badge">{unread}</i> : <time>{time(last.at)}</time>}
      press={() => shell.show('conversation')}
    />
  );
}

/** Who is there, the running conversation, then one row per capability. */
export function Home(props: { shell: ShellContext; registrations: readonly Registration[] }): JSX.Element {
  const { shell, registrations } = props;
  const { availability, language } = shell;
  return (
    <>
      <div class="scroll">
        <div class="hero">
          {!!availability?.agents.length && <Avatars people={availability.agents} />}
          <h2>{language.words.welcome}</h2>
        </div>
        <div class="rows">
          <Running shell={shell} />
          {registrations.map(({ name, homeRow }) => {
            const row = homeRow(shell);
            return (
              row && (
                <Row
                  key={name}
                  id={name}
                  {...row}
                  lead={<Icon name={row.icon} />}
                  trail={<Icon name="forward" />}
                />
              )
            );
          })}
        </div>
      </div>
      <Banners shell={shell} />
    </>
  );
}
