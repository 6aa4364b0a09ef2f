import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(64 * 1024);
const FILLER = 'filler';

function mounts(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(join(tmpdir(), 'alongside-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe], { stdio: 'ignore' });
    return true;
  } catch {
    // A container without the right to mount.
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** For `describe.skipIf`: only root may mount, and not everywhere. */
export const lacksSmallDisks = !mounts();

/** A file system of a few megabytes in memory, so that "full" is real. */
export class SmallDisk {
  readonly path: string;

  constructor(bytes: number) {
    this.path = mkdtempSync(join(tmpdir(), 'alongside-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.path]);
  }

  /** Takes all space that is left; answers how many bytes that was. */
  fill(): number {
    const file = openSync(join(this.path, FILLER), 'w');
    let filled = 0;
    try {
      for (;;) filled += writeSync(file, BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      return filled;
    } finally {
      closeSync(file);
    }
  }

  /** Gives the space back. */
  free(): void {
    rmSync(join(this.path, FILLER));
  }

  /** Nothing may be open for writing. */
  readOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }

  remove(): void {
    execFileSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}
