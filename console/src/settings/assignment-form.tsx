import type { Assignment, StoredSetting } from '@alongside/sdk/shared';
import { DEFAULT_ASSIGNMENT } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { EditForm } from './edit-form.tsx';
import { Editor } from './editor.ts';
import { Group, NumberField, SaidAbout, SelectField, TakeAway } from './fields.tsx';
import { Loading } from './listed-section.tsx';
import type { Account } from './settings-api.ts';
import { useSettings } from './settings-state.ts';

type AssignmentEditor = Editor<Assignment>;

/** What somebody works on: queues, skills, and how much at once. */
export function AssignmentForm({ account }: { account: Account }): JSX.Element {
  const list = useSettings().list('assignments').value;
  const item = list?.items.find((each) => each.id === account.id);
  if (!list) return <Loading />;
  return <Form account={account} item={item ?? { id: account.id, version: 0, value: DEFAULT_ASSIGNMENT }} />;
}

function Form({ account, item }: { account: Account; item: StoredSetting<Assignment> }): JSX.Element {
  const settings = useSettings();
  const editor = useMemo(
    () => {
      const warnings = settings.list('assignments').peek()?.warnings ?? [];
      return new Editor<Assignment>(
        item,
        {
          async save(each) {
            const saved = await settings.api.change('assignments', each);
            settings.saved('assignments', saved.item, saved.warnings);
            return saved;
          },
          async read(id) {
            return (await settings.api.list('assignments')).items.find((each) => each.id === id);
          },
        },
        { warnings: warnings.filter((each) => each.id === account.id) },
      );
    },
    // Its own saving changes the item, which must not begin anew.
    [settings, account.id],
  );
  return (
    <EditForm editor={editor} title={`What ${account.name} works on`}>
      <Memberships editor={editor} />
      <SkillLevels editor={editor} />
      <Limits editor={editor} />
    </EditForm>
  );
}

function Memberships({ editor }: { editor: AssignmentEditor }): JSX.Element {
  const queues = useSettings().list('queues').value?.items ?? [];
  const { memberships } = editor.draft.value;
  const nameOf = (id: string): string => queues.find((each) => each.id === id)?.value.name ?? id;
  const free = queues.filter(({ id }) => !memberships.some(({ queue }) => queue === id));
  const change = (at: number, next: Partial<Assignment['memberships'][number]>): void => {
    editor.change({ memberships: memberships.map((each, i) => (i === at ? { ...each, ...next } : each)) });
  };
  return (
    <Group
      title="Queues"
      hint="A lower tier is asked first. With a delay they help out with what has waited that long."
    >
      {memberships.map((each, index) => (
        <div class="field-line" key={each.queue} role="group" aria-label={nameOf(each.queue)}>
          <strong>{nameOf(each.queue)}</strong>
          <NumberField
            field={`memberships[${index}].tier`}
            said={editor}
            label="Tier"
            value={each.tier}
            onChange={(tier) => {
              change(index, { tier: tier ?? 0 });
            }}
          />
          <NumberField
            field={`memberships[${index}].delaySeconds`}
            said={editor}
            label="After"
            unit="seconds"
            value={each.delaySeconds}
            onChange={(delaySeconds) => {
              change(index, { delaySeconds: delaySeconds ?? 0 });
            }}
          />
          <TakeAway
            label={`Not in ${nameOf(each.queue)}`}
            onPress={() => {
              editor.change({ memberships: memberships.filter((_, at) => at !== index) });
            }}
          />
        </div>
      ))}
      {free.length > 0 && (
        <SelectField
          field=""
          said={editor}
          label="Add to a queue"
          value=""
          options={[['', 'Choose a queue'], ...free.map(({ id, value }) => [id, value.name] as const)]}
          onChange={(queue) => {
            if (queue === '') return;
            editor.change({ memberships: [...memberships, { queue, tier: 1, delaySeconds: 0 }] });
          }}
        />
      )}
      <SaidAbout problem={editor.problemAt('memberships')} warning={editor.warningAt('memberships')} />
    </Group>
  );
}

function SkillLevels({ editor }: { editor: AssignmentEditor }): JSX.Element {
  const all = useSettings().list('skills').value?.items ?? [];
  const { skills } = editor.draft.value;
  const nameOf = (id: string): string => all.find((each) => each.id === id)?.value.name ?? id;
  const free = all.filter(({ id }) => !skills.some(({ skill }) => skill === id));
  return (
    <Group title="Skills" hint="From 1, a little, to 5, nobody better.">
      {all.length === 0 && <p class="muted">The site has no skills yet. Add them under Skills.</p>}
      {skills.map((each, index) => (
        <div class="field-line" key={each.skill}>
          <NumberField
            field={`skills[${index}].level`}
            said={editor}
            label={`${nameOf(each.skill)}, level`}
            min={1}
            max={5}
            value={each.level}
            onChange={(level) => {
              editor.change({
                skills: skills.map((other, at) => (at === index ? { ...other, level: level ?? 1 } : other)),
              });
            }}
          />
          <TakeAway
            label={`Without ${nameOf(each.skill)}`}
            onPress={() => {
              editor.change({ skills: skills.filter((_, at) => at !== index) });
            }}
          />
        </div>
      ))}
      {free.length > 0 && (
        <SelectField
          field=""
          said={editor}
          label="Add a skill"
          value=""
          options={[['', 'Choose a skill'], ...free.map(({ id, value }) => [id, value.name] as const)]}
          onChange={(skill) => {
            if (skill !== '') editor.change({ skills: [...skills, { skill, level: 3 }] });
          }}
        />
      )}
      <SaidAbout problem={editor.problemAt('skills')} warning={editor.warningAt('skills')} />
    </Group>
  );
}

const LIMITS = [
  ['chat', 'Chats at once', 'Each costs 1 of the budget. 0 turns chats off.'],
  ['callback', 'Callbacks at once', 'Each costs 3.'],
  ['call', 'Calls at once', 'Each costs 3.'],
  ['budget', 'Budget in all', undefined],
] as const;

function Limits({ editor }: { editor: AssignmentEditor }): JSX.Element {
  const { limits } = editor.draft.value;
  return (
    <Group title="How much at once">
      <div class="field-columns">
        {LIMITS.map(([name, label, hint]) => (
          <NumberField
            key={name}
            field={`limits.${name}`}
            said={editor}
            label={label}
            {...(hint !== undefined && { hint })}
            min={name === 'budget' ? 1 : 0}
            value={limits[name]}
            onChange={(value) => {
              editor.change({ limits: { ...limits, [name]: value ?? 0 } });
            }}
          />
        ))}
      </div>
    </Group>
  );
}
