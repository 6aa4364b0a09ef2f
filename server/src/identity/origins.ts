/** Whether `origin` is one of this machine's own addresses, on any port. */
export function isLoopbackOrigin(origin: string): boolean {
  const url = parsed(origin);
  return url !== undefined && isLoopbackHost(url.hostname);
}

/** `localhost`, `127.0.0.0/8` and `::1`, as `URL` writes them. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * An origin as a browser sends it, from what an operator typed; undefined where it names more or less than one
 * http(s) origin (`*`, a path, `null`).
 */
export function toOrigin(text: string): string | undefined {
  const url = parsed(text);
  if (!url || url.origin === 'null' || !/^https?:$/.test(url.protocol)) return undefined;
  const isBare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return isBare && !text.includes('*') ? url.origin : undefined;
}

/**
 * Whether pages of `origin` may use the site (T9): exactly one of its list, never by prefix or suffix. Programs
 * that are no browser send none, which is accepted here: a visitor's socket rests on its token, never on a cookie.
 */
export function mayUseSite(
  site: { origins: readonly string[]; anyLoopbackOrigin: boolean },
  origin: string | undefined,
): boolean {
  if (origin === undefined) return true;
  if (site.origins.includes(origin)) return true;
  return site.anyLoopbackOrigin && toOrigin(origin) === origin && isLoopbackOrigin(origin);
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
