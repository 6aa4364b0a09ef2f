import { type Signal, useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';
import { Modal } from '../ui/modal.tsx';
import { type Action, actionsOf } from './actions.ts';
import { matchingActions } from './matching-actions.ts';
import { focusSearch } from './surface.ts';
import { useConsole } from './use-console.ts';
import './palette.css';

const LIST_ID = 'palette-list';

/** Every action by its name; what matches none is offered as a search of messages. */
export function Palette({ onClose }: { onClose: () => void }): JSX.Element {
  const { workspace, surface, signOut } = useConsole();
  const typed = useSignal('');
  const chosen = useSignal(0);
  const found = useComputed((): Action[] => {
    const words = typed.value.trim();
    const matches = matchingActions(actionsOf(workspace, surface, signOut), words);
    return words.length > 1 ? [...matches, searchAction(words)] : matches;
  });
  const searchAction = (words: string): Action => ({
    id: 'search-for',
    name: `Search messages for “${words}”`,
    group: 'Go to',
    icon: 'search',
    run: () => {
      surface.search.value = words;
      if (focusSearch()) return;
      workspace.show(undefined);
      requestAnimationFrame(focusSearch);
    },
  });
  const run = (action: Action | undefined): void => {
    if (!action) return;
    onClose();
    // The closing dialog gives the focus back first; an action may then move it.
    workspace.clock.after(0, () => {
      action.run();
    });
  };
  return (
    <Modal label="Command palette" class="palette" onClose={onClose}>
      <Field typed={typed} chosen={chosen} found={found.value} onRun={run} />
      <Results found={found.value} chosen={chosen.value} onRun={run} />
    </Modal>
  );
}

interface FieldProps {
  typed: Signal<string>;
  chosen: Signal<number>;
  found: readonly Action[];
  onRun: (action: Action | undefined) => void;
}

function Field({ typed, chosen, found, onRun }: FieldProps): JSX.Element {
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      chosen.value = found.length === 0 ? 0 : (chosen.value + step + found.length) % found.length;
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      onRun(found[chosen.value]);
    }
  };
  return (
    <div class="palette-field">
      <Icon name="search" />
      <input
        type="text"
        role="combobox"
        aria-label="Type an action"
        aria-expanded="true"
        aria-controls={LIST_ID}
        aria-activedescendant={found.length > 0 ? optionId(chosen.value) : undefined}
        placeholder="Type an action, a name or words of a message"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <kbd class="key">Esc</kbd>
    </div>
  );
}

function Results({
  found,
  chosen,
  onRun,
}: {
  found: readonly Action[];
  chosen: number;
  onRun: (action: Action) => void;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, found]);
  return (
    <div class="palette-list" id={LIST_ID} role="listbox" aria-label="Actions" ref={list}>
      {found.map((action, index) => (
        <div
          key={action.id}
          id={optionId(index)}
          class="palette-option"
          role="option"
          aria-selected={index === chosen}
          onClick={() => {
            onRun(action);
          }}
        >
          <Icon name={action.icon} size={16} />
          <span class="palette-name">{action.name}</span>
          {action.key !== undefined ? (
            <kbd class="key">{action.key}</kbd>
          ) : (
            <span class="muted">{action.group}</span>
          )}
        </div>
      ))}
      {found.length === 0 && <p class="palette-none muted">No action has this name.</p>}
    </div>
  );
}

function optionId(index: number): string {
  return `palette-option-${index}`;
}
