import { join } from 'node:path';
import { Router } from 'express';
import { type HeaderOptions, consoleHeaders } from './security-headers.ts';
import type { ViewerPlace } from './viewer-place.ts';
import { servedFiles } from './served-files.ts';

/** `/console/`: the agents' page. Its scripts are among the assets. */
export function consoleFiles(
  options: HeaderOptions & { distFolder: string; publicOrigin: string | undefined; viewer: ViewerPlace },
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const host = options.publicOrigin === undefined ? undefined : new URL(options.publicOrigin).host;
  router.get('/console', (_request, response) => response.redirect(308, '/console/'));
  router.use('/console/', (request, response, next) => {
    const viewer = options.viewer.isConsoles ? "'self'" : options.viewer.origin(request.headers.host);
    response.set(consoleHeaders(options, host ?? request.headers.host, viewer));
    next();
  });
  router.use('/console/', servedFiles(join(options.distFolder, 'console')));
  return router;
}
