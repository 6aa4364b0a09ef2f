import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import type { Editor } from './editor.ts';
import { SaidAbout } from './fields.tsx';
import { useSettings } from './settings-state.ts';

const SAVED = 'Saved. It is in force now.';

interface EditFormProps<T extends object> {
  editor: Editor<T>;
  title: string;
  children: ComponentChildren;
  onSaved?: (id: string) => void;
  /** Absent: it cannot be removed. The sentence that answers is why it was not. */
  onRemove?: (() => Promise<string | undefined>) | undefined;
}

/** A form around a setting: what is not saved yet, what the server says, and what to do when somebody was quicker. */
export function EditForm<T extends object>(props: EditFormProps<T>): JSX.Element {
  const { editor, title, children, onSaved } = props;
  const settings = useSettings();
  const { notices } = useWorkspace();
  useEffect(() => settings.watch(editor), [settings, editor]);
  const saved = (item: { id: string } | undefined): void => {
    if (!item) return;
    notices.say(SAVED);
    onSaved?.(item.id);
  };
  const whole = editor.warnings.value.filter(({ field }) => field === '');
  return (
    <form
      class="edit-form"
      noValidate
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        // What was saved before says nothing of this.
        notices.withdraw(SAVED);
        void editor.save().then(saved);
      }}
    >
      <h3>{title}</h3>
      {editor.conflict.value && (
        <ConflictBar editor={editor} onSaveOver={() => void editor.saveOver().then(saved)} />
      )}
      {whole.map(({ message }) => (
        <SaidAbout key={message} problem={undefined} warning={`Warning: ${message}.`} />
      ))}
      {children}
      <SaveBar {...props} />
    </form>
  );
}

function SaveBar<T extends object>({ editor, onRemove }: EditFormProps<T>): JSX.Element {
  const problem = editor.problem.value;
  const { dirty, saving, isNew } = editor;
  return (
    <div class="save-bar">
      <div role="alert">
        {problem && <SaidAbout problem={`Not saved. ${problem.message}`} warning={undefined} />}
      </div>
      <div class="save-buttons">
        <button
          type="submit"
          class="button button-primary"
          disabled={saving.value || !(dirty.value || isNew.value)}
        >
          {isNew.value ? 'Add' : 'Save'}
        </button>
        <button
          type="button"
          class="button"
          disabled={saving.value || !dirty.value}
          onClick={() => {
            editor.discard();
          }}
        >
          Discard changes
        </button>
        <span class="muted" role="status">
          {saving.value ? 'Saving…' : dirty.value ? 'Not saved yet' : ''}
        </span>
        {onRemove && !isNew.value && <Remove onRemove={onRemove} />}
      </div>
    </div>
  );
}

/** Asked once more, in place. */
function Remove({ onRemove }: { onRemove: () => Promise<string | undefined> }): JSX.Element {
  const asking = useSignal(false);
  const refused = useSignal<string | undefined>(undefined);
  if (!asking.value) {
    return (
      <span class="save-remove">
        {refused.value !== undefined && <span class="said-problem">{refused.value}</span>}
        <button
          type="button"
          class="button button-quiet"
          onClick={() => {
            refused.value = undefined;
            asking.value = true;
          }}
        >
          Remove
        </button>
      </span>
    );
  }
  return (
    <span class="save-remove" role="group" aria-label="Remove it?">
      <span>Remove it for good?</span>
      <button
        type="button"
        class="button button-danger"
        onClick={() => {
          asking.value = false;
          void onRemove().then((why) => {
            refused.value = why;
          });
        }}
      >
        Yes, remove
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          asking.value = false;
        }}
      >
        Keep
      </button>
    </span>
  );
}

function ConflictBar<T extends object>({
  editor,
  onSaveOver,
}: {
  editor: Editor<T>;
  onSaveOver: () => void;
}): JSX.Element {
  const isThere = editor.conflict.value?.theirs !== undefined;
  return (
    <div class="conflict-bar" role="alert">
      <Icon name="alert" size={16} />
      <p>
        <strong>
          {isThere ? 'Somebody else saved this meanwhile.' : 'Somebody else removed this meanwhile.'}
        </strong>{' '}
        {isThere
          ? 'What you typed still stands here and is not saved. Look at theirs, which takes the place of yours, or save yours over it. The change log says who it was.'
          : 'What you typed still stands here; copy what you need of it.'}
      </p>
      {isThere && (
        <>
          <button
            type="button"
            class="button"
            onClick={() => {
              editor.takeTheirs();
            }}
          >
            Show theirs
          </button>
          <button type="button" class="button" onClick={onSaveOver}>
            Save mine over it
          </button>
        </>
      )}
    </div>
  );
}
