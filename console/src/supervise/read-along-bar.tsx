import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Bar } from '../ui/bar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Name } from '../ui/person.tsx';
import { visitorNameOf } from '../inbox/visitor-name.ts';
import { watchFloor } from './floor.ts';
import { MoveDialog } from './move-dialog.tsx';

/** Over a conversation that somebody else has, or nobody yet: who has it, who knows of this, what can be done. */
export function ReadAlongBar({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const workspace = useWorkspace();
  const { header, id } = conversation.view.value;
  const { sitting, agents } = header;
  const row = workspace.rowOf(conversation.id);
  const isMine = agents.some((agent) => agent.id === workspace.identity.agent.id);
  if (
    id === undefined ||
    !sitting ||
    sitting.state === 'closed' ||
    isMine ||
    row?.first ||
    isHeld(row?.state)
  ) {
    return null;
  }
  return <Reading conversation={conversation} item={sitting.item} />;
}

function isHeld(state: string | undefined): boolean {
  return state === 'active' || state === 'wrap-up';
}

function Reading({ conversation, item }: { conversation: OpenConversation; item: string }): JSX.Element {
  const workspace = useWorkspace();
  const moving = useSignal(false);
  useBeginWithNote(conversation);
  const { header } = conversation.view.value;
  const visitorName = visitorNameOf(workspace.rowOf(conversation.id), conversation.view.value);
  return (
    <div role="status">
      <Bar tone="note">
        <Icon name="eye" size={16} />
        <p>
          <strong>You are reading along.</strong>{' '}
          {header.agents.length === 0 ? (
            'Nobody has this chat yet.'
          ) : (
            <>
              {header.agents.map((agent, index) => (
                <span key={agent.id}>
                  {index > 0 && ', '}
                  <Name of={agent.name} />
                </span>
              ))}{' '}
              {header.agents.length === 1 ? 'has this chat, and sees' : 'have this chat, and see'} that you
              looked.
            </>
          )}{' '}
          The visitor is not told. A note helps your colleague unseen.
        </p>
        <button
          type="button"
          class="button"
          onClick={() => {
            moving.value = true;
          }}
        >
          Move or take
        </button>
      </Bar>
      {moving.value && (
        <MoveHere
          work={{ item, visitorName }}
          onClose={() => {
            moving.value = false;
          }}
        />
      )}
    </div>
  );
}

/** Who reads along helps by a note first: what they write must not reach the visitor by mistake. */
function useBeginWithNote(conversation: OpenConversation): void {
  const workspace = useWorkspace();
  useEffect(() => {
    const actions = workspace.registrations.flatMap((each) => each.conversationActions);
    actions.find(({ id }) => id === 'note')?.run(conversation, workspace);
  }, [workspace, conversation]);
}

/** The dialog needs to know who is there; the floor is watched for as long as it is open. */
function MoveHere(props: { work: { item: string; visitorName: string }; onClose: () => void }): JSX.Element {
  const workspace = useWorkspace();
  const { picture, stop } = useMemo(() => watchFloor(workspace), [workspace]);
  useEffect(() => stop, [stop]);
  const agents = useComputed(() => picture.value.agents);
  return <MoveDialog {...props} agents={agents} />;
}
