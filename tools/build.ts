/**
 * `npm run build`: the browser bundles into `dist/`. When no input has changed it does nothing and does not even
 * load the bundler, so that a second `npm start` is quick. An argument names another root, for the build's own test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashOfInputs } from './build/inputs.ts';
import type { Manifest } from './build/manifest.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const dist = join(root, 'dist');
const ENTRIES = {
  recorder: 'sdk/src/co-browse/recorder-chunk.ts',
  preview: 'widget/src/co-browse/owner-preview.ts',
  shell: 'widget/src/shell/main.tsx',
  loader: 'widget/src/loader/loader.ts',
  console: 'console/src/main.tsx',
  replay: 'console/src/replay/main.ts',
};
const NAME_WIDTH = 44;
const NUMBER_WIDTH = 10;

function readManifest(): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    // Never built, or cut off: build.
    return undefined;
  }
}

function isComplete(manifest: Manifest): boolean {
  const files = Object.values(manifest.files).map(({ file }) => file);
  return [...files, 'console/index.html', 'view/index.html'].every((file) => existsSync(join(dist, file)));
}

function printSizes(manifest: Manifest): void {
  for (const [name, { bytes, gzipBytes }] of Object.entries(manifest.files)) {
    const raw = String(bytes).padStart(NUMBER_WIDTH);
    console.log(`${name.padEnd(NAME_WIDTH)}${raw} B ${String(gzipBytes).padStart(NUMBER_WIDTH)} B gzip`);
  }
}

async function build(previous: Manifest | undefined, inputs: string): Promise<void> {
  const { buildBundles } = await import('./build/bundles.ts');
  const { markCurrent, removeOldAssets } = await import('./build/old-assets.ts');
  const now = new Date();
  if (previous) await markCurrent(dist, previous, now);
  const manifest = await buildBundles(root, dist, ENTRIES, inputs);
  await markCurrent(dist, manifest, now);
  await removeOldAssets(dist, manifest, now);
  printSizes(manifest);
}

const missing = Object.values(ENTRIES).filter((entry) => !existsSync(join(root, entry)));
const previous = readManifest();
const inputs = hashOfInputs(root);
if (missing.length > 0) {
  console.error(`Cannot build: ${missing.join(', ')} is missing.`);
  process.exitCode = 1;
} else if (previous?.inputs !== inputs || !isComplete(previous)) {
  try {
    await build(previous, inputs);
  } catch (error) {
    console.error(`Cannot build: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
