import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressOf, networkOf } from './client-address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nonsense', 'nonsense'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

const request = (forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress: '198.51.100.1' },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test('without a proxy of ours nobody can say where they come from', () => {
  expect(addressOf(request('192.0.2.1'), 0)).toBe('198.51.100.1');
});

test('behind proxies the entry counts that the outermost of them wrote', () => {
  expect(addressOf(request('10.9.9.9, 192.0.2.1'), 1)).toBe('192.0.2.1');
  expect(addressOf(request('10.9.9.9, 192.0.2.1, 203.0.113.5'), 2)).toBe('192.0.2.1');
});

test('a header that is missing, short or no address falls back to the connection', () => {
  expect(addressOf(request(), 1)).toBe('198.51.100.1');
  expect(addressOf(request('192.0.2.1'), 3)).toBe('198.51.100.1');
  expect(addressOf(request('unknown'), 1)).toBe('198.51.100.1');
});
