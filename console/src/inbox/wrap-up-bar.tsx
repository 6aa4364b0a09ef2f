import type { ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { forQueue } from '../shell/site-lists.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { countdown } from '../ui/time.ts';
import { CodePicker } from './code-picker.tsx';
import './wrap-up-bar.css';

/** The time to write a chat up: what it was about, how long it lasts, and that it keeps a place until then. */
export function WrapUpBar({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const row = useWorkspace().rowOf(conversation.id);
  if (row?.state !== 'wrap-up' || row.wrapUpUntil === undefined) return null;
  return <WrapUp key={row.item} conversation={conversation} row={row} until={row.wrapUpUntil} />;
}

interface WrapUpProps {
  conversation: OpenConversation;
  row: ConversationRow;
  until: number;
}

function WrapUp({ conversation: { code: chosen }, row, until }: WrapUpProps): JSX.Element {
  const workspace = useWorkspace();
  const { lists, ticker } = workspace;
  useEffect(() => void lists.refresh('wrap-up-codes'), [lists]);
  const codes = forQueue(lists.of('wrap-up-codes').value, row.queue);
  return (
    <section class="wrap-up" aria-label="Wrap-up">
      <div class="wrap-up-line">
        <Icon name="clock" size={16} />
        <p>
          Time to write it up: <span role="timer">{countdown(until - ticker.now.value)}</span> left. Until
          then no new chat takes this place.
        </p>
        <button
          type="button"
          class="button button-primary"
          onClick={() => void workspace.endWrapUp(row.item, chosen.value)}
        >
          Done
        </button>
      </div>
      {codes.length > 0 && <CodePicker codes={codes} chosen={chosen} />}
    </section>
  );
}
