import {
  type CloseCode,
  type ErrorCode,
  type Infer,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  agentHello,
  integer,
  object,
  oneOf,
  visitorHello,
} from '@alongside/sdk/protocol';
import type { AgentSession, VisitorSession } from '../events/session.ts';
import type { SignedIn } from '../identity/agent-identity.ts';
import { mayUseSite } from '../identity/origins.ts';
import type { Site } from '../identity/sites-store.ts';
import type { VisitorTokens } from '../identity/visitor-identity.ts';
import type { Greeting } from './connection.ts';
import type { RelayIdentity } from './relay-options.ts';
import { isOwnOrigin } from './same-origin.ts';
import type { SessionCookie } from './session-cookie.ts';

/** A hello that is not accepted: the close code, and the sentence of the error before it. */
export class HelloRefused extends Error {
  readonly close: CloseCode;
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;
  constructor(close: CloseCode, code: ErrorCode, message: string, retryAfter?: number) {
    super(message);
    this.close = close;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export type VisitorHello = Infer<typeof visitorHello>;
export type AgentHello = Infer<typeof agentHello>;

/** Decoded apart from the rest, so that a version that adds to the hello is still told which ones there are. */
const opening = object({
  type: oneOf('hello'),
  protocol: object({ min: integer(1, 999), max: integer(1, 999) }),
  role: oneOf('visitor', 'agent'),
});

export type AcceptedHello = { protocol: number } & (
  { role: 'visitor'; hello: VisitorHello } | { role: 'agent'; hello: AgentHello }
);

/** Decodes a first frame and chooses the version. @throws DecodeError, HelloRefused */
export function readHello(frame: unknown): AcceptedHello {
  if ((frame as { type?: unknown } | null)?.type !== 'hello') {
    throw new HelloRefused(4000, 'malformed', 'the first frame is not a hello');
  }
  const { protocol: range, role } = opening.decode(frame, '');
  const protocol = Math.min(range.max, PROTOCOL_VERSION);
  if (protocol < range.min || protocol < PROTOCOL_VERSION_MIN) {
    const known = `${PROTOCOL_VERSION_MIN} to ${PROTOCOL_VERSION}`;
    throw new HelloRefused(4002, 'malformed', `this server speaks the versions ${known}`);
  }
  return role === 'visitor'
    ? { protocol, role, hello: visitorHello.decode(frame, '') }
    : { protocol, role, hello: agentHello.decode(frame, '') };
}

/** Who says a visitor's hello. @throws HelloRefused */
export async function admitVisitor(
  identity: RelayIdentity,
  hello: Pick<VisitorHello, 'site' | 'device' | 'access' | 'refresh'>,
  greeting: Greeting,
  mayBeNew: () => void,
): Promise<{ session: VisitorSession; tokens: VisitorTokens | undefined }> {
  const site = await identity.sites.find(hello.site);
  const { origin, cookies } = greeting;
  if (!site || !mayUseSite(site, origin) || (origin === undefined && cookies !== undefined)) {
    throw new HelloRefused(4003, 'forbidden', 'the site does not list this origin');
  }
  const { access, refresh, device } = hello;
  if (access === undefined && refresh === undefined) mayBeNew();
  const admitted = await identity.visitors.admit({ site: site.key, origin, access, refresh });
  if (!admitted) throw new HelloRefused(4001, 'unauthenticated', 'the tokens are not valid any more');
  const { visitor, session: id, tokens } = admitted;
  return {
    session: {
      kind: 'visitor',
      id,
      site: site.key,
      visitor: visitor.id,
      conversation: visitor.conversation,
      name: visitor.name,
      device,
    },
    tokens,
  };
}

/**
 * Who says an agent's hello: the ticket decides. A browser must also come from our own origin and bring the cookie
 * of the ticket's session; what is no browser sends neither (T9). @throws HelloRefused
 */
export async function admitAgent(
  identity: RelayIdentity,
  hello: AgentHello,
  greeting: Greeting,
  own: { cookie: SessionCookie; publicOrigin: string | undefined },
): Promise<{ session: AgentSession; site: Site }> {
  const { origin, host, cookies } = greeting;
  const isForeign =
    origin === undefined
      ? cookies !== undefined
      : !isOwnOrigin(origin, { host, publicOrigin: own.publicOrigin });
  if (isForeign) throw new HelloRefused(4003, 'forbidden', 'agents sign in from the console only');
  const signedIn = await identity.agents.byTicket(hello.ticket);
  if (!signedIn || !(await hasItsCookie(identity, signedIn, greeting, own.cookie))) {
    throw new HelloRefused(4001, 'unauthenticated', 'the ticket is not valid');
  }
  const { agent, session: id } = signedIn;
  const site = await identity.sites.find(agent.site);
  if (!site) throw new HelloRefused(4001, 'unauthenticated', 'the ticket is not valid');
  return {
    session: {
      kind: 'agent',
      id,
      site: site.key,
      agent: { id: agent.id, name: agent.name },
      role: agent.role,
      device: hello.device,
    },
    site,
  };
}

async function hasItsCookie(
  identity: RelayIdentity,
  signedIn: SignedIn,
  greeting: Greeting,
  cookie: SessionCookie,
): Promise<boolean> {
  if (greeting.origin === undefined) return true;
  const value = cookie.read(greeting.cookies);
  const owner = value === undefined ? undefined : await identity.agents.byCookie(value);
  return owner?.session === signedIn.session;
}
