import { ROUTING_LIMITS, STICKY_WINDOW_MS } from './routing-limits.ts';
import type { AgentUntil } from './routing-model.ts';

/**
 * RT14: the preference that an item enters with, for the agent of the last contact; none when that was more
 * than 72 hours ago.
 */
export function stickyTo(
  agent: string,
  lastContactAt: number,
  now: number,
  stickyMs: number = ROUTING_LIMITS.stickyMs,
): AgentUntil | undefined {
  return now - lastContactAt <= STICKY_WINDOW_MS ? { agent, until: now + stickyMs } : undefined;
}
