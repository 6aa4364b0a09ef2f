import type { ErrorCode } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { toggleDetails } from '../shell/actions.ts';
import { COMMAND_KEY } from '../shell/keyboard.ts';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { refusalWords } from '../shell/refusal-words.ts';
import type { ConversationAction } from '../shell/registration.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Avatar, Name } from '../ui/person.tsx';
import { useWaited } from '../ui/use-waited.ts';
import { CompanyBar } from './company-bar.tsx';
import { ConversationLog } from './conversation-log.tsx';
import { conversationActionsOf } from './desk-actions.ts';
import { FinishDialog } from './finish-dialog.tsx';
import { TransferDialog } from './transfer-dialog.tsx';
import { visitorNameOf } from './visitor-name.ts';
import { WrapUpBar } from './wrap-up-bar.tsx';
import './conversation-pane.css';

const SKELETON_MS = 300;

/** The open conversation, or what to do when none is. */
export function ConversationPane({
  conversation,
}: {
  conversation: OpenConversation | undefined;
}): JSX.Element {
  return (
    <div class="conversation-pane">
      {conversation ? <Conversation key={conversation.id} conversation={conversation} /> : <NoneChosen />}
    </div>
  );
}

function Conversation({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace, surface } = useConsole();
  useEffect(
    () => () => {
      surface.drawer.value = false;
    },
    [surface],
  );
  const { id, refused } = conversation.view.value;
  if (refused !== undefined) return <Refused code={refused} />;
  return (
    <>
      <Header conversation={conversation} />
      <CompanyBar row={workspace.rowOf(conversation.id)} />
      <WrapUpBar conversation={conversation} />
      {workspace.places.map(
        ({ name, ConversationBar }) =>
          ConversationBar && <ConversationBar key={name} conversation={conversation} />,
      )}
      {workspace.registrations.map(({ name, Bar }) => Bar && <Bar key={name} conversation={conversation} />)}
      {id === undefined ? (
        <Loading conversation={conversation} />
      ) : (
        <ConversationLog conversation={conversation} />
      )}
      {workspace.registrations.map(
        ({ name, Composer }) => Composer && <Composer key={name} conversation={conversation} />,
      )}
      <Dialogs conversation={conversation} />
    </>
  );
}

function Dialogs({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const row = useConsole().workspace.rowOf(conversation.id);
  const close = (): void => {
    conversation.dialog.value = 'none';
  };
  if (!row) return null;
  switch (conversation.dialog.value) {
    case 'none':
      return null;
    case 'transfer':
      return <TransferDialog row={row} onClose={close} />;
    case 'finish':
      return <FinishDialog conversation={conversation} row={row} onClose={close} />;
  }
}

function Header({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace, surface } = useConsole();
  const row = workspace.rowOf(conversation.id);
  const name = visitorNameOf(row, conversation.view.value);
  const online = conversation.view.value.online ?? row?.online;
  const actions = conversationActionsOf(workspace.registrations).filter(
    (action) => action.place === 'header' && action.available(conversation, row),
  );
  const detailsShown = surface.wide.value ? workspace.preferences.details.value : surface.drawer.value;
  return (
    <header class="conversation-head">
      <a
        class="button button-quiet button-icon conversation-back"
        href="#/inbox"
        aria-label="Back to the list"
      >
        <Icon name="back" />
      </a>
      <Avatar id={conversation.id} name={name} {...(online !== undefined && { online })} />
      <div class="conversation-title">
        <h2>
          <Name of={name} />
        </h2>
        <p class="muted">{presenceOf(online, workspace.connection.value.state === 'online')}</p>
      </div>
      {actions.map((action) => (
        <ActionButton key={action.id} action={action} conversation={conversation} />
      ))}
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label="Details"
        title="Details"
        aria-pressed={detailsShown}
        onClick={() => {
          toggleDetails(workspace, surface);
        }}
      >
        <Icon name="details" />
      </button>
    </header>
  );
}

/** What is known of the visitor's connection; without one of our own, nothing is. */
function presenceOf(online: boolean | undefined, known: boolean): string {
  if (!known) return 'Not known without a connection';
  return online ? 'Online' : 'Not online now';
}

function ActionButton({
  action,
  conversation,
}: {
  action: ConversationAction;
  conversation: OpenConversation;
}): JSX.Element {
  const { workspace } = useConsole();
  const key = workspace.preferences.letters.value ? action.key : undefined;
  return (
    <button
      type="button"
      class="button"
      title={key === undefined ? action.name : `${action.name} (${key})`}
      onClick={() => {
        action.run(conversation, workspace);
      }}
    >
      <Icon name={action.icon} size={16} />
      <span class="conversation-action">{action.name}</span>
    </button>
  );
}

function Loading({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace } = useConsole();
  const tooLong = useWaited(SKELETON_MS);
  if (conversation.hindered.value !== undefined) {
    return (
      <p class="conversation-loading muted" role="status">
        The server is in trouble and cannot show the conversation now. It is asked again by itself.
      </p>
    );
  }
  if (!tooLong) {
    return (
      <div class="conversation-loading" aria-hidden="true">
        <span class="skeleton-bubble" />
        <span class="skeleton-bubble skeleton-own" />
        <span class="skeleton-bubble" />
      </div>
    );
  }
  return (
    <p class="conversation-loading muted" role="status">
      {workspace.connection.value.state === 'online'
        ? 'The server is fetching the conversation.'
        : 'The conversation opens as soon as there is a connection.'}
    </p>
  );
}

function Refused({ code }: { code: ErrorCode }): JSX.Element {
  return (
    <div class="conversation-none" role="alert">
      <Icon name="alert" size={28} />
      <p>
        <strong>This conversation does not open</strong>
      </p>
      <p class="muted">{refusalWords(code)}</p>
      <a class="button" href="#/inbox">
        Back to the list
      </a>
    </div>
  );
}

function NoneChosen(): JSX.Element {
  const { workspace } = useConsole();
  const hasSome = workspace.conversations.value.length > 0;
  return (
    <div class="conversation-none">
      <Icon name="inbox" size={28} />
      <p>
        <strong>{hasSome ? 'Choose a conversation' : 'Your conversations open here'}</strong>
      </p>
      <p class="muted">
        {hasSome ? (
          <>
            From the list, or with <kbd class="key">J</kbd> and <kbd class="key">K</kbd>.{' '}
            <kbd class="key">{COMMAND_KEY}</kbd> <kbd class="key">K</kbd> finds every action.
          </>
        ) : (
          'Accept a chat, and it opens here with its messages, notes and history.'
        )}
      </p>
    </div>
  );
}
