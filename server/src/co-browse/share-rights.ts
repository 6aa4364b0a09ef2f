import type { AgentSession } from '../events/session.ts';
import { conversationStream } from '../events/conversation-stream.ts';
import type { Log } from '../events/log.ts';
import type { NotLetIn } from '../events/share-ports.ts';

export const OVER: NotLetIn = { reason: 'ended', close: 4010 };
export const FULL: NotLetIn = { reason: 'full', close: 1013 };
export const UNAVAILABLE: NotLetIn = { reason: 'unavailable', close: 1013 };
/** The page is at another process, and frames do not get here: connecting anew may find it. */
export const ELSEWHERE: NotLetIn = { close: 4012 };
export const FORBIDDEN: NotLetIn = { reason: 'forbidden', close: 4010 };

/** Agents who have the conversation watch and act; supervisors of the site watch (CO16). */
export async function rightsOf(
  log: Log,
  { conversation, site }: { conversation: string; site: string },
  { agent, role }: AgentSession,
): Promise<{ mayWatch: boolean; mayAct: boolean; isSupervisor: boolean }> {
  const stream = await log.look(conversationStream(conversation, site));
  const mayAct = stream?.state.agents.header.agents.some(({ id }) => id === agent.id) ?? false;
  const isSupervisor = role !== 'agent';
  return { mayWatch: mayAct || isSupervisor, mayAct, isSupervisor };
}
