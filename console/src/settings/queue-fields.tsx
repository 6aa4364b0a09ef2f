import type { QueueSettings, SkillRequirement } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import type { Editor } from './editor.ts';
import { Group, NumberField, SaidAbout, SelectField, TakeAway, TextField } from './fields.tsx';
import type { ListedKindScreen } from './listed-section.tsx';
import { Overflow } from './overflow-fields.tsx';
import { useSettings } from './settings-state.ts';

type QueueEditor = Editor<QueueSettings>;

export const queueScreen: ListedKindScreen<'queues'> = {
  kind: 'queues',
  one: 'queue',
  empty: 'Work waits in queues until an agent takes it.',
  begin: { name: '', wrapUp: { mode: 'none' }, requirements: [], relaxation: [], closing: 'finish' },
  needs: ['skills', 'hours'],
  nameOf: ({ name }) => name,
  Fields: ({ editor, id }) => (
    <>
      <TextField
        field="name"
        said={editor}
        label="Name"
        maxLength={40}
        value={editor.draft.value.name}
        onChange={(name) => {
          editor.change({ name });
        }}
      />
      <WrapUp editor={editor} />
      <Skills editor={editor} />
      <OpeningHours editor={editor} />
      <Overflow editor={editor} id={id} />
    </>
  ),
};

const WRAP_UP_USUAL_S = 60;

function WrapUp({ editor }: { editor: QueueEditor }): JSX.Element {
  const { wrapUp } = editor.draft.value;
  return (
    <Group title="Wrap-up" hint="Time to write up what a chat was about, after it ended.">
      <SelectField
        field="wrapUp.mode"
        said={editor}
        label="After a chat"
        value={wrapUp.mode}
        options={[
          ['none', 'No wrap-up'],
          ['optional', 'When the agent asks for it, up to 60 seconds'],
          ['time-boxed', 'Always, for a fixed time'],
        ]}
        onChange={(mode) => {
          const seconds = wrapUp.seconds ?? WRAP_UP_USUAL_S;
          editor.change({
            wrapUp: mode === 'time-boxed' ? { mode, seconds } : { mode: mode as 'none' | 'optional' },
          });
        }}
      />
      {wrapUp.mode === 'time-boxed' && (
        <NumberField
          field="wrapUp.seconds"
          said={editor}
          label="For"
          unit="seconds"
          min={1}
          value={wrapUp.seconds}
          onChange={(seconds) => {
            editor.change({ wrapUp: { mode: 'time-boxed', ...(seconds !== undefined && { seconds }) } });
          }}
        />
      )}
    </Group>
  );
}

function Skills({ editor }: { editor: QueueEditor }): JSX.Element {
  const { requirements, relaxation } = editor.draft.value;
  const hasSkills = (useSettings().list('skills').value?.items.length ?? 0) > 0;
  return (
    <Group
      title="Skills"
      hint="What an agent must have to be offered this work. Steps ask for less of those who wait long."
    >
      {!hasSkills && <p class="muted">The site has no skills yet. Add them under Skills.</p>}
      <Requirements
        editor={editor}
        field="requirements"
        value={requirements}
        onChange={(value) => {
          editor.change({ requirements: value });
        }}
      />
      <SaidAbout problem={editor.problemAt('requirements')} warning={editor.warningAt('requirements')} />
      <Steps editor={editor} />
      <SaidAbout problem={editor.problemAt('relaxation')} warning={editor.warningAt('relaxation')} />
      {requirements.length > 0 && (
        <button
          type="button"
          class="button"
          onClick={() => {
            const after = (relaxation.at(-1)?.afterSeconds ?? 0) + WRAP_UP_USUAL_S;
            const last = relaxation.at(-1)?.requirements ?? requirements;
            editor.change({ relaxation: [...relaxation, { afterSeconds: after, requirements: last }] });
          }}
        >
          Add a step that asks for less
        </button>
      )}
    </Group>
  );
}

function Steps({ editor }: { editor: QueueEditor }): JSX.Element {
  const { relaxation } = editor.draft.value;
  const change = (index: number, step: Partial<QueueSettings['relaxation'][number]>): void => {
    editor.change({
      relaxation: relaxation.map((each, at) => (at === index ? { ...each, ...step } : each)),
    });
  };
  return (
    <>
      {relaxation.map((step, index) => (
        <div class="field-step" key={index}>
          <NumberField
            field={`relaxation[${index}].afterSeconds`}
            said={editor}
            label={`Step ${index + 1}: after`}
            unit="seconds"
            min={1}
            value={step.afterSeconds}
            onChange={(afterSeconds) => {
              change(index, { afterSeconds: afterSeconds ?? 0 });
            }}
          />
          <Requirements
            editor={editor}
            field={`relaxation[${index}].requirements`}
            value={step.requirements}
            onChange={(requirements) => {
              change(index, { requirements });
            }}
          />
          <TakeAway
            label={`Remove step ${index + 1}`}
            onPress={() => {
              editor.change({ relaxation: relaxation.filter((_, each) => each !== index) });
            }}
          />
        </div>
      ))}
    </>
  );
}

function replaced<T>(list: readonly T[], index: number, by: T): T[] {
  return list.map((each, at) => (at === index ? by : each));
}

function Requirements({
  editor,
  field,
  value,
  onChange,
}: {
  editor: QueueEditor;
  field: string;
  value: readonly SkillRequirement[];
  onChange: (value: SkillRequirement[]) => void;
}): JSX.Element {
  const skills = useSettings().list('skills').value?.items ?? [];
  const free = skills.filter(({ id }) => !value.some(({ skill }) => skill === id));
  return (
    <div class="field-lines">
      {value.map((each, index) => (
        <div class="field-line" key={each.skill}>
          <NumberField
            field={`${field}[${index}].level`}
            said={editor}
            label={`${skills.find(({ id }) => id === each.skill)?.value.name ?? each.skill}, at least level`}
            min={1}
            max={5}
            value={each.level}
            onChange={(level) => {
              onChange(replaced(value, index, { ...each, level: level ?? 1 }));
            }}
          />
          <TakeAway
            label={`Do not ask for ${each.skill}`}
            onPress={() => {
              onChange(value.filter((_, at) => at !== index));
            }}
          />
        </div>
      ))}
      {free.length > 0 && (
        <SelectField
          field=""
          said={editor}
          label="Ask for"
          value=""
          options={[['', 'Choose a skill'], ...free.map(({ id, value: { name } }) => [id, name] as const)]}
          onChange={(skill) => {
            if (skill !== '') onChange([...value, { skill, level: 1 }]);
          }}
        />
      )}
    </div>
  );
}

function OpeningHours({ editor }: { editor: QueueEditor }): JSX.Element {
  const hours = useSettings().list('hours').value?.items ?? [];
  const { closing } = editor.draft.value;
  return (
    <Group title="Opening hours">
      <SelectField
        field="hours"
        said={editor}
        label="Open"
        value={editor.draft.value.hours ?? ''}
        options={[['', 'As the site'], ...hours.map(({ id, value }) => [id, value.name] as const)]}
        onChange={(chosen) => {
          const { hours: _before, ...rest } = editor.draft.value;
          editor.draft.value = { ...rest, ...(chosen !== '' && { hours: chosen }) };
          editor.change({});
        }}
      />
      <SelectField
        field="closing"
        said={editor}
        label="Who still waits when it closes"
        value={closing}
        options={[
          ['finish', 'Is served all the same'],
          ['deflect', 'Is offered to leave a message'],
        ]}
        onChange={(value) => {
          editor.change({ closing: value as QueueSettings['closing'] });
        }}
      />
    </Group>
  );
}
