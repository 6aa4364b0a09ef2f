import { useSignal } from '@preact/signals';
import type { SiteOptions, StoredSetting } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { EditForm } from './edit-form.tsx';
import { Editor, wordsOf } from './editor.ts';
import { Group, SelectField, SwitchField } from './fields.tsx';
import { Loading } from './listed-section.tsx';
import { useSettings } from './settings-state.ts';

/** How the site treats its visitors. */
export function SiteSection(): JSX.Element {
  const settings = useSettings();
  const read = useSignal<StoredSetting<SiteOptions> | undefined>(undefined);
  useEffect(() => {
    void settings.load('hours');
    void settings.load('queues');
    settings.api.single('site-options').then(
      (found) => {
        read.value = found;
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        settings.fault.value = wordsOf(error);
      },
    );
  }, [settings, read]);
  return read.value ? <SiteForm item={read.value} /> : <Loading />;
}

function SiteForm({ item }: { item: StoredSetting<SiteOptions> }): JSX.Element {
  const settings = useSettings();
  const editor = useMemo(
    () =>
      new Editor(item, {
        save: (each) => settings.api.change('site-options', each),
        read: () => settings.api.single('site-options'),
      }),
    [settings, item],
  );
  return (
    <EditForm editor={editor} title="Visitors">
      <Where editor={editor} />
      <Drafts editor={editor} />
    </EditForm>
  );
}

function Where({ editor }: { editor: Editor<SiteOptions> }): JSX.Element {
  const settings = useSettings();
  const hours = settings.list('hours').value?.items ?? [];
  const queues = settings.list('queues').value?.items ?? [];
  const { hours: open, queue, ...rest } = editor.draft.value;
  const change = (next: { hours?: string | undefined; queue?: string | undefined }): void => {
    editor.draft.value = {
      ...rest,
      ...(next.hours && { hours: next.hours }),
      ...(next.queue && { queue: next.queue }),
    };
    editor.change({});
  };
  return (
    <Group title="Opening hours and queue">
      <SelectField
        field="hours"
        said={editor}
        label="Open"
        hint="For all queues that have no hours of their own."
        value={open ?? ''}
        options={[['', 'Always'], ...hours.map(({ id, value }) => [id, value.name] as const)]}
        onChange={(value) => {
          change({ hours: value, queue });
        }}
      />
      <SelectField
        field="afterHours"
        said={editor}
        label="When closed"
        value={rest.afterHours}
        options={[
          ['leave-message', 'Visitors may leave a message, which waits for the next day'],
          ['say-closed', 'Only the opening time is said'],
        ]}
        onChange={(value) => {
          editor.change({ afterHours: value as SiteOptions['afterHours'] });
        }}
      />
      <SelectField
        field="queue"
        said={editor}
        label="Chats wait in"
        value={queue ?? ''}
        options={[
          ['', 'The usual queue'],
          ...queues.filter(({ id }) => id !== 'default').map(({ id, value }) => [id, value.name] as const),
        ]}
        onChange={(value) => {
          change({ hours: open, queue: value });
        }}
      />
    </Group>
  );
}

function Drafts({ editor }: { editor: Editor<SiteOptions> }): JSX.Element {
  const { liveDrafts, ...rest } = editor.draft.value;
  return (
    <Group title="While visitors write">
      <SwitchField
        label="Agents see what a visitor is typing, before it is sent"
        hint="Only those who are in the conversation. Visitors are told so at the field they write in, and can turn it off. Nothing of it is kept; long numbers, addresses and what is called a password are hidden."
        value={liveDrafts ?? false}
        onChange={(on) => {
          editor.draft.value = on ? { ...rest, liveDrafts: on } : rest;
          editor.change({});
        }}
      />
    </Group>
  );
}
