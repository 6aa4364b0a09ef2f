import { useComputed } from '@preact/signals';
import type { ListedKind, SettingsValues, StoredSetting } from '@alongside/sdk/shared';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { EditForm } from './edit-form.tsx';
import { Editor, wordsOf } from './editor.ts';
import { type SettingsState, useSettings } from './settings-state.ts';

/** How a kind of which there is any number is called, begun, and edited. */
export interface ListedKindScreen<Kind extends ListedKind> {
  kind: Kind;
  /** "queue", as in "New queue". */
  one: string;
  /** What it is good for, where there is none. */
  empty: string;
  begin: SettingsValues[Kind];
  nameOf(value: SettingsValues[Kind]): string;
  /** A few words beside the name. */
  aboutOf?(value: SettingsValues[Kind]): string;
  Fields: FunctionComponent<{ editor: Editor<SettingsValues[Kind]>; id: string }>;
  /** Other lists that its fields choose from. */
  needs?: readonly (ListedKind | 'accounts')[];
}

const NEW = 'new';

/** The list of a kind, and beside it the one that is open. */
export function ListedSection<Kind extends ListedKind>({
  screen,
  section,
  id,
}: {
  screen: ListedKindScreen<Kind>;
  section: string;
  id: string | undefined;
}): JSX.Element {
  const settings = useSettings();
  const list = settings.list(screen.kind);
  useEffect(() => {
    void settings.load(screen.kind);
    for (const each of screen.needs ?? []) {
      void (each === 'accounts' ? settings.loadAccounts() : settings.load(each));
    }
  }, [settings, screen]);
  if (!list.value) return <Loading />;
  const { items } = list.value;
  const open = id === undefined || id === NEW ? undefined : items.find((each) => each.id === id);
  return (
    <div class="settings-list-and-form" data-open={id !== undefined}>
      <div class="settings-items">
        <a class="button" href={hashOf({ place: 'settings', part: `${section}/${NEW}` })}>
          <Icon name="plus" size={16} />
          New {screen.one}
        </a>
        {items.length === 0 && <p class="muted">{screen.empty}</p>}
        <Items screen={screen} section={section} id={id} />
      </div>
      {id !== undefined && (open || id === NEW) && (
        <OneItem key={id} screen={screen} section={section} item={open} />
      )}
      {id !== undefined && id !== NEW && !open && <p class="muted">It is no longer there.</p>}
    </div>
  );
}

function Items<Kind extends ListedKind>({
  screen,
  section,
  id,
}: {
  screen: ListedKindScreen<Kind>;
  section: string;
  id: string | undefined;
}): JSX.Element {
  const list = useSettings().list(screen.kind);
  const { items = [], warnings = [] } = list.value ?? {};
  const warned = new Set(warnings.map((each) => each.id));
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id}>
          <a
            class="settings-item"
            href={hashOf({ place: 'settings', part: `${section}/${item.id}` })}
            aria-current={item.id === id ? 'true' : undefined}
          >
            <strong>
              <bdi>{screen.nameOf(item.value)}</bdi>
            </strong>
            {screen.aboutOf && <span class="muted">{screen.aboutOf(item.value)}</span>}
            {warned.has(item.id) && (
              <span class="said-warning">
                <Icon name="alert" size={16} />
                <span class="visually-hidden">There is a warning</span>
              </span>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

function OneItem<Kind extends ListedKind>({
  screen,
  section,
  item,
}: {
  screen: ListedKindScreen<Kind>;
  section: string;
  item: StoredSetting<SettingsValues[Kind]> | undefined;
}): JSX.Element {
  const settings = useSettings();
  const { notices } = useWorkspace();
  const editor = useEditor(settings, screen, item);
  const name = useComputed(() => screen.nameOf(editor.draft.value).trim());
  const remove = async (): Promise<string | undefined> => {
    const { id, version } = editor.saved.value;
    try {
      await settings.api.remove(screen.kind, id, version);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return wordsOf(error);
    }
    editor.discard();
    notices.say('Removed.');
    settings.go(section);
    await settings.load(screen.kind);
    return undefined;
  };
  return (
    <EditForm
      editor={editor}
      title={editor.isNew.value ? `New ${screen.one}` : name.value || `This ${screen.one}`}
      onSaved={(id) => {
        settings.go(`${section}/${id}`);
      }}
      onRemove={remove}
    >
      <screen.Fields editor={editor} id={item?.id ?? ''} />
    </EditForm>
  );
}

/** One editor for as long as it is open, whatever becomes of the list meanwhile. */
function useEditor<Kind extends ListedKind>(
  settings: SettingsState,
  screen: ListedKindScreen<Kind>,
  item: StoredSetting<SettingsValues[Kind]> | undefined,
): Editor<SettingsValues[Kind]> {
  const { kind, begin } = screen;
  const id = item?.id;
  return useMemo(() => {
    const warnings = settings.list(kind).peek()?.warnings ?? [];
    return new Editor<SettingsValues[Kind]>(
      item ?? { id: '', version: 0, value: begin },
      {
        async save(each) {
          const isNew = each.id === '';
          const saved = await (isNew
            ? settings.api.create(kind, each.value)
            : settings.api.change(kind, each));
          settings.saved(kind, saved.item, saved.warnings);
          return saved;
        },
        async read(wanted) {
          const list = await settings.api.list(kind);
          return list.items.find((each) => each.id === wanted);
        },
      },
      { isNew: item === undefined, warnings: warnings.filter((each) => each.id === id) },
    );
    // The item changes by its own saving too, which must not begin anew.
  }, [settings, kind, id]);
}

export function Loading(): JSX.Element {
  const { fault } = useSettings();
  return (
    <p class="muted" role="status">
      {fault.value ?? 'Fetching…'}
    </p>
  );
}
