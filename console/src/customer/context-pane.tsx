import type { ConversationRow, Page } from '@alongside/sdk/agent';
import { safeHref } from '@alongside/sdk/shared';
import type { ComponentChildren, JSX } from 'preact';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { duration } from '../ui/time.ts';
import { TimeOfDay, When } from '../ui/when.tsx';
import { TagEditor } from '../inbox/tags.tsx';
import { visitorNameOf } from '../inbox/visitor-name.ts';
import { type PastSitting, lastSpoken, sittingsOf } from './sittings.ts';
import './context-pane.css';

/** Who the visitor is, where they are now, and what was before. */
export function ContextPane({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace, surface } = useConsole();
  const view = conversation.view.value;
  const row = workspace.rowOf(conversation.id);
  const name = visitorNameOf(row, view);
  const online = view.online ?? row?.online;
  return (
    <aside class="context-pane" aria-label="Details">
      <header class="context-head">
        <button
          type="button"
          class="button button-quiet button-icon context-close"
          aria-label="Back to the conversation"
          onClick={() => {
            surface.drawer.value = false;
          }}
        >
          <Icon name="back" />
        </button>
        <Avatar id={conversation.id} name={name} {...(online !== undefined && { online })} />
        <h2>
          <Name of={name} />
        </h2>
      </header>
      <div class="context-body">
        <Where page={view.page ?? row?.page ?? view.header.sitting?.page} online={online} />
        <Now conversation={conversation} row={row} />
        <Part icon="tag" title="Tags">
          <TagEditor conversation={conversation} />
        </Part>
        <Agents conversation={conversation} />
        <History conversation={conversation} />
      </div>
    </aside>
  );
}

function Part({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="context-part">
      <h3>
        <Icon name={icon} size={16} />
        {title}
      </h3>
      {children}
    </section>
  );
}

/** The page's address is shown as text, and is a link only where it is one that may be followed. */
function Where({ page, online }: { page: Page | undefined; online: boolean | undefined }): JSX.Element {
  const href = page && safeHref(page.url);
  return (
    <Part icon="page" title={online === false ? 'Was last on' : 'Is now on'}>
      {page ? (
        <>
          <p class="context-strong">
            <bdi>{plainName(page.title || 'A page without a title')}</bdi>
          </p>
          <p class="context-url">
            {href === undefined ? (
              <bdi>{page.url}</bdi>
            ) : (
              <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
                <bdi>{page.url}</bdi>
              </a>
            )}
          </p>
        </>
      ) : (
        <p class="muted">Not known yet. It is shown when the visitor opens a page.</p>
      )}
    </Part>
  );
}

function Now({
  conversation,
  row,
}: {
  conversation: OpenConversation;
  row: ConversationRow | undefined;
}): JSX.Element | null {
  const { ticker, identity } = useConsole().workspace;
  const { header, entries } = conversation.view.value;
  const { sitting } = header;
  const spoken = lastSpoken(entries, identity.agent.id);
  if (!sitting) return null;
  const now = ticker.slowNow.value;
  return (
    <Part icon="clock" title="This chat">
      <dl class="context-facts">
        <dt>State</dt>
        <dd>{SITTING_STATES[sitting.state]}</dd>
        <dt>Began</dt>
        <dd>
          <TimeOfDay at={sitting.openedAt} />
          {sitting.state !== 'closed' && ` (${agoOf(now - sitting.openedAt)})`}
        </dd>
        {spoken && (
          <>
            <dt>You last wrote</dt>
            <dd>
              <When at={spoken.at} now={ticker.slowNow} />
              {spoken.since > 0 && `, ${spoken.since} ${spoken.since === 1 ? 'message' : 'messages'} since`}
            </dd>
          </>
        )}
        {row?.waitingSince !== undefined && (
          <>
            <dt>{row.first ? `Waits for ${plainName(row.first.name)}` : 'Waits for you'}</dt>
            <dd>{waitOf(ticker.now.value - row.waitingSince)}</dd>
          </>
        )}
      </dl>
    </Part>
  );
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function agoOf(milliseconds: number): string {
  return milliseconds < MINUTE_MS ? 'just now' : `${duration(milliseconds)} ago`;
}

function waitOf(milliseconds: number): string {
  return milliseconds < SECOND_MS ? 'just now' : duration(milliseconds);
}

const SITTING_STATES = { waiting: 'Waiting for an agent', active: 'Open', closed: 'Finished' } as const;

function Agents({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { identity } = useConsole().workspace;
  const { agents, lastAgent } = conversation.view.value.header;
  return (
    <Part icon="person" title="Agents">
      {agents.length > 0 ? (
        <ul class="context-agents">
          {agents.map((agent) => (
            <li key={agent.id}>
              <Avatar id={agent.id} name={agent.name} />
              <span>
                <Name of={agent.name} />
                {agent.id === identity.agent.id && <span class="muted"> (you)</span>}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p class="muted">
          Nobody has it now.
          {lastAgent && (
            <>
              {' '}
              <Name of={lastAgent.name} /> had it last and gets it first.
            </>
          )}
        </p>
      )}
    </Part>
  );
}

function History({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const view = conversation.view.value;
  const past = sittingsOf(view.entries);
  return (
    <Part icon="history" title="Chats so far">
      {past.length > 0 && (
        <ol class="context-history">
          {past.map((sitting) => (
            <Sitting key={sitting.seq} sitting={sitting} conversation={conversation} />
          ))}
        </ol>
      )}
      {view.older && (
        <button
          type="button"
          class="button-link"
          disabled={conversation.loadingOlder.value}
          onClick={() => void conversation.loadOlder()}
        >
          Look further back
        </button>
      )}
      {past.length === 0 && !view.older && <p class="muted">This is the first.</p>}
    </Part>
  );
}

function Sitting({
  sitting,
  conversation,
}: {
  sitting: PastSitting;
  conversation: OpenConversation;
}): JSX.Element {
  const { workspace } = useConsole();
  return (
    <li>
      <button
        type="button"
        class="context-sitting"
        onClick={() => {
          workspace.show(conversation.id, sitting.seq);
        }}
      >
        <span class="context-strong">
          {sitting.closedAt === undefined ? (
            'Open now'
          ) : (
            <>
              <When at={sitting.openedAt} now={workspace.ticker.slowNow} />
              {`, ${duration(sitting.closedAt - sitting.openedAt)} long`}
            </>
          )}
        </span>
        {sitting.firstText !== undefined && (
          <span class="context-first muted" dir="auto">
            {sitting.firstText}
          </span>
        )}
      </button>
    </li>
  );
}
