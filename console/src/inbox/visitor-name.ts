import type { ConversationRow, ConversationView } from '@alongside/sdk/agent';

/** What the visitor is called: by the desk where the conversation is in the inbox, else by their own messages. */
export function visitorNameOf(row: ConversationRow | undefined, view: ConversationView): string {
  if (row) return row.visitorName;
  for (const entry of view.entries) {
    if (!('erased' in entry) && entry.author.kind === 'visitor' && entry.author.name)
      return entry.author.name;
  }
  return 'Visitor';
}
