import type { ChosenPresence } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';
import { CHOICES, presenceHint, shownPresence } from './presence-words.ts';
import { useWorkspace } from './use-console.ts';
import './status-picker.css';

/** The agent's status, as the server knows it. */
export function StatusPicker(): JSX.Element {
  const workspace = useWorkspace();
  const presence = workspace.me.value?.presence;
  const shown = presence && shownPresence(presence);
  /** Chosen, not answered yet. Afterwards the list shows what the server says, which may differ. */
  const [chosen, setChosen] = useState<ChosenPresence>();
  const choose = async (select: HTMLSelectElement): Promise<void> => {
    const next = select.value as ChosenPresence;
    setChosen(next);
    await workspace.setPresence(next);
    setChosen(undefined);
    // A refusal that comes at once changes no state, so nothing would be drawn.
    select.value = shownPresence(workspace.me.peek()?.presence ?? 'offline').value;
  };
  return (
    <span class="status-picker" data-presence={presence}>
      <span class="status-dot" aria-hidden="true" />
      <select
        aria-label="Status"
        aria-describedby="status-hint"
        disabled={presence === undefined}
        value={chosen ?? shown?.value ?? ''}
        onChange={(event) => void choose(event.currentTarget)}
      >
        {shown === undefined && <option value="">…</option>}
        {shown?.extra !== undefined && (
          <option value={shown.value} disabled>
            {shown.extra}
          </option>
        )}
        {CHOICES.map((choice) => (
          <option key={choice.presence} value={choice.presence}>
            {choice.name}
          </option>
        ))}
      </select>
    </span>
  );
}

/** What follows from the status, where the agent should know. Offline is said loudest: nothing comes then. */
export function StatusHint(): JSX.Element {
  const workspace = useWorkspace();
  const presence = workspace.me.value?.presence;
  const hint = presence && presenceHint(presence);
  const isLoud = presence === 'offline' || presence === 'not-responding';
  return (
    <div class="status-hint" id="status-hint" role="status" data-loud={isLoud}>
      {hint !== undefined && (
        <>
          <p>
            {isLoud && <Icon name="alert" size={16} />}
            <span>{hint}</span>
          </p>
          {presence !== 'busy' && (
            <button
              type="button"
              class={isLoud ? 'button button-primary' : 'button'}
              onClick={() => void workspace.setPresence('available')}
            >
              Set to Available
            </button>
          )}
        </>
      )}
    </div>
  );
}
