import type { SitesStore } from './identity/sites-store.ts';
import type { Config } from './lib/config.ts';
import type { Limits } from './lib/limits.ts';
import type { Logger } from './lib/logger.ts';
import type { Metrics } from './lib/metrics.ts';
import type { CoBrowseRelay } from './transport/co-browse-relay.ts';
import type { httpApp } from './transport/http-app.ts';
import { type HttpServer, type SocketDoor, listen } from './transport/http-server.ts';
import type { Relay } from './transport/relay.ts';
import type { ViewerListener } from './transport/viewer-listener.ts';
import type { ViewerOptions } from './transport/viewer-page.ts';

/** What takes connections. */
export interface Doors {
  readonly relay: Relay;
  readonly coBrowse: CoBrowseRelay | undefined;
  readonly viewer: ViewerListener;
  readonly http: HttpServer;
  readonly url: string;
}

export interface ListenerParts extends Omit<Doors, 'http' | 'url'> {
  readonly config: Config;
  readonly app: ReturnType<typeof httpApp>;
  readonly sites: Pick<SitesStore, 'find'>;
  readonly policyOf: ViewerOptions['policyOf'];
  readonly distFolder: string;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Opens the server's own listener, and the viewer's where it has one. @throws StartError where a port is taken */
export async function openListeners(parts: ListenerParts): Promise<HttpServer> {
  const { config, app, relay, coBrowse, viewer, limits } = parts;
  const { host, port, trustedProxies } = config;
  const sockets = new Map<string, SocketDoor>([['/v1/relay', relay]]);
  if (coBrowse) sockets.set('/v1/co-browse', coBrowse);
  const drain = async (error: unknown): Promise<never> => {
    await Promise.all([relay.drain(), coBrowse?.drain()]);
    throw error;
  };
  const http = await listen({ app, sockets, limits, host, port, trustedProxies }).catch(drain);
  await viewer.open(http.port, parts).catch(async (error: unknown) => {
    http.end();
    await http.close();
    return drain(error);
  });
  return http;
}
