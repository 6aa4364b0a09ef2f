import type { JSX } from 'preact';
import { Modal, ModalHead } from '../ui/modal.tsx';
import { COMMAND_KEY } from './keyboard.ts';
import { useConsole } from './use-console.ts';
import './shortcut-sheet.css';

const SHORTCUTS: readonly { keys: readonly string[]; does: string; letter?: true }[] = [
  { keys: [COMMAND_KEY, 'K'], does: 'Command palette: every action by its name' },
  { keys: ['J'], does: 'Next conversation', letter: true },
  { keys: ['K'], does: 'Previous conversation', letter: true },
  { keys: ['R'], does: 'Write a reply', letter: true },
  { keys: ['N'], does: 'Write a note', letter: true },
  { keys: ['/'], does: 'Insert a canned reply; in a reply too', letter: true },
  { keys: ['T'], does: 'Transfer the conversation', letter: true },
  { keys: ['E'], does: 'Finish the conversation', letter: true },
  { keys: ['S'], does: 'Search messages', letter: true },
  { keys: ['?'], does: 'This sheet', letter: true },
  { keys: ['Enter'], does: 'In a reply: send. In an offer: accept' },
  { keys: ['Shift', 'Enter'], does: 'In a reply: new line' },
  { keys: ['Esc'], does: 'In an offer: decline. In a reply: leave the field' },
];

/** All keys, and the switch for single letters. */
export function ShortcutSheet({ onClose }: { onClose: () => void }): JSX.Element {
  const { letters } = useConsole().workspace.preferences;
  return (
    <Modal label="Keyboard shortcuts" class="shortcuts" onClose={onClose}>
      <ModalHead onClose={onClose}>Keyboard shortcuts</ModalHead>
      <dl class="shortcuts-list" data-letters={letters.value}>
        {SHORTCUTS.map(({ keys, does, letter }) => (
          <div key={does} class={letter ? 'shortcut shortcut-letter' : 'shortcut'}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} class="key">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label class="shortcuts-foot">
        <span>Single letters work as shortcuts, except in text fields</span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          checked={letters.value}
          onChange={(event) => {
            letters.value = event.currentTarget.checked;
          }}
        />
      </label>
    </Modal>
  );
}
