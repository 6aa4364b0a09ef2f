import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';
import { Modal } from '../ui/modal.tsx';
import { Avatar, Name } from '../ui/person.tsx';
import type { Theme } from './preferences.ts';
import { useConsole } from './use-console.ts';
import { usePermission } from './use-permission.ts';
import './menu.css';

const THEMES: readonly [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

/** Who you are, what this browser does for you, and the way out. */
export function Menu({ onClose }: { onClose: () => void }): JSX.Element {
  const { workspace, surface, signOut } = useConsole();
  const { identity, preferences } = workspace;
  return (
    <Modal label="Your menu" class="menu" onClose={onClose}>
      <div class="menu-head">
        <Avatar id={identity.agent.id} name={identity.agent.name} />
        <p>
          <strong>
            <Name of={identity.agent.name} />
          </strong>
          <span class="muted">
            {ROLES[identity.role]} at <Name of={identity.site.name} />
          </span>
        </p>
        <button type="button" class="button button-quiet button-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="menu-body">
        <Switch name="Sounds" value={preferences.sound} />
        <Notifications />
        <Switch name="Single-letter shortcuts" value={preferences.letters} />
        <label class="menu-line">
          <span>Theme</span>
          <select
            value={preferences.theme.value}
            onChange={(event) => {
              preferences.theme.value = event.currentTarget.value as Theme;
            }}
          >
            {THEMES.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="menu-foot">
        <button
          type="button"
          class="button button-quiet"
          onClick={() => {
            surface.overlay.value = 'shortcuts';
          }}
        >
          <Icon name="keyboard" size={16} />
          Keyboard shortcuts
        </button>
        <button type="button" class="button" onClick={signOut}>
          <Icon name="leave" size={16} />
          Sign out
        </button>
      </div>
    </Modal>
  );
}

const ROLES = { agent: 'Agent', supervisor: 'Supervisor', admin: 'Administrator' } as const;

function Switch({ name, value }: { name: string; value: { value: boolean } }): JSX.Element {
  return (
    <label class="menu-line">
      <span>{name}</span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        checked={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.checked;
        }}
      />
    </label>
  );
}

/** The browser asks only after a press on a button, and a refusal can be taken back only in its settings. */
function Notifications(): JSX.Element {
  const { workspace } = useConsole();
  const [permission, ask] = usePermission();
  const { notifications, quotes } = workspace.preferences;
  if (permission === 'granted') {
    return (
      <>
        <Switch name="Desktop notifications" value={notifications} />
        {notifications.value && <Switch name="Quote messages in notifications" value={quotes} />}
      </>
    );
  }
  return (
    <div class="menu-line">
      <span>Desktop notifications</span>
      {permission === 'default' ? (
        <button type="button" class="button" onClick={ask}>
          Turn on
        </button>
      ) : (
        <span class="muted">
          {permission === 'denied' ? 'Blocked in the browser’s settings' : 'Not in this browser'}
        </span>
      )}
    </div>
  );
}
