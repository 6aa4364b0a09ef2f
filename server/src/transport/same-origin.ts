/**
 * Whether a browser's `Origin` is this server's own: the configured public one, or without one the one that the
 * request was addressed to (a cookie is sent only there, so another host name that leads here brings none).
 */
export function isOwnOrigin(
  origin: string,
  request: { host: string | undefined; publicOrigin: string | undefined },
): boolean {
  if (request.publicOrigin !== undefined) return origin === request.publicOrigin;
  if (request.host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  return /^https?:$/.test(protocol) && host === request.host;
}
