/** Headers by what is served; the reasons stand in SECURITY.md. */
export interface HeaderOptions {
  /** Reached over https: browsers are told to keep to it. */
  readonly https: boolean;
  /** The demo shows the console in a frame of its own page. */
  readonly demo: boolean;
}

type Headers = Readonly<Record<string, string>>;

const YEAR_SECONDS = 31_536_000;

/** On every answer. */
export function commonHeaders({ https }: HeaderOptions): Headers {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(https && { 'Strict-Transport-Security': `max-age=${YEAR_SECONDS}; includeSubDomains` }),
  };
}

/** Answers of the API: never kept, never part of another page. */
export const API_HEADERS: Headers = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** The snippet and what it loads: any page may, also one that isolates itself from other origins. */
export const WIDGET_HEADERS: Headers = {
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
};

const HOST = /^[A-Za-z0-9.[\]:-]{1,255}$/;

/**
 * The console. `host` is where its sockets go; older browsers do not count them as `'self'`. `viewer` is the origin
 * of the document that shows a visitor's page.
 */
export function consoleHeaders(
  options: HeaderOptions,
  host: string | undefined,
  viewer: string | undefined,
): Headers {
  const socket = host !== undefined && HOST.test(host) ? ` ${options.https ? 'wss' : 'ws'}://${host}` : '';
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    `frame-src ${viewer ?? "'none'"}`,
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${options.demo ? "'self'" : "'none'"}`,
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    // What opened the console has no hold on it; only a page that its settings open to look at may answer (ADR 28).
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy':
      'camera=(self), microphone=(self), display-capture=(self), geolocation=(), clipboard-read=()',
    'Origin-Agent-Cluster': '?1',
    'Cache-Control': 'no-cache',
  };
}

/**
 * The document that shows a visitor's page (T3): scripts of ours only, no connection, no form, pictures and fonts
 * from the site's declared origins. Styles may stand in the page, because the frame in it inherits this policy.
 */
export function viewerHeaders(assetOrigins: readonly string[], frameAncestors: string): Headers {
  const assets = assetOrigins.map((origin) => ` ${origin}`).join('');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'unsafe-inline'${assets}`,
    `img-src 'self' data: blob:${assets}`,
    `font-src 'self' data: blob:${assets}`,
    "connect-src 'none'",
    "frame-src 'none'",
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "media-src 'none'",
    `frame-ancestors ${frameAncestors}`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    // The console may isolate itself, and its frames must agree.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Permissions-Policy':
      'camera=(), microphone=(), display-capture=(), geolocation=(), clipboard-read=(), clipboard-write=()',
    'Origin-Agent-Cluster': '?1',
    'Cache-Control': 'no-cache',
  };
}
