import type { ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';
import './row-sharing.css';

const WORDS = {
  asked: 'Asked to share their page',
  shared: 'Their page is shared',
  controlled: 'Their page is shared, with control',
} as const;

/** That a visitor's page is shared, or is to be: the way back to it is to open the conversation. */
export function RowSharing({ sharing }: { sharing: NonNullable<ConversationRow['sharing']> }): JSX.Element {
  return (
    <span class="row-sharing" data-sharing={sharing}>
      <Icon name={sharing === 'controlled' ? 'hand' : 'eye'} size={16} />
      {WORDS[sharing]}
    </span>
  );
}
