import type { ConversationRow, ConversationState } from '@alongside/sdk/protocol';

/** What a row says of the visitor's page; nothing where it is neither shared nor asked for. */
export function sharingOf({ share }: ConversationState): Pick<ConversationRow, 'sharing'> {
  if (!share) return {};
  if (share.state === 'asked') return { sharing: 'asked' };
  return { sharing: share.control?.state === 'allowed' ? 'controlled' : 'shared' };
}
