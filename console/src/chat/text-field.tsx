import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Completer } from './completer.ts';
import { COMPLETION_LIST_ID, CompletionList, completionId } from './completion-list.tsx';
import type { ComposerState } from './composer-state.ts';

/** The key code of a key that an input method took for itself. */
const COMPOSING_KEY_CODE = 229;

export interface TextFieldProps {
  conversation: OpenConversation;
  state: ComposerState;
  onSend: () => void;
}

/** Where it is typed, with canned replies behind `/` and, in a note, colleagues behind `@`. */
export function TextField({ conversation, state, onSend }: TextFieldProps): JSX.Element {
  const workspace = useWorkspace();
  const field = useRef<HTMLTextAreaElement>(null);
  const caretAfter = useRef<number | undefined>(undefined);
  const completer = useMemo(
    () => new Completer(conversation, state, workspace),
    [conversation, state, workspace],
  );
  const isNote = state.isNote.value;
  const completes = completer.options.value.length > 0;
  useFocusOnRequest(conversation, field);
  useLayoutEffect(() => {
    fitHeight(field.current);
    if (caretAfter.current === undefined) return;
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = undefined;
  });
  const pick = (index: number): void => {
    caretAfter.current = completer.pick(index);
  };
  return (
    <>
      <CompletionList completer={completer} onPick={pick} />
      <textarea
        ref={field}
        class="composer-field"
        aria-label="Reply"
        aria-describedby="composer-hint"
        aria-autocomplete="list"
        {...(completes && {
          'aria-controls': COMPLETION_LIST_ID,
          'aria-activedescendant': completionId(completer.chosen),
        })}
        placeholder={isNote ? 'Write a note for your team' : 'Write a reply'}
        dir="auto"
        rows={1}
        enterkeyhint="send"
        value={state.text}
        onInput={(event) => {
          state.write(event.currentTarget.value);
          completer.caretAt(event.currentTarget.selectionEnd);
        }}
        onSelect={(event) => {
          completer.caretAt(event.currentTarget.selectionEnd);
        }}
        onBlur={() => {
          completer.caretAt(undefined);
          conversation.handle.typing(false);
        }}
        onKeyDown={(event) => {
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari tells only so of the Enter that ends composing
          if (event.isComposing || event.keyCode === COMPOSING_KEY_CODE) return;
          if (completes && completionKey(event, completer, pick)) return;
          fieldKey(event, onSend);
        }}
      />
    </>
  );
}

/** At once, not a frame later: what is typed right after the key that asked for it belongs here. */
function useFocusOnRequest(
  conversation: OpenConversation,
  field: { current: HTMLTextAreaElement | null },
): void {
  useLayoutEffect(
    () =>
      effect(() => {
        if (!conversation.wantsFocus.value || !field.current) return;
        conversation.wantsFocus.value = false;
        field.current.focus();
      }),
    [conversation],
  );
}

function fieldKey(event: KeyboardEvent, onSend: () => void): void {
  if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    onSend();
  } else if (event.key === 'Escape' && event.target instanceof HTMLElement) {
    event.target.blur();
  }
}

/** True where the key was for the list. */
function completionKey(event: KeyboardEvent, completer: Completer, pick: (index: number) => void): boolean {
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
  switch (event.key) {
    case 'ArrowDown':
      completer.move(1);
      break;
    case 'ArrowUp':
      completer.move(-1);
      break;
    case 'Enter':
    case 'Tab':
      pick(completer.chosen);
      break;
    case 'Escape':
      completer.dismiss();
      break;
    default:
      return false;
  }
  event.preventDefault();
  return true;
}

/** As high as its text; the style sheet ends it at six lines. */
function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
