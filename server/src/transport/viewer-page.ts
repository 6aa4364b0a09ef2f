import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { siteKey } from '@alongside/sdk/protocol';
import express, { type Express, type Request, type Response, Router } from 'express';
import { toOrigin } from '../identity/origins.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import { errorAnswers, nothingHere } from './error-answers.ts';
import { HttpError } from './http-error.ts';
import { WIDGET_HEADERS, commonHeaders, viewerHeaders } from './security-headers.ts';
import { ServedBody, sendBody, servedFiles } from './served-files.ts';
import type { ViewerPlace } from './viewer-place.ts';

export interface ViewerOptions {
  readonly sites: Pick<SitesStore, 'find'>;
  /** What agents may see of a site's pages; with it, whence an agent's browser may load pictures and fonts. */
  readonly policyOf: (site: string) => Promise<{ readonly assetOrigins: readonly string[] }>;
  readonly distFolder: string;
  readonly place: ViewerPlace;
  /** Reached over https. */
  readonly https: boolean;
}

const YEAR_SECONDS = 31_536_000;

/** `/view/<site>`: the document in which an agent sees a visitor's page, with a policy that is the site's (CO15, T3). */
export function viewerPage(options: ViewerOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const page = new PageFile(join(options.distFolder, 'view', 'index.html'));
  router.get('/view/:site', async (request: Request<{ site: string }>, response: Response) => {
    const site = await options.sites.find(keyOf(request.params.site));
    if (!site) throw new HttpError('not-found', 'there is no such site');
    const { assetOrigins } = await options.policyOf(site.key);
    const ancestors = options.place.frameAncestors(request.headers.host);
    response.set(viewerHeaders(originsIn(assetOrigins), ancestors));
    await sendBody(request, response, await page.body());
  });
  return router;
}

/** What the viewer's own listener serves: its page and the built files, to whoever asks; cookies mean nothing there. */
export function viewerApp(options: ViewerOptions & { logger: Logger; metrics: Metrics }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  const common = commonHeaders({ https: options.https, demo: false });
  app.use((_request, response, next) => {
    response.set(common);
    next();
  });
  app.get('/favicon.ico', (_request, response) => void response.status(204).end());
  app.use(viewerPage(options));
  app.use(
    '/assets',
    servedFiles(join(options.distFolder, 'assets'), {
      ...WIDGET_HEADERS,
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
    }),
  );
  app.use(nothingHere);
  app.use(errorAnswers(options.logger, options.metrics));
  return app;
}

function keyOf(text: string): string {
  try {
    return siteKey.decode(text, '');
  } catch {
    throw new HttpError('not-found', 'there is no such site');
  }
}

/** Only what is one origin may stand in a policy: a separator in it would begin another rule. */
function originsIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => toOrigin(text) ?? []);
}

/** The page as the build made it; read again when a new build has replaced it. */
class PageFile {
  readonly #path: string;
  #modified = 0;
  #body: ServedBody | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async body(): Promise<ServedBody> {
    const found = await stat(this.#path).catch(() => undefined);
    if (!found) throw new HttpError('unavailable', 'the viewer has not been built: npm run build');
    if (!this.#body || found.mtimeMs !== this.#modified) {
      this.#body = new ServedBody(await readFile(this.#path), 'text/html; charset=utf-8');
      this.#modified = found.mtimeMs;
    }
    return this.#body;
  }
}
