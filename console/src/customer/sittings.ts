import type { LogEntry } from '@alongside/sdk/agent';

/** One sitting of a conversation, as far as its entries are here. */
export interface PastSitting {
  /** Where it begins in the log. */
  seq: number;
  openedAt: number;
  closedAt?: number;
  /** The first thing that the visitor said in it. */
  firstText?: string;
}

/** The sittings whose beginning is among the entries, newest first. */
export function sittingsOf(entries: readonly LogEntry[]): PastSitting[] {
  const sittings: PastSitting[] = [];
  for (const entry of entries) {
    if ('erased' in entry) continue;
    const { body, seq, at } = entry;
    const current = sittings[0];
    if (body.type === 'sitting.opened') {
      sittings.unshift({ seq, openedAt: at });
    } else if (current && body.type === 'sitting.closed') {
      current.closedAt = at;
    } else if (current && body.type === 'chat.message' && entry.author.kind === 'visitor') {
      current.firstText ??= body.text;
    }
  }
  return sittings;
}
