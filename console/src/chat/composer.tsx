import type { JSX } from 'preact';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { plainName } from '../ui/person.tsx';
import { type ComposerState, composerOf } from './composer-state.ts';
import { TextField } from './text-field.tsx';
import './composer.css';

/** Where replies and notes are written. Enter sends, Shift+Enter breaks the line, composing text never sends. */
export function Composer({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const state = composerOf(conversation);
  const isNote = state.isNote.value;
  const send = (): void => void state.send();
  return (
    <form
      class="composer"
      data-note={isNote}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <NewSinceBegun conversation={conversation} state={state} />
      <Colliding conversation={conversation} state={state} />
      <TextField conversation={conversation} state={state} onSend={send} />
      <div class="composer-foot">
        <button
          type="button"
          class="button"
          aria-pressed={isNote}
          title="Only your team sees a note (N)"
          onClick={() => {
            state.setNote(!isNote);
            conversation.requestFocus();
          }}
        >
          <Icon name="note" size={16} />
          Note
        </button>
        <Hint conversation={conversation} state={state} />
        <button type="submit" class="button button-primary" disabled={!state.canSend}>
          <Icon name="send" size={16} />
          Send
        </button>
      </div>
    </form>
  );
}

interface PartProps {
  conversation: OpenConversation;
  state: ComposerState;
}

function NewSinceBegun({ conversation, state }: PartProps): JSX.Element {
  const count = state.newSinceBegun.value;
  return (
    <div role="status">
      {count > 0 && (
        <p class="composer-new">
          <Icon name="alert" size={16} />
          <span>
            {count === 1 ? 'A new message came' : `${count} new messages came`} since you began this draft.
          </span>
          <button
            type="button"
            class="button-link"
            onClick={() => {
              state.acknowledge();
              conversation.requestFocus();
            }}
          >
            Noted
          </button>
        </p>
      )}
    </div>
  );
}

/** Somebody of the team writes to the visitor at the same time. */
function Colliding({ conversation, state }: PartProps): JSX.Element {
  const names = conversation.view.value.typing.flatMap(({ kind, name = 'A colleague' }) =>
    kind === 'agent' ? [plainName(name)] : [],
  );
  const shown = names.length > 0 && !state.isNote.value && state.text.value !== '';
  return (
    <div role="status">
      {shown && (
        <p class="composer-new">
          <Icon name="alert" size={16} />
          <span>
            {names.join(' and ')} {names.length === 1 ? 'is' : 'are'} writing too.
          </span>
        </p>
      )}
    </div>
  );
}

function Hint({ conversation, state }: PartProps): JSX.Element {
  const { workspace } = useConsole();
  const { room } = state;
  const problem = state.problem.value;
  const tooLong = room !== undefined && room < 0;
  return (
    <p class="composer-hint" id="composer-hint" role="status" data-problem={problem !== undefined || tooLong}>
      {problem ??
        (room === undefined ? usualHint(conversation, state, workspace.identity.agent.id) : roomHint(room))}
    </p>
  );
}

function roomHint(room: number): string {
  return room >= 0 ? `${room} characters left` : `${-room} characters too long; shorten it to send it`;
}

function usualHint(conversation: OpenConversation, state: ComposerState, me: string): string {
  if (state.isNote.value) return 'Only your team sees this';
  const { header } = conversation.view.value;
  const isMine = header.agents.some((agent) => agent.id === me);
  if (header.sitting?.state === 'closed')
    return 'This chat is finished. The visitor still receives what you write.';
  if (header.sitting && !isMine) return 'This chat is not yours. The visitor sees what you write.';
  return '';
}
