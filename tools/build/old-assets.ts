import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, compressedName } from './manifest.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A page that was opened before the build may load a panel weeks later. */
const KEPT_MS = 30 * DAY_MS;

function filesOf({ files }: Manifest): string[] {
  return Object.values(files).flatMap(({ file }) => [file, compressedName(file)]);
}

/** Notes that the files of a manifest were current until `now`: their 30 days begin when a build replaces them. */
export async function markCurrent(dist: string, manifest: Manifest, now: Date): Promise<void> {
  for (const file of filesOf(manifest)) {
    if (existsSync(join(dist, file))) await utimes(join(dist, file), now, now);
  }
}

/** Deletes hashed files which have not been current for 30 days; answers their names. */
export async function removeOldAssets(dist: string, manifest: Manifest, now: Date): Promise<string[]> {
  const folder = join(dist, 'assets');
  if (!existsSync(folder)) return [];
  const current = new Set(filesOf(manifest));
  const removed: string[] = [];
  for (const name of await readdir(folder)) {
    if (current.has(`assets/${name}`)) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (now.getTime() - mtimeMs <= KEPT_MS) continue;
    await rm(join(folder, name));
    removed.push(name);
  }
  return removed;
}
