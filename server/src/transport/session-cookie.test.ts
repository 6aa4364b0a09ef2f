import { expect, test } from 'vitest';
import { SessionCookie } from './session-cookie.ts';

const plain = new SessionCookie({ https: false });
const secure = new SessionCookie({ https: true });

test('[T9] on https the name binds the cookie to this very host', () => {
  expect(secure.set('abc', 60_000)).toBe(
    '__Host-sid=abc; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60',
  );
  expect(plain.set('abc', 60_000)).toBe('sid=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60');
  expect(secure.clear()).toContain('Max-Age=0');
});

test.each([
  [undefined, undefined],
  ['', undefined],
  ['sid=abc', 'abc'],
  ['a=1; sid=abc; b=2', 'abc'],
  ['sid=abc=', 'abc='],
  ['sid=', undefined],
  ['xsid=abc', undefined],
  ['SID=abc', undefined],
  ['sid=abc; sid=def', undefined],
  ['__Host-sid=abc', undefined],
])('of the header %s it reads %s', (header, value) => {
  expect(plain.read(header)).toBe(value);
});
