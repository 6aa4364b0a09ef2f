import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { DraftPreview } from './draft-preview.tsx';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { plainName } from '../ui/person.tsx';
import { GapNotice } from './gap-notice.tsx';
import { markAsSeen } from './mark-as-seen.ts';
import { TimelineView } from './timeline-view.tsx';
import { deliveryOf, timelineOf } from './timeline.ts';
import { type LogScroll, useLogScroll } from './use-log-scroll.ts';
import './conversation-log.css';

/** The conversation's timeline: it follows new messages only while its end is in view. */
export function ConversationLog({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const { workspace } = useConsole();
  const view = conversation.view.value;
  /** The first message that nobody had read when this came on the screen. */
  const [unreadFrom] = useState(() => view.header.unreadByAgents[0]);
  const items = timelineOf(view, { me: workspace.identity.agent.id, unreadFrom });
  const atEnd = useSignal(true);
  const scroll = useLogScroll(conversation, items, atEnd);
  useEffect(() => markAsSeen(conversation, workspace, atEnd), [conversation, workspace, atEnd]);
  return (
    <div class="log-frame">
      <GapNotice view={view} isHindered={conversation.hindered.value !== undefined} />
      <div
        ref={scroll.frame}
        class="log"
        role="log"
        aria-label="Conversation"
        aria-busy={view.catchingUp}
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div ref={scroll.content} class="log-content">
          <Beginning conversation={conversation} scroll={scroll} />
          <TimelineView conversation={conversation} items={scroll.shown} delivery={deliveryOf(view, items)} />
          <DraftPreview conversation={conversation} />
          <Typing conversation={conversation} />
        </div>
      </div>
      {!atEnd.value && (
        <button type="button" class="log-pill" data-new={scroll.newBelow.value} onClick={scroll.toEnd}>
          <Icon name="down" size={16} />
          {scroll.newBelow.value ? 'New messages' : 'To the newest'}
        </button>
      )}
    </div>
  );
}

function Beginning({
  conversation,
  scroll,
}: {
  conversation: OpenConversation;
  scroll: LogScroll;
}): JSX.Element | null {
  const { older, entries } = conversation.view.value;
  if (older || scroll.hasAbove) {
    return (
      <p class="log-older muted">
        {conversation.loadingOlder.value ? (
          'Fetching older messages…'
        ) : (
          <button type="button" class="button-link" onClick={scroll.showOlder}>
            Show older messages
          </button>
        )}
      </p>
    );
  }
  if (entries.length === 0) return <p class="log-older muted">Nothing was said here yet.</p>;
  return null;
}

function Typing({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const names = conversation.view.value.typing.map((author) => plainName(author.name ?? ''));
  const told = [...new Set(names)];
  return (
    <p class="log-typing muted" aria-live="off">
      {told.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {told.length === 1 ? `${told[0] ?? ''} is writing` : `${told.join(' and ')} are writing`}
        </>
      )}
    </p>
  );
}
