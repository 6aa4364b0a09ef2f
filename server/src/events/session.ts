import type { AgentCard, Role } from '@alongside/sdk/protocol';

/** Who is on the other side of a connection or request, as the server has verified it. */
export type Session = VisitorSession | AgentSession;

export interface VisitorSession {
  kind: 'visitor';
  id: string;
  /** Key of the site. */
  site: string;
  visitor: string;
  /** The one conversation of this identity on this site. */
  conversation: string;
  /** The visitor's display name, as far as one is known. */
  name: string;
  device: string;
}

export interface AgentSession {
  kind: 'agent';
  id: string;
  site: string;
  agent: AgentCard;
  role: Role;
  device: string;
}
