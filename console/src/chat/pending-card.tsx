import type { JSX } from 'preact';
import { refusalWords } from '../shell/refusal-words.ts';
import type { PendingCardProps } from '../shell/registration.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { RichText } from '../ui/rich-text.tsx';
import { Bubble } from './message-card.tsx';

/** An own message or note on its way. A refused one stays, with its reason, until something is done about it. */
export function PendingCard({ conversation, pending, joined }: PendingCardProps): JSX.Element {
  const { identity } = useWorkspace();
  const { handle } = conversation;
  return (
    <>
      <Bubble
        by="me"
        joined={joined}
        name={identity.agent.name}
        avatarId={identity.agent.id}
        at={pending.at}
        note={pending.kind === 'note'}
      >
        <RichText text={pending.text} />
      </Bubble>
      {pending.state === 'refused' && (
        <p class="message-refused" role="alert">
          <span>Not sent. {refusalWords(pending.code)}</span>
          <button type="button" class="button-link" onClick={() => void handle.tryAgain(pending.id)}>
            Try again
          </button>
          <button type="button" class="button-link" onClick={() => void handle.discard(pending.id)}>
            Delete
          </button>
        </p>
      )}
    </>
  );
}
