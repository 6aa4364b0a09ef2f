import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { When } from '../ui/when.tsx';

/** Notes in which a colleague named the agent; each goes when its conversation has been opened. */
export function Mentions(): JSX.Element | null {
  const workspace = useWorkspace();
  const mentions = workspace.me.value?.mentions ?? [];
  if (mentions.length === 0) return null;
  return (
    <>
      <h3 class="inbox-group">
        Mentions <span aria-hidden="true">{mentions.length}</span>
      </h3>
      <ul aria-label="Mentions">
        {mentions.map((mention) => (
          <li key={`${mention.conversation} ${mention.seq}`}>
            <button
              type="button"
              class="inbox-row inbox-mention"
              onClick={() => {
                workspace.show(mention.conversation, mention.seq);
              }}
            >
              <Avatar id={mention.by.id} name={mention.by.name} />
              <span class="inbox-row-main">
                <span class="inbox-row-line">
                  <strong class="inbox-row-name">
                    <Name of={mention.by.name} />
                  </strong>
                  <span class="inbox-row-time">
                    <When at={mention.at} now={workspace.ticker.slowNow} />
                  </span>
                </span>
                <span class="inbox-row-text" dir="auto">
                  {mention.text ?? 'The note was erased'}
                </span>
                <span class="inbox-row-wait">Mentions you about {plainName(mention.visitorName)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
