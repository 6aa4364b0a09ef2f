import type { MeRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';
import { CHOICES, choiceOf, choiceValue, presenceHint, shownPresence, statusName } from './presence-words.ts';
import { useWorkspace } from './use-console.ts';
import './status-picker.css';

/** The agent's status, as the server knows it. */
export function StatusPicker(): JSX.Element {
  const workspace = useWorkspace();
  const me = workspace.me.value;
  const presence = me?.presence;
  const shown = presence && shownOf(me);
  /** Chosen, not answered yet. Afterwards the list shows what the server says, which may differ. */
  const [chosen, setChosen] = useState<string>();
  const choose = async (select: HTMLSelectElement): Promise<void> => {
    setChosen(select.value);
    const { presence, reason, next } = choiceOf(select.value);
    await workspace.setPresence(presence, reason, next);
    setChosen(undefined);
    // A refusal that comes at once changes no state, so nothing would be drawn.
    select.value = shownOf(workspace.me.peek()).value;
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
        {CHOICES.map(({ presence, name, reason }) => (
          <option key={name} value={choiceValue(presence, reason)}>
            {name}
          </option>
        ))}
        {workspace.hasWork && <AfterChats />}
      </select>
    </span>
  );
}

function shownOf(me: MeRow | undefined): ReturnType<typeof shownPresence> {
  return shownPresence(me?.presence ?? 'offline', me?.reason);
}

/** Nothing new, and the status once the chats at hand are done. */
function AfterChats(): JSX.Element {
  return (
    <optgroup label="After my chats">
      {CHOICES.filter(({ presence }) => presence !== 'available').map(({ presence, name, reason }) => (
        <option key={name} value={choiceValue(presence, reason, true)}>
          {name}, after my chats
        </option>
      ))}
    </optgroup>
  );
}

/** What follows from the status, where the agent should know. Offline is said loudest: nothing comes then. */
export function StatusHint(): JSX.Element {
  const workspace = useWorkspace();
  const presence = workspace.me.value?.presence;
  const next = workspace.me.value?.next;
  const hint =
    next === undefined
      ? presence && presenceHint(presence)
      : `No new chats come. When those you have are done, your status is ${statusName(next.presence, next.reason)}.`;
  const isLoud = presence === 'offline' || presence === 'not-responding';
  return (
    <div class="status-hint" id="status-hint" role="status" data-loud={isLoud}>
      {hint !== undefined && (
        <>
          <p>
            {isLoud && <Icon name="alert" size={16} />}
            <span>{hint}</span>
          </p>
          {(presence !== 'busy' || next) && (
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
