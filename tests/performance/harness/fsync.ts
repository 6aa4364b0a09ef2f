import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A page of SQLite's, which is what a commit of one message appends at least. */
const BLOCK_BYTES = 4_096;

/** Milliseconds of `count` appends of 4 KB to a file in `folder`, each with its fdatasync. */
export function fsyncTimes(folder: string, count: number): number[] {
  const path = join(folder, 'fsync-probe');
  const block = Buffer.alloc(BLOCK_BYTES, 1);
  const file = openSync(path, 'w');
  try {
    return Array.from({ length: count }, () => {
      const begin = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return performance.now() - begin;
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
