import { expect, test } from 'vitest';
import { isLoopbackOrigin, mayUseSite, toOrigin } from './origins.ts';

test.each([
  ['https://shop.test', 'https://shop.test'],
  ['https://SHOP.test/', 'https://shop.test'],
  ['https://shop.test:443', 'https://shop.test'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://münchen.test', 'https://xn--mnchen-3ya.test'],
  ['*', undefined],
  ['https://*', undefined],
  ['https://*.shop.test', undefined],
  ['https://shop.test/path', undefined],
  ['https://shop.test?a', undefined],
  ['https://user@shop.test', undefined],
  ['shop.test', undefined],
  ['null', undefined],
  ['file:///a', undefined],
  ['', undefined],
])('[T19] what an operator typed, %s, is the origin %s', (text, origin) => {
  expect(toOrigin(text)).toBe(origin);
});

test.each([
  ['http://localhost:1', true],
  ['http://127.9.9.9', true],
  ['http://[::1]:80', true],
  ['http://127.0.0.1.evil.test', false],
  ['http://localhost.evil.test', false],
  ['http://10.0.0.1', false],
  ['null', false],
])('%s is this machine: %s', (origin, loopback) => {
  expect(isLoopbackOrigin(origin)).toBe(loopback);
});

test('[T9] a site is used from exactly its origins; a program that sends none is let through', () => {
  const site = { origins: ['https://shop.test'], anyLoopbackOrigin: false };
  expect(mayUseSite(site, 'https://shop.test')).toBe(true);
  expect(mayUseSite(site, undefined)).toBe(true);
  for (const origin of ['null', '', 'https://shop.test/', 'https://a.shop.test', 'http://localhost']) {
    expect(mayUseSite(site, origin)).toBe(false);
  }
  expect(mayUseSite({ ...site, anyLoopbackOrigin: true }, 'http://localhost:99')).toBe(true);
  expect(mayUseSite({ ...site, anyLoopbackOrigin: true }, 'http://localhost:99/x')).toBe(false);
});
