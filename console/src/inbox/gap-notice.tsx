import type { ConversationView } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';

/** Says that what is shown may not be all, as long as it is so. */
export function GapNotice({
  view,
  isHindered,
}: {
  view: ConversationView;
  /** The server shows nothing new of it at present. */
  isHindered: boolean;
}): JSX.Element {
  return (
    <div class="gap-notice" role="status">
      {isHindered && (
        <p>
          <Icon name="alert" size={16} />
          The server is in trouble: newer messages are not shown here yet. It is asked again by itself.
        </p>
      )}
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
