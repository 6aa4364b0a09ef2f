import type { ConversationView } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';

/** Says that what is shown may not be all, as long as it is so. */
export function GapNotice({ view }: { view: ConversationView }): JSX.Element {
  return (
    <div class="gap-notice" role="status">
      {view.catchingUp && (
        <p>
          <Icon name="history" size={16} />
          Fetching what you missed…
        </p>
      )}
      {view.restored && (
        <p>
          <Icon name="alert" size={16} />
          The server was restored from a backup. This is what it has; newer messages that stood here are gone.
        </p>
      )}
    </div>
  );
}
