import type { AgentSession } from '../../events/session.ts';
import type { SignedIn } from '../../identity/agent-identity.ts';

/** Who asks, as the rules of access know them; a request has no device. */
export function sessionOf({ agent, session }: SignedIn): AgentSession {
  const { id, name, site, role } = agent;
  return { kind: 'agent', id: session, site, agent: { id, name }, role, device: '' };
}
