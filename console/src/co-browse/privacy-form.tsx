import type { CoBrowsePolicy } from '@alongside/sdk/shared';
import { selectorFaults } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { EditForm } from '../settings/edit-form.tsx';
import type { Editor } from '../settings/editor.ts';
import { Group, SaidAbout } from '../settings/fields.tsx';
import type { OwnerPreview } from './owner-preview.ts';
import { ALLOW, LISTS, type SelectorList as ListName } from './privacy-words.ts';
import { SelectorList } from './selector-list.tsx';

interface PrivacyFormProps {
  editor: Editor<CoBrowsePolicy>;
  preview: OwnerPreview;
}

/** What the owner decides; beside it is seen what it does. */
export function PrivacyForm({ editor, preview }: PrivacyFormProps): JSX.Element {
  const { draft } = editor;
  const { assetOrigins } = draft.value;
  const pictures = preview.page.report.value?.pictures ?? [];
  return (
    <EditForm editor={editor} title="Rules" onSaved={() => preview.showAgain()}>
      <Preset editor={editor} preview={preview} />
      {LISTS.map((each) => (
        <Selectors key={each.list} editor={editor} preview={preview} {...each} />
      ))}
      <Group title="While an agent has control">
        <p class="field-hint muted">{ALLOW.hint}</p>
        <Selectors editor={editor} preview={preview} {...ALLOW} hint="" />
      </Group>
      <SelectorList
        title="Pictures and fonts from"
        hint="Origins whose pictures and fonts agents’ browsers may load, without what follows a “?”. Seen here once it is saved. Those of the page’s own site come from the visitor in a share; here their places are empty."
        one="origin"
        placeholder="https://cdn.example.com"
        values={assetOrigins}
        onChange={(values) => {
          editor.change({ assetOrigins: values });
        }}
        problemAt={(index) => editor.problemAt(`assetOrigins[${index}]`)}
        noteAt={() => undefined}
      />
      {pictures
        .filter(({ origin }) => /^https?:/.test(origin) && !assetOrigins.includes(origin))
        .map(({ origin, count }) => (
          <p key={origin} class="picture-line">
            <span>
              {count === 1 ? 'One picture' : `${count} pictures`} of this page from <bdi>{origin}</bdi> left
              out
            </span>
            <button
              type="button"
              class="button"
              onClick={() => {
                editor.change({ assetOrigins: [...assetOrigins, origin] });
              }}
            >
              Declare it
            </button>
          </p>
        ))}
    </EditForm>
  );
}

function Preset({ editor, preview }: PrivacyFormProps): JSX.Element {
  const { preset, seen } = editor.draft.value;
  const hasLooked = seen !== undefined || preview.page.seen.value !== undefined;
  const mayChoose = hasLooked || editor.saved.value.value.preset === 'balanced';
  const choose = (next: CoBrowsePolicy['preset']): void => {
    editor.change({ preset: next });
  };
  return (
    <fieldset class="field-group preset">
      <legend>Text of the pages</legend>
      <label class="preset-choice">
        <input
          type="radio"
          name="preset"
          checked={preset === 'strict'}
          onChange={() => {
            choose('strict');
          }}
        />
        <span>
          <strong>Strict</strong>
          <span class="muted">
            All text is masked, except what you show. Agents see where things are, not what they say.
          </span>
        </span>
      </label>
      <label class="preset-choice">
        <input
          type="radio"
          name="preset"
          checked={preset === 'balanced'}
          disabled={!mayChoose}
          onChange={() => {
            choose('balanced');
          }}
        />
        <span>
          <strong>Balanced</strong>
          <span class="muted">
            Text is seen, without e-mail addresses, numbers and keys. Fields stay hidden all the same.
          </span>
        </span>
      </label>
      {!mayChoose && (
        <p class="field-hint muted">
          Balanced can be chosen once you have looked at a page of yours as an agent would see it: open one
          under “What the agent sees”.
        </p>
      )}
      <SaidAbout problem={editor.problemAt('preset')} warning={undefined} />
    </fieldset>
  );
}

/** One list of selectors: what this browser cannot read is said at once, what the server cannot when it is saved. */
function Selectors({
  editor,
  preview,
  list,
  title,
  hint,
  done,
}: PrivacyFormProps & { list: ListName; title: string; hint: string; done: string }): JSX.Element {
  const policy = editor.draft.value;
  const values = policy[list] ?? [];
  const faults = selectorFaults(policy, document).filter((fault) => fault.list === list);
  const rules = preview.page.report.value?.rules;
  const note = (index: number): string | undefined => {
    if (!rules) return undefined;
    const found = rules.find((each) => each.rule === list && each.index === index);
    if (!found) return 'Nothing on this page';
    const { count, overruled = 0 } = found;
    const words = `${count} ${count === 1 ? 'part' : 'parts'} of this page`;
    if (overruled === 0) return `${words} ${done}`;
    return overruled === count
      ? `${words}, hidden all the same: a stronger rule holds`
      : `${words}, ${overruled} of them hidden all the same: a stronger rule holds`;
  };
  return (
    <SelectorList
      title={title}
      hint={hint}
      one="selector"
      placeholder="A CSS selector, such as .price"
      values={values}
      onChange={(next) => {
        editor.change({ [list]: next });
      }}
      problemAt={(index) => {
        const fault = faults.find(({ selector }) => selector === values[index]);
        return fault ? `This cannot be used: ${fault.reason}.` : editor.problemAt(`${list}[${index}]`);
      }}
      noteAt={note}
    />
  );
}
