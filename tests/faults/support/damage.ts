import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Seeded } from './seeded.ts';

const DATABASE = 'alongside.db';
const WRITE_AHEAD_LOG = 'alongside.db-wal';

/** The store's files of a server that does not run. */
export const databaseFile = (dataFolder: string): string => join(dataFolder, DATABASE);
export const logFile = (dataFolder: string): string => join(dataFolder, WRITE_AHEAD_LOG);

/** Bytes of a file; 0 where there is none. */
export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Turns one bit of one byte round. */
export function flip(path: string, offset: number): void {
  const file = openSync(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ 1;
    writeSync(file, byte, 0, 1, offset);
  } finally {
    closeSync(file);
  }
}

/** Flips a byte in each place where `text` stands; answers how many there were. */
export function flipIn(path: string, text: string): number {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    // The last character: still the same length, and no character that JSON or SQLite would stumble over.
    flip(path, at + Buffer.byteLength(text) - 1);
    count++;
  }
  return count;
}

/** Cuts the file, or flips a byte of it, anywhere between `from` and its end. */
export function tear(path: string, from: number, random: Seeded): 'cut' | 'flipped' {
  const at = random.integer(from, sizeOf(path) - 1);
  if (random.chance(0.5)) {
    truncateSync(path, at);
    return 'cut';
  }
  flip(path, at);
  return 'flipped';
}
