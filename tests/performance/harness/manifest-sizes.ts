import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Manifest, ManifestFile } from '../../../tools/build/manifest.ts';

const DIST = resolve(import.meta.dirname, '../../../dist');
const SETTINGS_PLACEHOLDER = '"__ALONGSIDE_SETTINGS__"';
const GZIP_LEVEL = 9;

/** What the demo's site has set, as its snippet carries it. */
export const DEMO_SETTINGS = {
  site: 'demo',
  name: 'Chat with us',
  corner: 'end',
  greeting: 'Questions about a bicycle? Write to us.',
};

/** Manifest names of what opening the conversation loads beside the shell and its static imports. */
export const OPENED_WITH_THE_PANEL: readonly string[] = [];

/** What the last build made; throws when there was none. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8')) as Manifest;
}

/** A built file's text. */
export function builtText({ file }: ManifestFile): string {
  return readFileSync(join(DIST, file), 'utf8');
}

/** The named files with all that they import statically, each once. */
export function withImports({ files }: Manifest, names: readonly string[]): ManifestFile[] {
  const byPath = new Map(Object.values(files).map((each) => [each.file, each]));
  const found = new Set<ManifestFile>();
  const add = (file: ManifestFile | undefined): void => {
    if (!file || found.has(file)) return;
    found.add(file);
    for (const path of file.imports) add(byPath.get(path));
  };
  for (const name of names) {
    const file = files[name];
    if (!file) throw new Error(`the build has no ${name}`);
    add(file);
  }
  return [...found];
}

/** Bytes of the snippet with the demo's settings, gzip. */
export function snippetBytes(manifest: Manifest): number {
  const [loader] = withImports(manifest, ['loader']);
  const text = loader ? builtText(loader) : '';
  const script = text.split(SETTINGS_PLACEHOLDER).join(JSON.stringify(DEMO_SETTINGS));
  return gzipSync(script, { level: GZIP_LEVEL }).length;
}

/** The files that opening the conversation loads, the snippet apart. */
export function panelFiles(manifest: Manifest): ManifestFile[] {
  return withImports(manifest, ['shell', ...OPENED_WITH_THE_PANEL]);
}
