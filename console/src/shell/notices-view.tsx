import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';
import { useWorkspace } from './use-console.ts';
import './notices-view.css';

/** Sentences that come and go. */
export function NoticesView(): JSX.Element {
  const { notices } = useWorkspace();
  return (
    <div class="notices" role="status">
      {notices.shown.value.map((notice) => (
        <p key={notice.id} class="notice" data-tone={notice.tone}>
          <span>{notice.text}</span>
          <button
            type="button"
            class="button button-quiet button-icon"
            aria-label="Dismiss"
            onClick={() => {
              notices.dismiss(notice.id);
            }}
          >
            <Icon name="close" size={16} />
          </button>
        </p>
      ))}
    </div>
  );
}
