import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import { StartError } from '../lib/start-error.ts';
import { type HttpServer, listen } from './http-server.ts';
import { type ViewerOptions, viewerApp } from './viewer-page.ts';
import { type ViewerPlace, consolesPlace, ownPlace, sharesConsolesOrigin } from './viewer-place.ts';

const PORT_MAX = 65_535;

export interface ViewerSettings {
  readonly host: string;
  /** The server's own; 0 picks a free one, for the viewer too. */
  readonly port: number;
  readonly publicOrigin: string | undefined;
  readonly viewerPort: number | undefined;
  readonly viewerOrigin: string | undefined;
  readonly trustedProxies: number;
}

/** Where the viewer is, and the listener that serves it where that is not the server's own. */
export class ViewerListener {
  readonly place: ViewerPlace;
  readonly #settings: ViewerSettings;
  #consolePort = 0;
  #server: HttpServer | undefined;

  constructor(settings: ViewerSettings) {
    this.#settings = settings;
    this.place = sharesConsolesOrigin(settings)
      ? consolesPlace(settings.publicOrigin)
      : ownPlace(settings, () => ({ console: this.#consolePort, viewer: this.#server?.port ?? 0 }));
  }

  /** Where it listens; undefined where the server's own listener serves it. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  /** Listens, once the port of the console is known. @throws StartError where the port is taken */
  async open(
    consolePort: number,
    parts: Omit<ViewerOptions, 'place' | 'https'> & { limits: Limits; logger: Logger; metrics: Metrics },
  ): Promise<void> {
    this.#consolePort = consolePort;
    if (this.place.isConsoles) return;
    const { host, port, viewerPort, viewerOrigin, publicOrigin, trustedProxies } = this.#settings;
    const own = viewerPort ?? (port === 0 ? 0 : consolePort + 1);
    if (own > PORT_MAX) throw new StartError('There is no port after PORT for the viewer: set VIEWER_PORT.');
    const https = (viewerOrigin ?? publicOrigin)?.startsWith('https:') ?? false;
    this.#server = await listen({
      app: viewerApp({ ...parts, place: this.place, https }),
      sockets: new Map(),
      limits: parts.limits,
      host,
      port: own,
      trustedProxies,
      portSetting: 'VIEWER_PORT',
    });
  }

  async close(): Promise<void> {
    const done = this.#server?.close();
    this.#server?.end();
    await done;
  }
}
