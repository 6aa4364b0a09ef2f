import type { CoBrowsePolicy } from '@alongside/sdk/shared';
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Editor } from '../settings/editor.ts';
import { SaidAbout, TakeAway } from '../settings/fields.tsx';
import { Icon } from '../ui/icon.tsx';
import type { OwnerPreview } from './owner-preview.ts';
import { previewUrl } from './preview-window.ts';
import { LISTS, NO_PICTURE, type SelectorList, ruleLines } from './privacy-words.ts';
import { ViewerFrame } from './viewer-frame.tsx';

interface PaneProps {
  preview: OwnerPreview;
  editor: Editor<CoBrowsePolicy>;
  /** What stands in the address at first. */
  begin: string;
}

/** A page of the owner's as an agent would see it, and what each rule did to it. */
export function PreviewPane({ preview, editor, begin }: PaneProps): JSX.Element {
  const { page } = preview;
  const state = page.state.value;
  return (
    <section class="preview-pane" aria-label="What the agent sees">
      <Address preview={preview} begin={begin} />
      <div class="preview-frame" data-state={state.name}>
        {state.name !== 'none' && state.name !== 'blocked' && (
          <div class="stage-bar">
            <span class="stage-whose">
              <Icon name="eye" size={16} />
              As agents see it
            </span>
            <span class="stage-address">
              <bdi dir="ltr">{page.address.value}</bdi>
            </span>
            <button type="button" class="button button-quiet" onClick={() => page.focus()}>
              Go to the tab
            </button>
          </div>
        )}
        <div class="stage-view">
          {state.name !== 'none' && state.name !== 'blocked' && (
            <ViewerFrame stage={preview} url={preview.place.viewer} title="The page as agents see it" />
          )}
          <Said preview={preview} />
        </div>
      </div>
      <PickedPart preview={preview} editor={editor} />
      <Rules preview={preview} policy={editor.draft.value} />
    </section>
  );
}

function Address({ preview, begin }: { preview: OwnerPreview; begin: string }): JSX.Element {
  const text = useSignal(begin);
  const problem = useSignal<string | undefined>(undefined);
  const id = useId();
  const open = (): void => {
    const url = previewUrl(text.value, preview.place);
    problem.value = typeof url === 'string' ? url : undefined;
    if (typeof url !== 'string') preview.page.open(url);
  };
  return (
    <form
      class="preview-address"
      aria-label="Look at a page"
      onSubmit={(event) => {
        event.preventDefault();
        open();
      }}
    >
      <label for={id}>A page of yours</label>
      <div class="field-line">
        <input
          id={id}
          type="text"
          inputMode="url"
          spellcheck={false}
          autocomplete="off"
          placeholder="https://www.example.com/checkout"
          value={text.value}
          aria-invalid={problem.value !== undefined || undefined}
          aria-describedby={`${id}-said`}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            problem.value = undefined;
          }}
        />
        <button type="submit" class="button">
          <Icon name="page" size={16} />
          Open in a tab
        </button>
      </div>
      <SaidAbout id={`${id}-said`} problem={problem.value} warning={undefined} />
    </form>
  );
}

/** Why there is no picture. */
function Said({ preview }: { preview: OwnerPreview }): JSX.Element | null {
  const state = preview.page.state.value;
  switch (state.name) {
    case 'shown':
      return null;
    case 'foreign':
      return (
        <Words>
          The page has the snippet of another site{state.site === '' ? '' : `, “${state.site}”`}. Its rules
          are set there.
        </Words>
      );
    case 'refused':
      return (
        <Words title="With these selectors nothing would be shared.">
          {state.faults.map(({ list, selector, reason }) => (
            <p key={`${list} ${selector}`}>
              {list}: <code>{selector}</code>, {reason}
            </p>
          ))}
        </Words>
      );
    default: {
      const [title, text] = NO_PICTURE[state.name];
      return <Words title={title}>{text}</Words>;
    }
  }
}

function Words({
  title,
  children,
}: {
  title?: string | undefined;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="stage-empty preview-words" role="status">
      <Icon name="eye" size={28} />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        <div>{children}</div>
      </div>
    </div>
  );
}

/** What was pointed at, and what should become of it. */
function PickedPart({
  preview,
  editor,
}: {
  preview: OwnerPreview;
  editor: Editor<CoBrowsePolicy>;
}): JSX.Element | null {
  const { picked } = preview.page;
  const chosen = useSignal('');
  const part = picked.value;
  if (!part || preview.page.state.value.name !== 'shown') return null;
  const [first] = part.selectors;
  if (!first) return null;
  const selector = part.selectors.find((each) => each.selector === chosen.value)?.selector ?? first.selector;
  const put = (list: SelectorList): void => {
    const values = editor.draft.value[list] ?? [];
    if (!values.includes(selector)) editor.change({ [list]: [...values, selector] });
    picked.value = undefined;
  };
  return (
    <div class="picked" role="group" aria-label="What you pointed at">
      <select
        aria-label="Named by"
        value={selector}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {part.selectors.map(({ selector: each, count }) => (
          <option key={each} value={each}>
            {each} ({count === 1 ? 'only this' : `${count} parts`})
          </option>
        ))}
      </select>
      <span class="picked-buttons">
        {LISTS.map(({ list, title }) => (
          <button
            key={list}
            type="button"
            class="button"
            onClick={() => {
              put(list);
            }}
          >
            {title}
          </button>
        ))}
      </span>
      <TakeAway
        label="Leave it as it is"
        onPress={() => {
          picked.value = undefined;
        }}
      />
    </div>
  );
}

function Rules({ preview, policy }: { preview: OwnerPreview; policy: CoBrowsePolicy }): JSX.Element | null {
  const report = preview.page.report.value;
  if (!report || preview.page.state.value.name !== 'shown') return null;
  const lines = ruleLines(report.rules, policy);
  return (
    <section class="preview-rules" aria-label="What each rule did">
      <h3>What each rule did</h3>
      {report.partial && <p class="muted">The page is large: only its first part is counted.</p>}
      <ul>
        {lines.map(({ key, words, detail, count, nodes }) => {
          const isOn = preview.outlined.value === key;
          return (
            <li key={key}>
              <button
                type="button"
                class="rule-line"
                aria-pressed={isOn}
                disabled={nodes.length === 0}
                title={nodes.length === 0 ? undefined : 'Show where'}
                onClick={() => {
                  preview.outline(isOn ? undefined : key, isOn ? [] : nodes);
                }}
              >
                <span class="rule-count">{count}</span>
                <span>
                  {words}
                  {detail !== undefined && <span class="muted rule-detail">{detail}</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {lines.length === 0 && <p class="muted">Nothing of this page had to be hidden.</p>}
    </section>
  );
}
