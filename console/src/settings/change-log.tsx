import { useSignal } from '@preact/signals';
import type { SettingsChange } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Name } from '../ui/person.tsx';
import { When } from '../ui/when.tsx';
import { wordsOf } from './editor.ts';
import { Loading } from './listed-section.tsx';
import { useSettings } from './settings-state.ts';

const ACTIONS: Readonly<Record<SettingsChange['action'], string>> = {
  created: 'added',
  changed: 'changed',
  removed: 'removed',
  'link-made': 'made a sign-in link for',
};
const KINDS: Readonly<Record<SettingsChange['kind'], string>> = {
  queues: 'the queue',
  skills: 'the skill',
  hours: 'the opening hours',
  assignments: 'what is worked on by',
  'canned-replies': 'the canned reply',
  tags: 'the tag',
  'wrap-up-codes': 'the wrap-up code',
  'site-options': 'the site’s options',
  'co-browse-policy': 'what agents see of shared pages',
  agents: 'the agent',
  website: 'the web site',
};
const NAMELESS: readonly SettingsChange['kind'][] = ['site-options', 'co-browse-policy'];

/** Who changed what when, newest first. */
export function ChangeLog(): JSX.Element {
  const settings = useSettings();
  const lines = useSignal<readonly SettingsChange[] | undefined>(undefined);
  const more = useSignal(false);
  const load = async (before?: number): Promise<void> => {
    try {
      const page = await settings.api.changes(before);
      lines.value = [...(before === undefined ? [] : (lines.value ?? [])), ...page.changes];
      more.value = page.more;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      settings.fault.value = wordsOf(error);
    }
  };
  useEffect(() => {
    void load();
  }, [settings]);
  if (!lines.value) return <Loading />;
  return (
    <div class="change-log">
      {lines.value.length === 0 && (
        <p class="muted">Nothing was changed yet. Each change of a setting stands here, with who made it.</p>
      )}
      <ol aria-label="Changes">
        {lines.value.map((change) => (
          <li key={change.id}>
            <Change change={change} />
          </li>
        ))}
      </ol>
      {more.value && (
        <button type="button" class="button" onClick={() => void load(lines.value?.at(-1)?.id)}>
          Show older ones
        </button>
      )}
    </div>
  );
}

function Change({ change }: { change: SettingsChange }): JSX.Element {
  const { ticker } = useWorkspace();
  const { at, by, action, kind, name, fields } = change;
  return (
    <details class="change">
      <summary>
        <span>
          <strong>
            <Name
              of={by.kind === 'agent' ? by.name : by.kind === 'operator' ? 'The operator' : 'The server'}
            />
          </strong>{' '}
          {ACTIONS[action]} {action === 'link-made' ? '' : KINDS[kind]}{' '}
          {!NAMELESS.includes(kind) && <Name of={name} />}
        </span>
        <span class="muted">
          <When at={at} now={ticker.slowNow} />
        </span>
      </summary>
      {fields.length === 0 ? (
        <p class="muted">Nothing more was noted.</p>
      ) : (
        <dl>
          {fields.map(({ field, before, after }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}
