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

/** The console. `host` is where its sockets go; older browsers do not count them as `'self'`. */
export function consoleHeaders(options: HeaderOptions, host: string | undefined): Headers {
  const socket = host !== undefined && HOST.test(host) ? ` ${options.https ? 'wss' : 'ws'}://${host}` : '';
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${options.demo ? "'self'" : "'none'"}`,
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy':
      'camera=(self), microphone=(self), display-capture=(self), geolocation=(), clipboard-read=()',
    'Origin-Agent-Cluster': '?1',
    'Cache-Control': 'no-cache',
  };
}
