import express, { type Express, type Router } from 'express';
import type { AgentIdentity } from '../identity/agent-identity.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import { apiRouter } from './api.ts';
import { consoleFiles } from './console-files.ts';
import { type DemoPagesOptions, demoPages } from './demo-pages.ts';
import { errorAnswers, nothingHere } from './error-answers.ts';
import { openApiDocument } from './openapi.ts';
import { type CoBrowseRouteOptions, coBrowseRoutes } from './routes/co-browse-routes.ts';
import { type ConversationRouteOptions, conversationRoutes } from './routes/conversation-routes.ts';
import { type FloorRouteOptions, floorRoutes } from './routes/floor-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { type SettingsRouteOptions, settingsRoutes } from './routes/settings-routes.ts';
import { type SiteRouteOptions, siteRoutes } from './routes/site-routes.ts';
import { API_HEADERS, type HeaderOptions, commonHeaders } from './security-headers.ts';
import type { RelayFlush } from './relay-flush.ts';
import type { RelayStreams } from './relay-streams.ts';
import type { SessionCookie } from './session-cookie.ts';
import { streamRoutes } from './stream-routes.ts';
import { viewerPage } from './viewer-page.ts';
import { type ViewerPlace, viewerUrl } from './viewer-place.ts';
import { widgetFiles } from './widget-files.ts';

export interface HttpOptions extends ConversationRouteOptions, FloorRouteOptions, SettingsRouteOptions {
  readonly sites: SitesStore;
  readonly streams: RelayStreams;
  readonly flush: RelayFlush;
  readonly people: SiteRouteOptions['people'];
  readonly websites: SiteRouteOptions['websites'];
  readonly agents: AgentIdentity;
  readonly cookie: SessionCookie;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly monotonic: () => number;
  readonly trustedProxies: number;
  readonly publicOrigin: string | undefined;
  readonly distFolder: string;
  /** Absent: no demo pages. */
  readonly demo?: Omit<DemoPagesOptions, 'publicOrigin'>;
  readonly signInUrl: SiteRouteOptions['signInUrl'];
  readonly viewer: ViewerPlace;
  readonly policyOf: CoBrowseRouteOptions['policyOf'];
  /** Undefined when all is well, else what is not. */
  readonly notReady: () => string | undefined;
  /** What does not work and is done without: ready all the same. */
  readonly degraded: () => string | undefined;
}

/** Everything that is asked for by HTTP. */
export function httpApp(options: HttpOptions): Express {
  const { publicOrigin, distFolder, demo } = options;
  const headers: HeaderOptions = {
    https: publicOrigin?.startsWith('https:') ?? false,
    demo: demo !== undefined,
  };
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  const common = commonHeaders(headers);
  app.use((_request, response, next) => {
    response.set(common);
    next();
  });
  app.use(health(options));
  // Browsers ask for it by themselves, whatever the page says.
  app.get('/favicon.ico', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=86400').status(204).end();
  });
  app.use(widgetFiles(options));
  app.use(consoleFiles({ ...headers, distFolder, publicOrigin, viewer: options.viewer }));
  if (options.viewer.isConsoles) app.use(viewerPage({ ...options, ...headers, place: options.viewer }));
  if (demo) app.use(demoPages({ ...demo, publicOrigin }));
  app.use(streamRoutes(options));
  app.use(api(options));
  app.use(nothingHere);
  app.use(errorAnswers(options.logger, options.metrics));
  return app;
}

function api(options: HttpOptions): Router {
  const { viewer } = options;
  const routes = [
    ...coBrowseRoutes({ ...options, viewerUrl: (site, host) => viewerUrl(viewer, site, host) }),
    ...sessionRoutes(options),
    ...conversationRoutes(options),
    ...floorRoutes(options),
    ...siteRoutes(options),
    ...settingsRoutes(options),
  ];
  const router = apiRouter({ ...options, routes });
  const document = openApiDocument(routes, { cookieName: options.cookie.name });
  router.get('/v1/openapi.json', (_request, response) => void response.json(document));
  return router;
}

/** For whoever watches the server: alive, ready for traffic, and counts. */
function health({ notReady, degraded, metrics }: HttpOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/healthz', (_request, response) => void response.set(API_HEADERS).json({ ok: true }));
  router.get('/readyz', (_request, response) => {
    const problem = notReady();
    response.set(API_HEADERS).status(problem === undefined ? 200 : 503);
    const without = degraded();
    const good = { ok: true, ...(without !== undefined && { degraded: without }) };
    response.json(problem === undefined ? good : { ok: false, problem });
  });
  router.get('/metrics', async (_request, response) => {
    const text = await metrics.registry.metrics();
    response.set(API_HEADERS).type(metrics.registry.contentType).send(text);
  });
  return router;
}
