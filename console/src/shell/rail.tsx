import type { JSX } from 'preact';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Avatar } from '../ui/person.tsx';
import { COMMAND_KEY } from './keyboard.ts';
import { Mark } from './mark.tsx';
import { hashOf } from './router.ts';
import type { Overlay } from './surface.ts';
import { useConsole } from './use-console.ts';
import './rail.css';

/** Navigation between the parts of the console that exist, and what concerns the agent. */
export function Rail(): JSX.Element {
  const { workspace, surface } = useConsole();
  const unread = workspace.conversations.value.reduce((sum, row) => sum + row.unread, 0);
  const { agent } = workspace.identity;
  const { place: here } = workspace.router.route.value;
  return (
    <div class="rail">
      <span class="rail-mark">
        <Mark size={28} />
      </span>
      <nav aria-label="Console">
        <a
          class="rail-link"
          href="#/inbox"
          aria-current={here === undefined ? 'page' : undefined}
          {...(unread > 0 && { 'aria-describedby': 'rail-unread' })}
        >
          <Icon name="inbox" />
          Inbox
        </a>
        {unread > 0 && (
          <span class="rail-badge" id="rail-unread">
            {Math.min(unread, 99)}
            <span class="visually-hidden"> unread</span>
          </span>
        )}
        {workspace.places.map(({ name, title, icon }) => (
          <a
            key={name}
            class="rail-link"
            href={hashOf({ place: name })}
            aria-current={here === name ? 'page' : undefined}
          >
            <Icon name={icon} />
            {title}
          </a>
        ))}
      </nav>
      <div class="rail-end">
        <RailButton icon="command" name="Command palette" keys={`${COMMAND_KEY} K`} opens="palette" />
        <RailButton icon="keyboard" name="Keyboard shortcuts" keys="?" opens="shortcuts" />
        <button
          type="button"
          class="rail-me"
          aria-label="Your menu"
          title={agent.name}
          aria-haspopup="dialog"
          onClick={() => {
            surface.overlay.value = 'menu';
          }}
        >
          <Avatar id={agent.id} name={agent.name} />
        </button>
      </div>
    </div>
  );
}

interface RailButtonProps {
  icon: IconName;
  name: string;
  keys: string;
  opens: Overlay;
}

/** Not on a small screen: there is no keyboard, and no room. */
function RailButton({ icon, name, keys, opens }: RailButtonProps): JSX.Element {
  const { surface } = useConsole();
  return (
    <button
      type="button"
      class="button button-quiet button-icon rail-desktop"
      aria-label={name}
      title={`${name} (${keys})`}
      onClick={() => {
        surface.overlay.value = opens;
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
