import type { ConversationRow } from '@alongside/sdk/agent';
import type { StoredSetting, TagSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole, useWorkspace } from '../shell/use-console.ts';
import type { Workspace } from '../shell/workspace.ts';
import { Icon } from '../ui/icon.tsx';
import './tags.css';

/** The tag as the site knows it; one that it knows no longer is called by its id. */
function tagOf(workspace: Workspace, id: string): TagSettings {
  return workspace.lists.of('tags').value.find((each) => each.id === id)?.value ?? { name: id };
}

/** A tag's name in a line of text. */
export function TagName({ id }: { id: string }): JSX.Element {
  const workspace = useWorkspace();
  return <bdi>{tagOf(workspace, id).name}</bdi>;
}

/** The tags of a conversation in a list. */
export function TagList({ tags }: { tags: readonly string[] }): JSX.Element {
  const workspace = useWorkspace();
  return (
    <span class="tags">
      {tags.map((id) => (
        <span key={id} class="tag" data-colour={tagOf(workspace, id).colour}>
          <span class="visually-hidden">Tag: </span>
          <TagName id={id} />
        </span>
      ))}
    </span>
  );
}

/** Adds and removes the tags of a conversation. */
export function TagEditor({ conversation }: { conversation: OpenConversation }): JSX.Element {
  const workspace = useWorkspace();
  const { lists } = workspace;
  useEffect(() => void lists.refresh('tags'), [lists, conversation]);
  const tags = conversation.view.value.header.tags ?? [];
  const others = lists.of('tags').value.filter(({ id }) => !tags.includes(id));
  if (tags.length === 0 && others.length === 0) {
    return <p class="muted">The site has no tags yet. An administrator makes them in the settings.</p>;
  }
  return (
    <div class="tags">
      {tags.map((id) => (
        <span key={id} class="tag" data-colour={tagOf(workspace, id).colour}>
          <TagName id={id} />
          <button
            type="button"
            class="tag-remove"
            aria-label={`Remove the tag ${tagOf(workspace, id).name}`}
            onClick={() => void workspace.tag(conversation, id, false)}
          >
            <Icon name="close" size={16} />
          </button>
        </span>
      ))}
      {others.length > 0 && <AddTag conversation={conversation} tags={others} />}
    </div>
  );
}

function AddTag({
  conversation,
  tags,
}: {
  conversation: OpenConversation;
  tags: readonly StoredSetting<TagSettings>[];
}): JSX.Element {
  const workspace = useWorkspace();
  // Just before it is opened, so that a tag that was made a moment ago is there.
  const refresh = (): void => void workspace.lists.refresh('tags');
  return (
    <select
      class="tag-add"
      aria-label="Add a tag"
      value=""
      onPointerEnter={refresh}
      onFocus={refresh}
      onChange={(event) => {
        const tag = event.currentTarget.value;
        event.currentTarget.value = '';
        if (tag !== '') void workspace.tag(conversation, tag, true);
      }}
    >
      <option value="">Add a tag</option>
      {tags.map(({ id, value }) => (
        <option key={id} value={id}>
          {value.name}
        </option>
      ))}
    </select>
  );
}

/** Narrows the list down to one tag, where its conversations have any. */
export function TagFilter({ rows }: { rows: readonly ConversationRow[] }): JSX.Element | null {
  const { workspace, surface } = useConsole();
  const used = [...new Set(rows.flatMap((row) => row.tags ?? []))];
  const chosen = surface.tag.value;
  if (used.length === 0 && chosen === undefined) return null;
  const offered = chosen === undefined || used.includes(chosen) ? used : [...used, chosen];
  return (
    <div class="tag-filter">
      <select
        aria-label="Only with the tag"
        value={chosen ?? ''}
        onChange={(event) => {
          surface.tag.value = event.currentTarget.value || undefined;
        }}
      >
        <option value="">All tags</option>
        {offered.map((id) => (
          <option key={id} value={id}>
            {tagOf(workspace, id).name}
          </option>
        ))}
      </select>
    </div>
  );
}
