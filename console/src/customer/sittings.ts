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

/** When an agent last wrote to the visitor, and how much the visitor wrote since, as far as the entries are here. */
export function lastSpoken(
  entries: readonly LogEntry[],
  agent: string,
): { at: number; since: number } | undefined {
  let last: { at: number; since: number } | undefined;
  for (const entry of entries) {
    if ('erased' in entry || entry.body.type !== 'chat.message') continue;
    if (entry.author.id === agent) last = { at: entry.at, since: 0 };
    else if (last && entry.author.kind === 'visitor') last.since += 1;
  }
  return last;
}
