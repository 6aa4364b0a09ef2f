import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { optimalGzip } from './optimal-gzip.ts';

/** Bytes that are the same in every run. */
function noise(length: number, kinds: number): Uint8Array {
  let seed = 11;
  return Uint8Array.from({ length }, () => (seed = (seed * 48_271) % 2_147_483_647) % kinds);
}

const SOURCE = readFileSync(join(import.meta.dirname, 'optimal-gzip.ts'), 'utf8');

test.each([
  ['nothing', ''],
  ['one byte', 'a'],
  ['two bytes', 'ab'],
  ['one byte often', 'a'.repeat(1_000)],
  ['a short pattern often', 'abc'.repeat(500)],
  ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
  ['noise', noise(3_000, 256)],
  ['noise of two kinds', noise(3_000, 2)],
  [
    'a match as far away as there can be',
    Buffer.concat([Buffer.from('needle'), noise(32_762, 200), Buffer.from('needle')]),
  ],
  ['letters beyond ASCII', 'Grüße, 日本語, مرحبا '.repeat(20)],
  ['two texts that are little alike', SOURCE.slice(0, 5_000) + String(noise(4_000, 10))],
])('an inflater gives back %s', (_name, content) => {
  expect(gunzipSync(optimalGzip(content)).equals(Buffer.from(content))).toBe(true);
});

test('code is smaller than by zlib at its best', () => {
  expect(optimalGzip(SOURCE).length).toBeLessThan(0.985 * gzipSync(SOURCE, { level: 9 }).length);
});
