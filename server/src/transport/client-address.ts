import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** 64 bits of an IPv6 address: what one household or one rented machine gets. */
const IPV6_NETWORK_GROUPS = 4;

/**
 * The address that limits count by: an IPv4 address, or the /64 of an IPv6 one. Behind `proxies` trusted proxies
 * it is the entry of X-Forwarded-For that the outermost of them wrote; what stands before it is the client's word.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? '';
  if (proxies === 0) return networkOf(direct);
  const header = request.headers['x-forwarded-for'];
  const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const address = forwarded.at(-proxies)?.trim() ?? '';
  return networkOf(isIP(address) === 0 ? direct : address);
}

/** Shortens an IPv6 address to its /64; one that carries an IPv4 address becomes that. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return `${groups.slice(0, IPV6_NETWORK_GROUPS).join(':')}::/64`;
}
