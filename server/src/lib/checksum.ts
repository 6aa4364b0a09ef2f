import { crc32 } from 'node:zlib';

/**
 * CRC-32 of a row's values. It finds what a disk or a hand has changed (one in four billion passes); it is no proof
 * against somebody who means harm and can write to the store.
 */
export function checksum(...values: readonly (string | number | null)[]): number {
  let text = '';
  for (const value of values) text += value === null ? '\u0001' : `\u0002${value}`;
  return crc32(text);
}
