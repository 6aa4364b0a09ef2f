import type { ConversationEvent, LogEntry, OfferRow } from '@alongside/sdk/protocol';

const TEXT_MAX_LENGTH = 400;
const CONTACT_TEXT_MAX_LENGTH = 200;
const CONTACTS_MAX = 3;

/** What the visitor wrote in the sitting that `entries` (oldest first) end with, as far as an offer shows it. */
export function saidInSitting(entries: readonly LogEntry[]): string | undefined {
  const sitting = sittingsOf(entries).at(-1) ?? [];
  const said = sitting.flatMap((event) => textOf(event) ?? []).join('\n');
  return said === '' ? undefined : said.slice(0, TEXT_MAX_LENGTH);
}

/** The sittings before the last one, newest first: when, with whom, and what the visitor wrote first. */
export function lastContactsOf(entries: readonly LogEntry[]): OfferRow['lastContacts'] {
  return sittingsOf(entries)
    .slice(0, -1)
    .slice(-CONTACTS_MAX)
    .reverse()
    .flatMap((sitting) => {
      const first = sitting[0];
      if (!first) return [];
      const agent = sitting.flatMap(({ body }) => (body.type === 'agent.joined' ? body.agent.name : []))[0];
      const text = sitting.flatMap((event) => textOf(event) ?? [])[0];
      return {
        at: first.at,
        ...(agent !== undefined && { agent }),
        ...(text !== undefined && { text: text.slice(0, CONTACT_TEXT_MAX_LENGTH) }),
      };
    });
}

/** Entries split where sittings open; what comes before the first opening is left out. */
function sittingsOf(entries: readonly LogEntry[]): ConversationEvent[][] {
  const sittings: ConversationEvent[][] = [];
  for (const entry of entries) {
    if ('erased' in entry) continue;
    if (entry.body.type === 'sitting.opened') sittings.push([]);
    sittings.at(-1)?.push(entry);
  }
  return sittings;
}

function textOf({ author, body }: ConversationEvent): string | undefined {
  return author.kind === 'visitor' && body.type === 'chat.message' ? body.text : undefined;
}
