import { object, oneOf, shareHello, viewHello } from '@alongside/sdk/protocol';
import type { PageHello, ViewHello } from '../events/share-ports.ts';
import type { AgentSession, Session, VisitorSession } from '../events/session.ts';
import { mayAccess } from '../identity/access.ts';
import type { AgentIdentity } from '../identity/agent-identity.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { VisitorIdentity } from '../identity/visitor-identity.ts';
import type { VisitorsStore } from '../identity/visitors-store.ts';
import type { CoBrowseGreeting } from './co-browse-socket.ts';
import { HelloRefused, admitAgent, admitVisitor } from './hello.ts';
import type { SessionCookie } from './session-cookie.ts';

export interface CoBrowseIdentity {
  readonly sites: Pick<SitesStore, 'find' | 'areSeveral'>;
  readonly visitors: Pick<VisitorIdentity, 'admit' | 'isRevoked'>;
  readonly agents: Pick<AgentIdentity, 'byTicket' | 'byCookie' | 'bySession'>;
  readonly conversations: Pick<VisitorsStore, 'siteOfConversation'>;
}

export type AdmittedToShare =
  | { role: 'visitor'; session: VisitorSession; hello: PageHello }
  | { role: 'agent'; session: AgentSession; hello: ViewHello };

const opening = object({ type: oneOf('hello'), role: oneOf('visitor', 'agent') });
/** Nothing of a share is in a device's order. */
const NO_DEVICE = 'dev_00000000000000000000000000';

/** Who says the first frame of a co-browse socket: the same proofs as on the relay's (T9, T10). */
export class CoBrowseHello {
  readonly #identity: CoBrowseIdentity;
  readonly #own: { cookie: SessionCookie; publicOrigin: string | undefined };

  constructor(options: {
    identity: CoBrowseIdentity;
    cookie: SessionCookie;
    publicOrigin: string | undefined;
  }) {
    const { identity, cookie, publicOrigin } = options;
    this.#identity = identity;
    this.#own = { cookie, publicOrigin };
  }

  /** @throws HelloRefused, DecodeError */
  async read(value: unknown, greeting: CoBrowseGreeting): Promise<AdmittedToShare> {
    const { role } = opening.decode(value, '');
    return role === 'visitor'
      ? this.#visitor(shareHello.decode(value, ''), greeting)
      : this.#agent(viewHello.decode(value, ''), greeting);
  }

  /** Whether a session still is what it was when it was let in. */
  async stands(session: Session): Promise<boolean> {
    if (session.kind === 'visitor') return !this.#identity.visitors.isRevoked(session.id);
    const now = await this.#identity.agents.bySession(session.id);
    return now?.agent.role === session.role;
  }

  async #visitor(hello: PageHello, greeting: CoBrowseGreeting): Promise<AdmittedToShare> {
    const { site, access } = hello;
    const proof = { site, access, device: NO_DEVICE };
    const { session } = await admitVisitor(this.#identity, proof, greeting, neverNew);
    if (this.#identity.visitors.isRevoked(session.id)) throw unauthenticated();
    return { role: 'visitor', session, hello };
  }

  async #agent(hello: ViewHello, greeting: CoBrowseGreeting): Promise<AdmittedToShare> {
    const { ticket, conversation } = hello;
    const asked = {
      type: 'hello' as const,
      protocol: { min: 1, max: 1 },
      role: 'agent' as const,
      device: NO_DEVICE,
      ticket,
    };
    const { session } = await admitAgent(this.#identity, asked, greeting, this.#own);
    const site = await this.#identity.conversations.siteOfConversation(conversation);
    const may = site !== undefined && mayAccess(session, { kind: 'conversation', id: conversation, site });
    if (!may) throw new HelloRefused(4010, 'not-found', 'there is no such conversation');
    return { role: 'agent', session, hello };
  }
}

function neverNew(): never {
  throw unauthenticated();
}

function unauthenticated(): HelloRefused {
  return new HelloRefused(4001, 'unauthenticated', 'the tokens are not valid any more');
}
