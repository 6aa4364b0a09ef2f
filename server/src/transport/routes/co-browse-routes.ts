import { list, object, oneOf, siteKey, string } from '@alongside/sdk/protocol';
import type { PrivacySettings } from '@alongside/sdk/shared';
import type { SitesStore } from '../../identity/sites-store.ts';
import { HttpError } from '../http-error.ts';
import { type Route, route } from '../route.ts';

export interface CoBrowseRouteOptions {
  readonly sites: Pick<SitesStore, 'find'>;
  /** What agents may see of a site's pages. */
  readonly policyOf: (site: string) => Promise<PrivacySettings>;
}

const LIST_MAX = 200;
const TEXT_MAX_LENGTH = 1_000;
const texts = list(string(TEXT_MAX_LENGTH), LIST_MAX);

/** As the owner's policy, which the settings check; and whose pages an agent may propose. */
const shownPolicy = object({
  preset: oneOf('strict', 'balanced'),
  mask: texts,
  block: texts,
  show: texts,
  deny: texts,
  assetOrigins: texts,
  allow: object({ origins: texts }),
});

/** What a page has to know before it shares anything of itself. */
export function coBrowseRoutes({ sites, policyOf }: CoBrowseRouteOptions): Route[] {
  return [
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
        const { preset, mask, block, show, deny, assetOrigins } = await policyOf(site.key);
        // Any page may read it: it protects nothing that is secret, and comes without cookies.
        setHeader('Access-Control-Allow-Origin', '*');
        setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
        return {
          preset,
          ...{ mask: [...mask], block: [...block], show: [...show], deny: [...deny] },
          assetOrigins: [...assetOrigins],
          allow: { origins: site.origins },
        };
      },
    }),
  ];
}
