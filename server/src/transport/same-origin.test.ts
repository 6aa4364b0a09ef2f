import { expect, test } from 'vitest';
import { isOwnOrigin } from './same-origin.ts';

test.each([
  ['http://127.0.0.1:4100', '127.0.0.1:4100', true],
  ['https://chat.test', 'chat.test', true],
  ['http://127.0.0.1:4101', '127.0.0.1:4100', false],
  ['http://localhost:4100', '127.0.0.1:4100', false],
  ['null', '127.0.0.1:4100', false],
  ['', '', false],
  ['file://', '', false],
  ['http://evil.test', undefined, false],
])('[T9] %s at host %s: %s', (origin, host, own) => {
  expect(isOwnOrigin(origin, { host, publicOrigin: undefined })).toBe(own);
});

test('[T9] with a public address only that one is our own', () => {
  const publicOrigin = 'https://chat.test';
  expect(isOwnOrigin('https://chat.test', { host: '10.0.0.1:4100', publicOrigin })).toBe(true);
  expect(isOwnOrigin('http://10.0.0.1:4100', { host: '10.0.0.1:4100', publicOrigin })).toBe(false);
  expect(isOwnOrigin('https://chat.test.evil.test', { host: 'chat.test', publicOrigin })).toBe(false);
});
