import {
  NAME_MAX_LENGTH,
  agentId,
  boolean,
  list,
  object,
  optional,
  role,
  siteKey,
  string,
} from '@alongside/sdk/protocol';
import type { AgentIdentity, SignedIn } from '../../identity/agent-identity.ts';
import type { AgentAccount, AgentsStore } from '../../identity/agents-store.ts';
import { mayAccess } from '../../identity/access.ts';
import { siteSettings } from '../../identity/site-settings.ts';
import type { SitesStore } from '../../identity/sites-store.ts';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';
import { sessionOf } from './session-of.ts';

export interface SiteRouteOptions {
  readonly sites: Pick<SitesStore, 'find'>;
  readonly accounts: AgentsStore;
  readonly agents: AgentIdentity;
  /** Where the console is, for a link to it. */
  readonly signInUrl: (code: string) => string;
  /** Told when an agent came, changed or may no longer sign in. */
  readonly onAgentsChanged: (site: string) => Promise<void>;
}

const ORIGINS_MAX = 100;
const AGENTS_MAX = 2_000;
const ADDRESS_MAX_LENGTH = 2_000;

const site = object({
  key: siteKey,
  name: string(NAME_MAX_LENGTH),
  origins: list(string(ADDRESS_MAX_LENGTH), ORIGINS_MAX),
  settings: siteSettings,
});
const agent = object({ id: agentId, name: string(NAME_MAX_LENGTH), role, active: boolean });
const link = object({ url: string(ADDRESS_MAX_LENGTH) });

/** The site, and who works for it. An admin sees and changes their own site only. */
export function siteRoutes(options: SiteRouteOptions): Route[] {
  return [...readingRoutes(options), ...changingRoutes(options)];
}

function readingRoutes({ sites, accounts }: SiteRouteOptions): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sites',
      summary: 'The sites that the signed-in admin looks after.',
      access: 'admin',
      answer: object({ sites: list(site, 1) }),
      async handle({ who }) {
        const own = await sites.find(who.agent.site);
        return { sites: own ? [own] : [] };
      },
    }),
    route({
      method: 'get',
      path: '/v1/agents',
      summary: 'Everybody who may sign in, or once might.',
      access: 'admin',
      answer: object({ agents: list(agent, AGENTS_MAX) }),
      handle: async ({ who }) => ({ agents: (await accounts.list(who.agent.site)).slice(0, AGENTS_MAX) }),
    }),
  ];
}

function changingRoutes({ accounts, agents, signInUrl, onAgentsChanged }: SiteRouteOptions): Route[] {
  const newLink = async (id: string) => ({ url: signInUrl(await agents.newLink(id)) });
  return [
    route({
      method: 'post',
      path: '/v1/agents',
      summary: 'Add somebody.',
      access: 'admin',
      body: object({ name: string(NAME_MAX_LENGTH, /\S/, 1), role }),
      answer: agent,
      async handle({ who, body }) {
        const added = await accounts.add({ site: who.agent.site, name: body.name.trim(), role: body.role });
        await onAgentsChanged(who.agent.site);
        return added;
      },
    }),
    route({
      method: 'patch',
      path: '/v1/agents/{agent}',
      summary: 'Change a role, or whether somebody may sign in; their sessions end at once.',
      access: 'admin',
      parameters: object({ agent: agentId }),
      body: object({ role: optional(role), active: optional(boolean) }),
      answer: agent,
      async handle({ who, parameters, body }) {
        const found = await ofOwnSite(accounts, who, parameters.agent);
        if (found.id === who.agent.id) throw new HttpError('invalid', 'another admin must do this');
        await accounts.change(found.id, body);
        await agents.signOutEverywhere(found.id, 'changed');
        await onAgentsChanged(found.site);
        return { ...found, ...body };
      },
    }),
    route({
      method: 'post',
      path: '/v1/agents/{agent}/sign-in-link',
      summary: 'A one-time link with which somebody signs in; good for an hour.',
      access: 'admin',
      parameters: object({ agent: agentId }),
      answer: link,
      handle: async ({ who, parameters }) => newLink((await ofOwnSite(accounts, who, parameters.agent)).id),
    }),
  ];
}

async function ofOwnSite(accounts: AgentsStore, who: SignedIn, id: string): Promise<AgentAccount> {
  const found = await accounts.find(id);
  if (!found || !mayAccess(sessionOf(who), { kind: 'agents', site: found.site })) {
    throw new HttpError('not-found', 'there is no such agent');
  }
  return found;
}
