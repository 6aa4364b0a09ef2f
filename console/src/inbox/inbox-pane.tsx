import type { ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { StatusHint, StatusPicker } from '../shell/status-picker.tsx';
import { useConsole } from '../shell/use-console.ts';
import { usePermission } from '../shell/use-permission.ts';
import { Icon } from '../ui/icon.tsx';
import { useWaited } from '../ui/use-waited.ts';
import { InboxRow } from './inbox-row.tsx';
import { SearchResults } from './search-results.tsx';
import { TagFilter } from './tags.tsx';
import { Mentions } from './mentions.tsx';
import './inbox-pane.css';

/** A skeleton longer than this would pretend; then a sentence says what is waited for. */
const SKELETON_MS = 300;

/** Status, search, and the conversations that the agent has or had lately. */
export function InboxPane(): JSX.Element {
  const { workspace, surface } = useConsole();
  const searching = surface.search.value.trim() !== '';
  return (
    <section class="inbox-pane" aria-label="Inbox">
      <header class="inbox-head">
        <h2>Inbox</h2>
        <StatusPicker />
      </header>
      <SearchBox />
      <StatusHint />
      <div class="inbox-scroll" tabIndex={-1}>
        {searching ? (
          <SearchResults words={surface.search.value.trim()} />
        ) : workspace.me.value === undefined ? (
          <Loading />
        ) : (
          <Conversations rows={workspace.conversations.value} />
        )}
      </div>
    </section>
  );
}

function SearchBox(): JSX.Element {
  const { surface } = useConsole();
  return (
    <div class="search-box" role="search">
      <Icon name="search" size={16} />
      <input
        type="search"
        data-search=""
        aria-label="Search messages"
        placeholder="Search messages"
        autocomplete="off"
        maxLength={200}
        value={surface.search}
        onInput={(event) => {
          surface.search.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          surface.search.value = '';
          event.currentTarget.blur();
        }}
      />
    </div>
  );
}

function Conversations({ rows: all }: { rows: readonly ConversationRow[] }): JSX.Element {
  const tag = useConsole().surface.tag.value;
  const rows = tag === undefined ? all : all.filter((row) => row.tags?.includes(tag));
  const open = rows.filter((row) => row.state !== 'closed');
  const finished = rows.filter((row) => row.state === 'closed');
  return (
    <>
      <Mentions />
      <TagFilter rows={all} />
      {open.length > 0 ? <Group name="Open" rows={open} /> : <NoneOpen />}
      {finished.length > 0 && <Group name="Finished lately" rows={finished} />}
    </>
  );
}

function Group({ name, rows }: { name: string; rows: readonly ConversationRow[] }): JSX.Element {
  return (
    <>
      <h3 class="inbox-group">
        {name} <span aria-hidden="true">{rows.length}</span>
      </h3>
      <ul aria-label={name}>
        {rows.map((row) => (
          <li key={row.key}>
            <InboxRow row={row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function NoneOpen(): JSX.Element {
  const { me } = useConsole().workspace;
  const [permission, ask] = usePermission();
  const isAvailable = me.value?.presence === 'available';
  return (
    <div class="inbox-empty">
      <Icon name="inbox" size={28} />
      <p>
        <strong>No open chats</strong>
      </p>
      <p class="muted">
        {isAvailable
          ? 'When a visitor writes, the chat is offered to you here. Those you accept stand in this list.'
          : 'Chats that you accept stand in this list. They are offered to you while your status is Available.'}
      </p>
      {permission === 'default' && (
        <button type="button" class="button" onClick={ask}>
          <Icon name="bell" size={16} />
          Tell me while I am elsewhere
        </button>
      )}
    </div>
  );
}

function Loading(): JSX.Element {
  const tooLong = useWaited(SKELETON_MS);
  if (tooLong)
    return <p class="inbox-empty muted">Waiting for the server. Your chats come as soon as it answers.</p>;
  return (
    <div class="skeleton-list" aria-hidden="true">
      {[0, 1, 2].map((line) => (
        <div key={line} class="skeleton-row" />
      ))}
    </div>
  );
}
