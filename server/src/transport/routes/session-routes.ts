import { NAME_MAX_LENGTH, agentCard, object, role, siteKey, string } from '@alongside/sdk/protocol';
import { AGENT_SESSION_LASTS_MS, type AgentIdentity, type SignedIn } from '../../identity/agent-identity.ts';
import type { SitesStore } from '../../identity/sites-store.ts';
import type { Limits } from '../../lib/limits.ts';
import { TokenBuckets } from '../../lib/token-buckets.ts';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';
import type { SessionCookie } from '../session-cookie.ts';

export interface SessionRouteOptions {
  readonly agents: AgentIdentity;
  readonly sites: Pick<SitesStore, 'find'>;
  readonly cookie: SessionCookie;
  readonly limits: Limits;
  readonly monotonic: () => number;
}

const token = string(200, /^[\x21-\x7e]+$/, 1);
const identity = object({
  agent: agentCard,
  role,
  site: object({ key: siteKey, name: string(NAME_MAX_LENGTH) }),
});

/** Signing in and out, and the ticket that opens a socket. */
export function sessionRoutes(options: SessionRouteOptions): Route[] {
  const { agents, cookie } = options;
  const signIns = new TokenBuckets(options.limits.signInsPerAddress);
  const identityOf = async ({ agent }: SignedIn) => {
    const site = await options.sites.find(agent.site);
    if (!site) throw new HttpError('unauthenticated', 'sign in first');
    return {
      agent: { id: agent.id, name: agent.name },
      role: agent.role,
      site: { key: site.key, name: site.name },
    };
  };
  return [
    route({
      method: 'post',
      path: '/v1/sign-in',
      summary: 'Use a one-time sign-in link up; the answer sets the session’s cookie.',
      access: 'public',
      body: object({ code: token }),
      answer: identity,
      async handle({ body, address, setHeader }) {
        const now = options.monotonic();
        signIns.sweep(now);
        const retryAfterMs = signIns.take(address, now);
        if (retryAfterMs > 0) throw new HttpError('rate-limited', 'too many in a short time', retryAfterMs);
        const signedIn = await agents.signIn(body.code);
        if (!signedIn) throw new HttpError('unauthenticated', 'the link is used or too old');
        setHeader('Set-Cookie', cookie.set(signedIn.cookie, AGENT_SESSION_LASTS_MS));
        return identityOf(signedIn);
      },
    }),
    route({
      method: 'post',
      path: '/v1/sign-out',
      summary: 'End this session; its sockets close at once.',
      access: 'agent',
      async handle({ who, setHeader }) {
        await agents.signOut(who.session);
        setHeader('Set-Cookie', cookie.clear());
      },
    }),
    route({
      method: 'get',
      path: '/v1/me',
      summary: 'Who is signed in.',
      access: 'agent',
      answer: identity,
      handle: ({ who }) => identityOf(who),
    }),
    route({
      method: 'post',
      path: '/v1/agent/ticket',
      summary: 'A ticket for one socket: good once, for 30 seconds.',
      access: 'agent',
      answer: object({ ticket: token }),
      handle: async ({ who }) => ({ ticket: await agents.newTicket(who.session) }),
    }),
  ];
}
