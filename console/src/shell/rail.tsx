import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';
import { Avatar } from '../ui/person.tsx';
import { Mark } from './mark.tsx';
import { useConsole } from './use-console.ts';
import './rail.css';

/** Navigation between the parts of the console that exist, and what concerns the agent. */
export function Rail(): JSX.Element {
  const { workspace, surface } = useConsole();
  const unread = workspace.conversations.value.reduce((sum, row) => sum + row.unread, 0);
  const { agent } = workspace.identity;
  return (
    <div class="rail">
      <span class="rail-mark">
        <Mark size={28} />
      </span>
      <nav aria-label="Console">
        <a class="rail-link" href="#/inbox" aria-current="page" aria-describedby="rail-unread">
          <Icon name="inbox" />
          Inbox
        </a>
        {unread > 0 && (
          <span class="rail-badge" id="rail-unread">
            {Math.min(unread, 99)}
            <span class="visually-hidden"> unread</span>
          </span>
        )}
      </nav>
      <div class="rail-end">
        <button
          type="button"
          class="button button-quiet button-icon rail-desktop"
          aria-label="Command palette"
          title="Command palette (Ctrl K)"
          onClick={() => {
            surface.overlay.value = 'palette';
          }}
        >
          <Icon name="command" />
        </button>
        <button
          type="button"
          class="button button-quiet button-icon rail-desktop"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={() => {
            surface.overlay.value = 'shortcuts';
          }}
        >
          <Icon name="keyboard" />
        </button>
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
