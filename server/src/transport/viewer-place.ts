/** Where the document is that shows a visitor's page (CO15): on an origin of its own, or on the console's. */
export interface ViewerPlace {
  /** Its origin, for a console that was reached under `host`; undefined where nobody knows it. */
  origin(host: string | undefined): string | undefined;
  /** Who may show it in a frame, for a viewer that was reached under `host`. */
  frameAncestors(host: string | undefined): string;
  /** It is the console's own: single-host installs. */
  readonly isConsoles: boolean;
}

/** The address of a site's viewer, for a console that was reached under `host`. */
export function viewerUrl(place: ViewerPlace, site: string, host: string | undefined): string {
  return `${place.origin(host) ?? ''}/view/${site}`;
}

/** Whether the viewer shares the console's origin: it was told so, or nothing says where else it could be reached. */
export function sharesConsolesOrigin(config: {
  publicOrigin: string | undefined;
  viewerOrigin: string | undefined;
  viewerPort: number | undefined;
}): boolean {
  const { publicOrigin, viewerOrigin, viewerPort } = config;
  if (publicOrigin === undefined) return false;
  return viewerOrigin === undefined ? viewerPort === undefined : viewerOrigin === publicOrigin;
}

/** The viewer on the console's origin. */
export function consolesPlace(publicOrigin: string | undefined): ViewerPlace {
  return {
    isConsoles: true,
    origin: (host) => publicOrigin ?? plainOrigin(host),
    frameAncestors: () => "'self'",
  };
}

/** The viewer on a listener of its own; the ports are known once both listen. */
export function ownPlace(
  config: { publicOrigin: string | undefined; viewerOrigin: string | undefined },
  ports: () => { console: number; viewer: number },
): ViewerPlace {
  const { publicOrigin, viewerOrigin } = config;
  return {
    isConsoles: false,
    origin: (host) => viewerOrigin ?? onPort(publicOrigin ?? plainOrigin(host), ports().viewer),
    frameAncestors: (host) => publicOrigin ?? onPort(plainOrigin(host), ports().console) ?? "'none'",
  };
}

const HOST = /^[A-Za-z0-9.[\]:-]{1,255}$/;

function plainOrigin(host: string | undefined): string | undefined {
  const url = `http://${host ?? ''}`;
  return host !== undefined && HOST.test(host) && URL.canParse(url) ? new URL(url).origin : undefined;
}

function onPort(origin: string | undefined, port: number): string | undefined {
  if (origin === undefined) return undefined;
  const url = new URL(origin);
  url.port = String(port);
  return url.origin;
}
