import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Schema, object, string } from '@alongside/sdk/protocol';
import { type Request, Router } from 'express';
import { isLoopbackHost } from '../identity/origins.ts';
import { refuseForeign } from './api.ts';
import { HttpError } from './http-error.ts';
import { pathBelow, servedFiles } from './served-files.ts';

export interface DemoPagesOptions {
  readonly demoFolder: string;
  /** Key of the site whose snippet stands in the pages. */
  readonly site: string;
  readonly publicOrigin: string | undefined;
  /** Signs this browser in as the demo's agent, who becomes available; answers the `Set-Cookie` header if one is due. */
  readonly signIn: (cookies: string | undefined) => Promise<string | undefined>;
}

const NONCE_BYTES = 16;
/** What stands for a signed-in customer of the made-up shop; set by its account page. */
const MEMBER_COOKIE = /(?:^|;\s*)hollow-lane-member=1(?:;|$)/;
const HEADER_MAX_LENGTH = 4_000;

type PageHeaders = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** `/demo/*`: the demo's own pages, with the snippet in place, on this machine only. */
export function demoPages(options: DemoPagesOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const headers = readHeaders(options.demoFolder);
  router.get('/', (_request, response) => response.redirect(302, '/demo/'));
  router.get('/demo', (_request, response) => response.redirect(308, '/demo/'));
  router.post('/demo/session', async (request, response) => {
    refuseForeign(request, options.publicOrigin);
    if (!isOnThisMachine(request)) throw new HttpError('forbidden', 'only on this computer’s own address');
    const cookie = await options.signIn(request.headers.cookie);
    if (cookie !== undefined) response.set('Set-Cookie', cookie);
    response.set('Cache-Control', 'no-store').status(204).end();
  });
  router.get(/^\/demo\//, async (request, response, next) => {
    const page = pageOf(request.path);
    const html = page && (await readPage(join(options.demoFolder, page)));
    if (page === undefined || html === undefined) {
      next();
      return;
    }
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    const ownHeaders = (await headers).get(page) ?? {};
    for (const [name, value] of Object.entries(ownHeaders)) {
      response.set(name, value.replaceAll('{{NONCE}}', nonce));
    }
    response
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(withSnippet(html, options.site, nonce));
  });
  // Only the customer's own browser gets these: an agent sees them because the visitor's page hands them over.
  router.use('/demo/account/behind-login/', (request, _response, next) => {
    if (!MEMBER_COOKIE.test(request.headers.cookie ?? '')) throw new HttpError('forbidden', 'sign in first');
    next();
  });
  router.use('/demo/', servedFiles(options.demoFolder, { 'Cache-Control': 'no-cache' }));
  return router;
}

function isOnThisMachine(request: Request): boolean {
  const host = request.headers.host;
  return (
    host !== undefined && URL.canParse(`http://${host}`) && isLoopbackHost(new URL(`http://${host}`).hostname)
  );
}

/** The file of a page, relative to the demo's folder; undefined for what is no page. */
function pageOf(path: string): string | undefined {
  if (path === '/demo/both') return 'both.html';
  const page = pathBelow(path.slice('/demo'.length));
  return page?.endsWith('.html') ? page : undefined;
}

async function readPage(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function withSnippet(html: string, site: string, nonce: string): string {
  const script = (attributes: string): string =>
    `<script async${attributes} src="/embed/${site}.js"></script>`;
  return html
    .replaceAll('<!-- alongside nonce -->', script(` nonce="${nonce}"`))
    .replaceAll('<!-- alongside -->', script(''))
    .replaceAll('{{NONCE}}', nonce);
}

/** `pages.json`: headers of pages that need some of their own. */
async function readHeaders(demoFolder: string): Promise<PageHeaders> {
  const text = await readPage(join(demoFolder, 'pages.json'));
  const pages = Object.entries((JSON.parse(text ?? '{}') ?? {}) as Record<string, unknown>);
  return new Map(
    pages.map(([page, value]) => {
      const { headers } = pageEntry.decode(value, `pages.json ${page}`);
      return [page, headers];
    }),
  );
}

const headerValue = string(HEADER_MAX_LENGTH);
const headersOfPage: Schema<Record<string, string>> = {
  decode: (value, path) =>
    Object.fromEntries(
      Object.entries(value as object).map(([name, text]) => [
        name,
        headerValue.decode(text, `${path}.${name}`),
      ]),
    ),
  json: () => ({ type: 'object', additionalProperties: headerValue.json() }),
};
const pageEntry = object({ headers: headersOfPage });
