import { type CannedReply, REPLY_VARIABLES, type TagSettings, unknownVariables } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { SaidAbout, SelectField, TextField } from './fields.tsx';
import type { Editor } from './editor.ts';
import type { ListedKindScreen } from './listed-section.tsx';
import { useSettings } from './settings-state.ts';

/** Kinds that have a handful of plain fields. */

const NAME_MAX_LENGTH = 80;

function NameField<T extends { name: string }>({
  editor,
  hint,
}: {
  editor: Editor<T>;
  hint?: string;
}): JSX.Element {
  return (
    <TextField
      field="name"
      said={editor}
      label="Name"
      {...(hint !== undefined && { hint })}
      maxLength={NAME_MAX_LENGTH}
      value={editor.draft.value.name}
      onChange={(name) => {
        editor.change({ name } as Partial<T>);
      }}
    />
  );
}

/** For which queue something is; nothing chosen: for all. */
function QueueField<T extends { queue?: string }>({ editor }: { editor: Editor<T> }): JSX.Element {
  const queues = useSettings().list('queues').value?.items ?? [];
  return (
    <SelectField
      field="queue"
      said={editor}
      label="For"
      value={editor.draft.value.queue ?? ''}
      options={[['', 'All queues'], ...queues.map(({ id, value }) => [id, value.name] as const)]}
      onChange={(queue) => {
        const { queue: _before, ...rest } = editor.draft.value;
        editor.draft.value = { ...rest, ...(queue !== '' && { queue }) } as T;
        editor.change({});
      }}
    />
  );
}

export const skillScreen: ListedKindScreen<'skills'> = {
  kind: 'skills',
  one: 'skill',
  empty: 'Skills say who can take what: a language, a product. Agents have them at levels from 1 to 5.',
  begin: { name: '' },
  nameOf: ({ name }) => name,
  Fields: ({ editor }) => (
    <NameField
      editor={editor}
      hint="Such as “Chinese” or “Bicycle repairs”. Who has it stands with the agents."
    />
  ),
};

export const codeScreen: ListedKindScreen<'wrap-up-codes'> = {
  kind: 'wrap-up-codes',
  one: 'wrap-up code',
  empty: 'Wrap-up codes say what a chat was about. Agents choose one when they finish.',
  begin: { name: '' },
  needs: ['queues'],
  nameOf: ({ name }) => name,
  Fields: ({ editor }) => (
    <>
      <NameField editor={editor} />
      <QueueField editor={editor} />
    </>
  ),
};

const COLOURS = ['grey', 'blue', 'green', 'yellow', 'orange', 'red', 'purple'] as const;

export const tagScreen: ListedKindScreen<'tags'> = {
  kind: 'tags',
  one: 'tag',
  empty: 'Tags mark conversations, so that they can be found and counted.',
  begin: { name: '', colour: 'grey' },
  nameOf: ({ name }) => name,
  Fields: ({ editor }) => (
    <>
      <NameField editor={editor} />
      <SelectField
        field="colour"
        said={editor}
        label="Colour"
        value={editor.draft.value.colour ?? 'grey'}
        options={COLOURS.map((colour) => [colour, colour.charAt(0).toUpperCase() + colour.slice(1)] as const)}
        onChange={(colour) => {
          editor.change({ colour: colour as NonNullable<TagSettings['colour']> });
        }}
      />
    </>
  ),
};

export const replyScreen: ListedKindScreen<'canned-replies'> = {
  kind: 'canned-replies',
  one: 'canned reply',
  empty: 'Canned replies are texts that agents insert by typing / and a shortcut.',
  begin: { shortcut: '', title: '', text: '' },
  needs: ['queues'],
  nameOf: ({ title }) => title,
  aboutOf: ({ shortcut }) => `/${shortcut}`,
  Fields: ({ editor }) => <ReplyFields editor={editor} />,
};

function ReplyFields({ editor }: { editor: Editor<CannedReply> }): JSX.Element {
  const { title, shortcut, text } = editor.draft.value;
  const unknown = unknownVariables(text);
  return (
    <>
      <TextField
        field="title"
        said={editor}
        label="Title"
        maxLength={NAME_MAX_LENGTH}
        value={title}
        onChange={(value) => {
          editor.change({ title: value });
        }}
      />
      <TextField
        field="shortcut"
        said={editor}
        label="Shortcut"
        hint="What is typed after /. Small letters, digits, - and _."
        maxLength={40}
        value={shortcut}
        onChange={(value) => {
          editor.change({ shortcut: value.toLowerCase() });
        }}
      />
      <TextField
        field="text"
        said={editor}
        label="Text"
        lines={6}
        hint={`These are filled in: ${REPLY_VARIABLES.map((name) => `{{${name}}}`).join(' ')}`}
        value={text}
        onChange={(value) => {
          editor.change({ text: value });
        }}
      />
      <SaidAbout
        problem={undefined}
        warning={unknown.length > 0 ? `Nothing is filled in for: ${unknown.join(', ')}.` : undefined}
      />
      <QueueField editor={editor} />
    </>
  );
}
