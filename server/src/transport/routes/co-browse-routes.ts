import { boolean, list, object, oneOf, siteKey, string } from '@alongside/sdk/protocol';
import { type PrivacySettings, must } from '@alongside/sdk/shared';
import type { SitesStore } from '../../identity/sites-store.ts';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';

export interface CoBrowseRouteOptions {
  readonly sites: Pick<SitesStore, 'find'>;
  /** What agents may see of a site's pages. */
  readonly policyOf: (site: string) => Promise<PrivacySettings>;
  /** Where a site's viewer is, for a console that was reached under `host`. */
  readonly viewerUrl: (site: string, host: string | undefined) => string;
}

const LIST_MAX = 200;
const TEXT_MAX_LENGTH = 1_000;
const texts = list(string(TEXT_MAX_LENGTH), LIST_MAX);

/** As the owner's policy, which the settings check. */
const shownPolicy = object({
  preset: oneOf('strict', 'balanced'),
  mask: texts,
  block: texts,
  show: texts,
  deny: texts,
  allow: texts,
  assetOrigins: texts,
});

const ADDRESS_MAX_LENGTH = 300;
const previewPlace = object({
  viewer: string(ADDRESS_MAX_LENGTH),
  origins: list(string(ADDRESS_MAX_LENGTH), LIST_MAX),
  anyLoopbackOrigin: boolean,
});

/** What a page has to know before it shares anything of itself, and what an owner has to before they look at one. */
export function coBrowseRoutes({ sites, policyOf, viewerUrl }: CoBrowseRouteOptions): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/co-browse-preview',
      summary:
        'For looking at a page of the site as agents would see it: where the viewer is, and whose pages may be looked at.',
      access: 'admin',
      answer: previewPlace,
      async handle({ host, who }) {
        const { anyLoopbackOrigin, key, origins } = must(
          await sites.find(who.agent.site),
          'the site of an agent',
        );
        return { viewer: viewerUrl(key, host), origins: [...origins], anyLoopbackOrigin };
      },
    }),
    route({
      method: 'get',
      path: '/v1/sites/{site}/co-browse',
      summary:
        'What agents may see of pages of the site; for its own pages, which decide by it what leaves them.',
      access: 'public',
      parameters: object({ site: siteKey }),
      answer: shownPolicy,
      async handle({ parameters, setHeader }) {
        const site = await sites.find(parameters.site);
        if (!site) throw new HttpError('not-found', 'there is no such site');
        const { preset, mask, block, show, deny, allow = [], assetOrigins } = await policyOf(site.key);
        // Any page may read it: it protects nothing that is secret, and comes without cookies.
        setHeader('Access-Control-Allow-Origin', '*');
        setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
        return {
          preset,
          ...{ mask: [...mask], block: [...block], show: [...show], deny: [...deny] },
          allow: [...allow],
          assetOrigins: [...assetOrigins],
        };
      },
    }),
  ];
}
