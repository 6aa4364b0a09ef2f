import type { ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { countdown, duration } from '../ui/time.ts';
import { When } from '../ui/when.tsx';
import { RowSharing } from './row-sharing.tsx';
import { TagList } from './tags.tsx';

const SECOND_MS = 1_000;
/** A visitor who waits this long for an answer is marked. */
const LONG_WAIT_MS = 60 * SECOND_MS;

/** One conversation in the list. A real link, so that it opens in a tab of its own as well. */
export function InboxRow({ row }: { row: ConversationRow }): JSX.Element {
  const workspace = useWorkspace();
  const { ticker } = workspace;
  const isOpen = workspace.selected.value?.id === row.conversation;
  return (
    <a
      class="inbox-row"
      href={hashOf({ conversation: row.conversation })}
      aria-current={isOpen ? 'true' : undefined}
      data-unread={row.unread > 0}
      data-state={row.state}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        workspace.show(row.conversation);
        workspace.selected.value?.requestFocus();
      }}
    >
      <Avatar id={row.conversation} name={row.visitorName} online={row.online} />
      <span class="inbox-row-main">
        <span class="inbox-row-line">
          <strong class="inbox-row-name">
            <Name of={row.visitorName} />
          </strong>
          <span class="visually-hidden">{row.online ? ', online' : ', offline'}</span>
          {row.lastAt !== undefined && (
            <span class="inbox-row-time">
              <When at={row.lastAt} now={ticker.slowNow} />
            </span>
          )}
        </span>
        <span class="inbox-row-line">
          <span class="inbox-row-text" dir="auto">
            {writerOf(row, workspace.identity.agent.id)}
            {row.lastText ?? 'No messages yet'}
          </span>
          {row.unread > 0 && (
            <span class="count">
              {row.unread}
              <span class="visually-hidden"> unread</span>
            </span>
          )}
        </span>
        {row.sharing && <RowSharing sharing={row.sharing} />}
        <Waiting row={row} />
        {row.tags && <TagList tags={row.tags} />}
      </span>
    </a>
  );
}

/** Who of the team had the last word; an older server does not say which of them. */
function writerOf({ lastBy, lastFrom }: ConversationRow, me: string): string {
  if (lastBy !== 'agent') return '';
  return `${lastFrom && lastFrom.id !== me ? plainName(lastFrom.name) : 'You'}: `;
}

/** Whose turn it is, or how long there is to write it up. */
function Waiting({ row }: { row: ConversationRow }): JSX.Element | null {
  const { ticker } = useWorkspace();
  if (row.state === 'wrap-up' && row.wrapUpUntil !== undefined) {
    return (
      <span class="inbox-row-wait">Write it up: {countdown(row.wrapUpUntil - ticker.now.value)} left</span>
    );
  }
  if (row.waitingSince === undefined || row.state === 'closed') return null;
  const waited = ticker.slowNow.value - row.waitingSince;
  const since = waited >= LONG_WAIT_MS ? ` for ${duration(waited)}` : '';
  if (row.first) {
    return (
      <span class="inbox-row-wait">
        Waiting for <Name of={row.first.name} />
        {since}
      </span>
    );
  }
  return (
    <span class="inbox-row-wait" data-long={waited >= LONG_WAIT_MS}>
      Waiting for you{since}
    </span>
  );
}
