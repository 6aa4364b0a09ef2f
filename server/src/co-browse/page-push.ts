import { mayUseSite } from '../identity/origins.ts';
import type { SitesStore } from '../identity/sites-store.ts';

const URL_MAX_LENGTH = 2_000;

/** Which pages an agent may propose (T8): http(s) on the site's own origins; nothing is fetched to find out. */
export class PagePush {
  readonly #sites: Pick<SitesStore, 'find'>;

  constructor(sites: Pick<SitesStore, 'find'>) {
    this.#sites = sites;
  }

  /** The address as it is shown and opened, its host in punycode; undefined where it may not be proposed. */
  async allowed(site: string, text: string): Promise<URL | undefined> {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const isPlain = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    if (!isPlain || url.href.length > URL_MAX_LENGTH) return undefined;
    const found = await this.#sites.find(site);
    return found && mayUseSite(found, url.origin) ? url : undefined;
  }
}
