import type { QueueSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import type { Editor } from './editor.ts';
import { Group, NumberField, SaidAbout, SelectField, SwitchField } from './fields.tsx';
import { useSettings } from './settings-state.ts';

type QueueEditor = Editor<QueueSettings>;
const HELP_AFTER_S = 60;

type OverflowSettings = NonNullable<QueueSettings['overflow']>;

/** When queues are too long: another way for visitors, or members of another queue who help. */
export function Overflow({ editor, id }: { editor: QueueEditor; id: string }): JSX.Element {
  const { overflow } = editor.draft.value;
  const change = (next: OverflowSettings | undefined): void => {
    const { overflow: _before, ...rest } = editor.draft.value;
    editor.draft.value = { ...rest, ...(next && { overflow: next }) };
    editor.change({});
  };
  return (
    <Group title="When there is more than the agents can do">
      <SwitchField
        label="Overflow"
        hint="Offers visitors another way, or lets the members of another queue help. The visitor chooses."
        value={overflow !== undefined}
        onChange={(on) => {
          change(on ? { offer: ['message'] } : undefined);
        }}
      />
      {overflow && <OverflowFields editor={editor} id={id} overflow={overflow} onChange={change} />}
      <SaidAbout problem={editor.problemAt('overflow')} warning={editor.warningAt('overflow')} />
    </Group>
  );
}

interface OverflowProps {
  editor: QueueEditor;
  id: string;
  overflow: OverflowSettings;
  onChange: (next: OverflowSettings) => void;
}

function OverflowFields({ editor, id, overflow, onChange }: OverflowProps): JSX.Element {
  const { waitingMax, waitSecondsMax, second, ...rest } = overflow;
  const withMax = (next: Partial<Record<'waitingMax' | 'waitSecondsMax', number | undefined>>): void => {
    const merged = { waitingMax, waitSecondsMax, ...next };
    onChange({
      ...rest,
      ...(second && { second }),
      ...(merged.waitingMax !== undefined && { waitingMax: merged.waitingMax }),
      ...(merged.waitSecondsMax !== undefined && { waitSecondsMax: merged.waitSecondsMax }),
    });
  };
  return (
    <>
      <NumberField
        field="overflow.waitingMax"
        said={editor}
        label="Another way is offered while more wait than"
        unit="people"
        value={waitingMax}
        onChange={(value) => {
          withMax({ waitingMax: value });
        }}
      />
      <NumberField
        field="overflow.waitSecondsMax"
        said={editor}
        label="Or to whoever has waited"
        unit="seconds"
        min={1}
        value={waitSecondsMax}
        onChange={(value) => {
          withMax({ waitSecondsMax: value });
        }}
      />
      <SecondQueue editor={editor} id={id} overflow={overflow} onChange={onChange} />
    </>
  );
}

function SecondQueue({ editor, id, overflow, onChange }: OverflowProps): JSX.Element {
  const queues = (useSettings().list('queues').value?.items ?? []).filter((each) => each.id !== id);
  const { second } = overflow;
  return (
    <>
      <SelectField
        field="overflow.second"
        said={editor}
        label="The members of this queue help out"
        value={second?.queue ?? ''}
        options={[['', 'None'], ...queues.map((each) => [each.id, each.value.name] as const)]}
        onChange={(queue) => {
          const { second: before, ...others } = overflow;
          const afterSeconds = before?.afterSeconds ?? HELP_AFTER_S;
          onChange({ ...others, ...(queue !== '' && { second: { queue, afterSeconds } }) });
        }}
      />
      {second && (
        <NumberField
          field="overflow.second.afterSeconds"
          said={editor}
          label="With what has waited"
          unit="seconds"
          value={second.afterSeconds}
          onChange={(value) => {
            onChange({ ...overflow, second: { ...second, afterSeconds: value ?? 0 } });
          }}
        />
      )}
    </>
  );
}
