import type { JSX } from 'preact';
import { visitorNameOf } from '../inbox/visitor-name.ts';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole } from '../shell/use-console.ts';
import { Bar } from '../ui/bar.tsx';
import { Icon } from '../ui/icon.tsx';
import { plainName } from '../ui/person.tsx';
import { duration } from '../ui/time.ts';
import { endedWords } from './page-words.ts';
import { endShare, isOwn, isStageShown, lastAnswer, seeTheirPage, shareOf, sharingOf } from './sharing.ts';
import { SuggestDialog } from './suggest-dialog.tsx';

/** Above the timeline: what was asked and not answered yet, or what the answer was. */
export function ShareBar({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { suggesting } = sharingOf(conversation);
  return (
    <>
      <div role="status">
        <ShareState conversation={conversation} />
      </div>
      {suggesting.value && (
        <SuggestDialog
          conversation={conversation}
          onClose={() => {
            suggesting.value = false;
          }}
        />
      )}
    </>
  );
}

function ShareState({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const { workspace } = useConsole();
  const share = shareOf(conversation);
  if (share?.state === 'asked') return <Asked conversation={conversation} />;
  if (share && !isStageShown(conversation, workspace)) {
    return (
      <Bar>
        <Icon name="eye" size={16} />
        <p>{plainName(nameOf(conversation, workspace))} shares the page.</p>
        <button
          type="button"
          class="button button-primary"
          onClick={() => void seeTheirPage(conversation, workspace)}
        >
          Watch
        </button>
      </Bar>
    );
  }
  return share ? null : <Answer conversation={conversation} />;
}

function nameOf(
  conversation: OpenConversation,
  workspace: ReturnType<typeof useConsole>['workspace'],
): string {
  return visitorNameOf(workspace.rowOf(conversation.id), conversation.view.value);
}

function Asked({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace } = useConsole();
  const share = shareOf(conversation);
  const name = plainName(nameOf(conversation, workspace));
  const { online } = conversation.view.value;
  const left = (share?.until ?? 0) - workspace.ticker.now.value;
  return (
    <Bar>
      <Icon name="eye" size={16} />
      <p>
        {online === false
          ? `${name} is not online. The question waits for them.`
          : `${name} has not answered yet.`}
        {left > 0 && <span class="muted"> It stands for {duration(left)}.</span>}
      </p>
      {isOwn(conversation, workspace.rowOf(conversation.id)) && (
        <button type="button" class="button" onClick={() => void endShare(conversation, workspace)}>
          Stop asking
        </button>
      )}
    </Bar>
  );
}

function Answer({ conversation }: { conversation: OpenConversation }): JSX.Element | null {
  const { workspace } = useConsole();
  const answer = lastAnswer(conversation, workspace.ticker.slowNow.value);
  if (!answer || answer.reason === 'sitting-closed') return null;
  const name = plainName(nameOf(conversation, workspace));
  const declined = answer.reason === 'declined';
  return (
    <Bar>
      <Icon name="eye" size={16} />
      <p>{declined ? `${name} declined. The page is not shared.` : endedWords(answer.reason, name)}</p>
      {isOwn(conversation, workspace.rowOf(conversation.id)) && !declined && (
        <button type="button" class="button" onClick={() => void seeTheirPage(conversation, workspace)}>
          Ask again
        </button>
      )}
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label="Put away"
        onClick={() => {
          sharingOf(conversation).readUpTo.value = answer.seq;
        }}
      >
        <Icon name="close" size={16} />
      </button>
    </Bar>
  );
}
