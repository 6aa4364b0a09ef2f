import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { siteKey } from '@alongside/sdk/protocol';
import { Router } from 'express';
import { LRUCache } from 'lru-cache';
import type { Site, SitesStore } from '../identity/sites-store.ts';
import { HttpError } from './http-error.ts';
import { namedInItsLanguage, spokenInItsLanguage } from './launcher-words.ts';
import { WIDGET_HEADERS } from './security-headers.ts';
import { ServedBody, sendBody, servedFiles } from './served-files.ts';

/** What the build leaves where the settings belong, quotes included. */
const PLACEHOLDER = '"__ALONGSIDE_SETTINGS__"';
const SNIPPET_LASTS_SECONDS = 300;
const YEAR_SECONDS = 31_536_000;
/** Snippets with settings in them that are kept ready. */
const SNIPPETS_KEPT = 1_000;

export interface WidgetFilesOptions {
  readonly distFolder: string;
  readonly sites: Pick<SitesStore, 'find'>;
  readonly publicOrigin: string | undefined;
}

/** `/embed/<site>.js`, the snippet with the site's settings in it, and `/assets/*`, which it loads. */
export function widgetFiles(options: WidgetFilesOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const loader = new LoaderFile(join(options.distFolder, 'loader.js'));
  router.get('/embed/:file', async (request, response) => {
    const key = /^(.+)\.js$/.exec(request.params.file)?.[1];
    const site = key !== undefined && isKey(key) ? await options.sites.find(key) : undefined;
    if (!site) throw new HttpError('not-found', 'there is no such site');
    const settings = settingsOf(site, options.publicOrigin);
    const body = await loader.withSettings(settings, (script) => spokenInItsLanguage(script, site.settings));
    response.set(WIDGET_HEADERS).set('Cache-Control', `public, max-age=${SNIPPET_LASTS_SECONDS}`);
    await sendBody(request, response, body);
  });
  router.use(
    '/assets',
    servedFiles(join(options.distFolder, 'assets'), {
      ...WIDGET_HEADERS,
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
    }),
  );
  return router;
}

function isKey(key: string): boolean {
  try {
    return siteKey.decode(key, '') === key;
  } catch {
    return false;
  }
}

/** As JSON that is safe inside a script: nothing in it can end the script or a line of it. */
function settingsOf(site: Site, server: string | undefined): string {
  const widget = namedInItsLanguage(site.settings);
  const settings = { site: site.key, ...widget, ...(server !== undefined && { server }) };
  return JSON.stringify(settings).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The loader as the build made it; read again when a new build has replaced it. */
class LoaderFile {
  readonly #path: string;
  #modified = 0;
  #text = '';
  readonly #ready = new LRUCache<string, ServedBody>({ max: SNIPPETS_KEPT });

  constructor(path: string) {
    this.#path = path;
  }

  /** `translate`: the same for the same settings. */
  async withSettings(settings: string, translate: (script: string) => string): Promise<ServedBody> {
    const { mtimeMs } = await stat(this.#path).catch(() => {
      throw new HttpError('unavailable', 'the widget has not been built: npm run build');
    });
    if (mtimeMs !== this.#modified) {
      this.#text = await readFile(this.#path, 'utf8');
      this.#modified = mtimeMs;
      this.#ready.clear();
    }
    let body = this.#ready.get(settings);
    if (!body) {
      const script = translate(this.#text).split(PLACEHOLDER).join(settings);
      body = new ServedBody(Buffer.from(script), 'text/javascript; charset=utf-8');
      this.#ready.set(settings, body);
    }
    return body;
  }
}
