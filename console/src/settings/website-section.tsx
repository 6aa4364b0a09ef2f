import { useSignal } from '@preact/signals';
import { type SavedSetting, type Website, type WidgetSettings, must } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { EditForm } from './edit-form.tsx';
import { Editor, wordsOf } from './editor.ts';
import { Group, SaidAbout, SelectField, TakeAway, TextField } from './fields.tsx';
import { Loading } from './listed-section.tsx';
import { Preview, Snippet, USUAL_ACCENT } from './website-parts.tsx';
import { useSettings } from './settings-state.ts';

const NAME_MAX_LENGTH = 80;
const GREETING_MAX_LENGTH = 300;

/** The languages that the widget speaks, by their own names. */
const LANGUAGES: readonly (readonly [string, string])[] = [
  ['', 'The page’s, or the visitor’s'],
  ['ar', 'العربية'],
  ['de', 'Deutsch'],
  ['en', 'English'],
  ['es', 'Español'],
  ['fr', 'Français'],
  ['it', 'Italiano'],
  ['ja', '日本語'],
  ['nl', 'Nederlands'],
  ['pt', 'Português'],
];

/** What a site is called, where its pages are, and how the chat looks there. */
export function WebsiteSection(): JSX.Element {
  const settings = useSettings();
  const { identity } = useWorkspace();
  const read = useSignal<SavedSetting<Website> | undefined>(undefined);
  const { key } = identity.site;
  useEffect(() => {
    settings.api.website(key).then(
      (found) => {
        read.value = found;
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        settings.fault.value = wordsOf(error);
      },
    );
  }, [settings, read, key]);
  return read.value ? <WebsiteForm saved={read.value} /> : <Loading />;
}

function WebsiteForm({ saved }: { saved: SavedSetting<Website> }): JSX.Element {
  const settings = useSettings();
  const editor = useMemo(() => {
    const { item, warnings } = saved;
    const ports = {
      save: (each: typeof item) => settings.api.changeWebsite(each),
      read: async (id: string) => (await settings.api.website(id)).item,
    };
    return new Editor(item, ports, { warnings });
  }, [settings, saved]);
  return (
    <EditForm editor={editor} title="Web site">
      <TextField
        field="name"
        said={editor}
        label="Name"
        hint="Agents read it, and {{site.name}} in canned replies."
        maxLength={NAME_MAX_LENGTH}
        value={editor.draft.value.name}
        onChange={(name) => {
          editor.change({ name });
        }}
      />
      <Origins editor={editor} />
      <Look editor={editor} />
      <Snippet site={saved.item.id} />
    </EditForm>
  );
}

function Origins({ editor }: { editor: Editor<Website> }): JSX.Element {
  const { origins } = editor.draft.value;
  const change = (index: number, text?: string): void => {
    editor.change({ origins: origins.toSpliced(index, 1, ...(text === undefined ? [] : [text])) });
  };
  const general = editor.problem.value?.field === 'origins' ? editor.problem.value.message : undefined;
  return (
    <Group
      title="Its pages"
      hint="Only pages of these addresses may use the chat. Scheme and host, such as https://www.example.com; each subdomain is an address of its own."
    >
      {origins.map((origin, index) => (
        <div class="website-origin" key={index}>
          <TextField
            field={`origins[${index}]`}
            said={editor}
            label={`Address ${index + 1}`}
            placeholder="https://www.example.com"
            value={origin}
            onChange={(text) => {
              change(index, text);
            }}
          />
          <TakeAway
            label={`Take address ${index + 1} away`}
            onPress={() => {
              change(index);
            }}
          />
        </div>
      ))}
      <SaidAbout
        problem={general}
        warning={general === undefined && origins.length === 0 ? editor.warningAt('origins') : undefined}
      />
      <button
        type="button"
        class="button website-add"
        onClick={() => {
          editor.change({ origins: [...origins, ''] });
        }}
      >
        <Icon name="plus" size={16} />
        Add an address
      </button>
    </Group>
  );
}

function Look({ editor }: { editor: Editor<Website> }): JSX.Element {
  const { widget } = editor.draft.value;
  const change = (next: { [Field in keyof WidgetSettings]?: WidgetSettings[Field] | undefined }): void => {
    const entries = Object.entries({ ...widget, ...next });
    const said = entries.filter(([name, value]) => value !== undefined && (value !== '' || name === 'name'));
    editor.change({ widget: Object.fromEntries(said) as unknown as WidgetSettings });
  };
  return (
    <Group
      title="What visitors see"
      hint="A browser that has been there may keep the former look for up to five minutes."
    >
      <TextField
        field="widget.name"
        said={editor}
        label="Label"
        hint="What the button and the panel are called."
        maxLength={NAME_MAX_LENGTH}
        value={widget.name}
        onChange={(name) => {
          change({ name });
        }}
      />
      <TextField
        field="widget.greeting"
        said={editor}
        label="Greeting"
        hint="Stands beside the button until it is closed. Empty: none."
        lines={2}
        maxLength={GREETING_MAX_LENGTH}
        value={widget.greeting ?? ''}
        onChange={(greeting) => {
          change({ greeting });
        }}
      />
      <Accent accent={widget.accent} editor={editor} onChange={(accent) => change({ accent })} />
      <Choices widget={widget} editor={editor} onChange={change} />
      <Preview widget={widget} />
    </Group>
  );
}

function Choices({
  widget,
  editor,
  onChange,
}: {
  widget: WidgetSettings;
  editor: Editor<Website>;
  onChange: (change: Partial<WidgetSettings>) => void;
}): JSX.Element {
  const isKnown = LANGUAGES.some(([tag]) => tag === (widget.locale ?? ''));
  const other = isKnown ? [] : [[must(widget.locale, 'a locale'), must(widget.locale, 'a locale')] as const];
  return (
    <>
      <SelectField
        field="widget.corner"
        said={editor}
        label="Corner"
        value={widget.corner}
        options={[
          ['end', 'Where lines end: right in English'],
          ['start', 'Where lines begin: left in English'],
        ]}
        onChange={(corner) => {
          onChange({ corner: corner as WidgetSettings['corner'] });
        }}
      />
      <SelectField
        field="widget.theme"
        said={editor}
        label="Light or dark"
        value={widget.theme ?? 'auto'}
        options={[
          ['auto', 'As the visitor’s device'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ]}
        onChange={(theme) => {
          onChange({ theme: theme as NonNullable<WidgetSettings['theme']> });
        }}
      />
      <SelectField
        field="widget.locale"
        said={editor}
        label="Language"
        value={widget.locale ?? ''}
        options={[...LANGUAGES, ...other]}
        onChange={(locale) => {
          onChange({ locale });
        }}
      />
    </>
  );
}

function Accent({
  accent,
  editor,
  onChange,
}: {
  accent: string | undefined;
  editor: Editor<Website>;
  onChange: (accent: string | undefined) => void;
}): JSX.Element {
  return (
    <div class="field">
      <label for="website-accent">Colour</label>
      <span class="field-number">
        <input
          id="website-accent"
          type="color"
          class="website-colour"
          value={accent ?? USUAL_ACCENT}
          onInput={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
        <code>{accent ?? USUAL_ACCENT}</code>
        {accent !== undefined && (
          <button
            type="button"
            class="button button-quiet"
            onClick={() => {
              onChange(undefined);
            }}
          >
            The usual one
          </button>
        )}
      </span>
      <SaidAbout problem={editor.problemAt('widget.accent')} warning={undefined} />
    </div>
  );
}
