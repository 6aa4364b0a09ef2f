import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** All that the bundles are made of; when none of it has changed, neither have they. */
const FOLDERS = ['sdk/src', 'widget/src', 'console/src', 'tools/build'];
const FILES = [
  ...['tools/build.ts', 'rollup.config.mjs', 'package-lock.json', 'console/index.html', 'console/view.html'],
  ...['sdk/package.json', 'widget/package.json', 'console/package.json'],
];
const TEST_FILE = /\.(test|bench)\.tsx?$/;

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !TEST_FILE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** A hash over path and content of every input; content, because a checkout or a copy changes all times. */
export function hashOfInputs(root: string): string {
  const paths = [...FOLDERS.flatMap((folder) => filesBelow(root, folder)), ...FILES]
    .filter((path) => existsSync(join(root, path)))
    .toSorted();
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${path}\0`);
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  }
  return hash.digest('hex');
}
