import fc from 'fast-check';
import { resolve, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { HttpError } from './http-error.ts';
import { ServedBody, pathBelow } from './served-files.ts';

test.each([
  ['/', 'index.html'],
  ['/shop/', 'shop/index.html'],
  ['/a.js', 'a.js'],
  ['/a%20b.js', 'a b.js'],
  ['/../a.js', undefined],
  ['/a/../b.js', undefined],
  ['/./a.js', undefined],
  ['//etc/passwd', undefined],
  ['/.git/config', undefined],
  ['/a/.env', undefined],
  ['/a\\b.js', undefined],
  ['/a%00.js', undefined],
  ['/%2e%2e/a.js', undefined],
  ['/..%5ca.js', undefined],
])('%s is the file %s', (path, file) => {
  expect(pathBelow(path)).toBe(file);
});

test('an address that is not well-formed is refused', () => {
  expect(() => pathBelow('/%ff')).toThrow(HttpError);
});

test('no path leads out of the folder', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', '%2e', '%2f', '\\', 'a'), fc.string({ maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      let file: string | undefined;
      try {
        file = pathBelow(`/${parts.join('/')}`);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpError);
      }
      if (file !== undefined) expect(resolve('/folder', file).startsWith(`${sep}folder${sep}`)).toBe(true);
    }),
  );
});

test('a body is sent as it was compressed before, where that is the same text', async () => {
  const plain = Buffer.from('const answer = 42;'.repeat(50));
  const packed = gzipSync(plain, { level: 1 });
  expect(await new ServedBody(plain, 'text/javascript', packed).as('gzip')).toBe(packed);
  for (const other of [
    gzipSync('const answer = 41;'),
    gzipSync(`${plain.toString()} `),
    Buffer.from('no gzip'),
  ]) {
    const sent = await new ServedBody(plain, 'text/javascript', other).as('gzip');
    expect(gunzipSync(sent).equals(plain)).toBe(true);
  }
});
