import type { JSX } from 'preact';
import type { Completer } from './completer.ts';
import './completion-list.css';

export const COMPLETION_LIST_ID = 'composer-completions';

/** The id of an option, by which the field says which one is chosen. */
export function completionId(index: number): string {
  return `${COMPLETION_LIST_ID}-${index}`;
}

/** What fits at the caret; the focus stays in the field. */
export function CompletionList({
  completer,
  onPick,
}: {
  completer: Completer;
  onPick: (index: number) => void;
}): JSX.Element | null {
  const options = completer.options.value;
  if (options.length === 0) return null;
  return (
    <div class="completions" id={COMPLETION_LIST_ID} role="listbox" aria-label="Suggestions">
      {options.map((option, index) => (
        <div
          key={option.id}
          id={completionId(index)}
          class="completion"
          role="option"
          aria-selected={index === completer.chosen}
          // Before the field loses the focus: on a phone the keyboard would go.
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(index);
          }}
        >
          <strong>
            <bdi>{option.name}</bdi>
          </strong>
          <span class="muted" dir="auto">
            {option.detail}
          </span>
        </div>
      ))}
    </div>
  );
}
