import type { StoredEvent } from '../events/log.ts';

/** Names stand on other agents' rows too. */
const CONCERNS_ALL: ReadonlySet<string> = new Set(['agent-configured', 'agent-removed']);

/**
 * Whose own rows events of the desk may change: every event names the agents that it moves work from and to. What all
 * see alike is told apart from it.
 */
export function concernedBy(events: readonly StoredEvent[]): string[] | 'all' {
  const agents = new Set<string>();
  for (const { type, body } of events) {
    if (CONCERNS_ALL.has(type)) return 'all';
    const { agent, to, from, sticky } = body as Partial<Record<'agent' | 'to' | 'from', unknown>> & {
      sticky?: { agent?: unknown };
    };
    // Who had a parked item that waits again is who it is kept for.
    for (const each of [agent, to, from, sticky?.agent]) if (typeof each === 'string') agents.add(each);
  }
  return [...agents];
}
