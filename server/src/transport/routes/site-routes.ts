import {
  NAME_MAX_LENGTH,
  agentId,
  boolean,
  integer,
  list,
  object,
  optional,
  role,
  siteKey,
  string,
} from '@alongside/sdk/protocol';
import { changedSetting, savedSetting, website, widgetSettings } from '@alongside/sdk/shared';
import type { SignedIn } from '../../identity/agent-identity.ts';
import type { AgentAccount } from '../../identity/agents-store.ts';
import type { SitesStore } from '../../identity/sites-store.ts';
import type { People } from '../../settings/people.ts';
import type { Websites } from '../../settings/websites.ts';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';
import { actorOf, fieldsIn } from './settings-answers.ts';

export interface SiteRouteOptions {
  readonly sites: Pick<SitesStore, 'find'>;
  readonly people: People;
  readonly websites: Websites;
  /** Where the console is, for a link to it. */
  readonly signInUrl: (code: string) => string;
}

const ORIGINS_MAX = 100;
const AGENTS_MAX = 2_000;
const ADDRESS_MAX_LENGTH = 2_000;

const site = object({
  key: siteKey,
  name: string(NAME_MAX_LENGTH),
  origins: list(string(ADDRESS_MAX_LENGTH), ORIGINS_MAX),
  settings: widgetSettings,
  version: integer(0),
});
const name = string(NAME_MAX_LENGTH, /\S/, 1);
const agent = object({ id: agentId, name: string(NAME_MAX_LENGTH), role, active: boolean });
const link = object({ url: string(ADDRESS_MAX_LENGTH) });

/** The site, and who works for it. An admin sees and changes their own site only. */
export function siteRoutes(options: SiteRouteOptions): Route[] {
  return [...readingRoutes(options), ...websiteRoutes(options), ...changingRoutes(options)];
}

function readingRoutes({ sites, people }: SiteRouteOptions): Route[] {
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
      access: 'supervisor',
      answer: object({ agents: list(agent, AGENTS_MAX) }),
      handle: async ({ who }) => ({ agents: (await people.list(who.agent.site)).slice(0, AGENTS_MAX) }),
    }),
  ];
}

function websiteRoutes({ websites }: SiteRouteOptions): Route[] {
  const parameters = object({ site: siteKey });
  return [
    route({
      method: 'get',
      path: '/v1/sites/{site}',
      summary: 'What a site is called, whose pages may use it and how its widget looks, with warnings.',
      access: 'admin',
      parameters,
      answer: savedSetting(website),
      handle: ({ who, parameters: { site: key } }) =>
        fieldsIn('value', () => websites.read(ownSite(who, key))),
    }),
    route({
      method: 'put',
      path: '/v1/sites/{site}',
      summary: 'Change a site; `version` is the one that was seen, `stale` where it is another by now.',
      access: 'admin',
      parameters,
      body: object({ ...changedSetting, value: website }),
      answer: savedSetting(website),
      handle: ({ who, parameters: { site: key }, body }) =>
        fieldsIn('value', () => websites.change(ownSite(who, key), body, actorOf(who))),
    }),
  ];
}

/** Another site is not there (T11). */
function ownSite(who: SignedIn, key: string): string {
  if (key !== who.agent.site) throw new HttpError('not-found', 'there is no such site');
  return key;
}

function changingRoutes({ people, signInUrl }: SiteRouteOptions): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/agents',
      summary: 'Add somebody.',
      access: 'admin',
      body: object({ name, role }),
      answer: agent,
      handle: ({ who, body }) => fieldsIn('', () => people.add(who.agent.site, body, actorOf(who))),
    }),
    route({
      method: 'patch',
      path: '/v1/agents/{agent}',
      summary:
        'Change a name or a role, or whether somebody may sign in; with these two their sessions end at once.',
      access: 'admin',
      parameters: object({ agent: agentId }),
      body: object({ name: optional(name), role: optional(role), active: optional(boolean) }),
      answer: agent,
      async handle({ who, parameters, body }) {
        const found = await ofOwnSite(people, who, parameters.agent);
        if (found.id === who.agent.id && (body.role !== undefined || body.active !== undefined)) {
          throw new HttpError('invalid', 'another admin must do this');
        }
        return fieldsIn('', () => people.change(found, body, actorOf(who)));
      },
    }),
    route({
      method: 'post',
      path: '/v1/agents/{agent}/sign-in-link',
      summary: 'A one-time link with which somebody signs in; good for an hour.',
      access: 'admin',
      parameters: object({ agent: agentId }),
      answer: link,
      handle: async ({ who, parameters }) => {
        const found = await ofOwnSite(people, who, parameters.agent);
        return { url: signInUrl(await fieldsIn('', () => people.newLink(found, actorOf(who)))) };
      },
    }),
  ];
}

/** Who belongs to another site is not there (T11). */
async function ofOwnSite(people: People, who: SignedIn, id: string): Promise<AgentAccount> {
  const found = await people.find(who.agent.site, id);
  if (!found) throw new HttpError('not-found', 'there is no such agent');
  return found;
}
