import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipAsync } from '@gfx/zopfli';
import { type OutputAsset, type OutputChunk, rollup, type RollupOptions } from 'rollup';
import { consolePage } from './console-page.ts';
import { type Manifest, type ManifestFile, compressedName, manifestFile } from './manifest.ts';

/** Rounds of Zopfli's search; more of them save less than 10 bytes. */
const ZOPFLI_ROUNDS = 15;
const configuration = join(import.meta.dirname, '../../rollup.config.mjs');

type Output = OutputChunk | OutputAsset;

/** What `rollup.config.mjs` exports. */
interface BundleConfiguration {
  readonly recorderBundle: (input: string) => RollupOptions;
  readonly shellBundle: (input: string, recorderUrl: string) => RollupOptions;
  readonly previewBundle: (input: string, recorderUrl: string) => RollupOptions;
  readonly loaderBundle: (input: string, shellUrl: string, previewUrl: string) => RollupOptions;
  readonly consoleBundle: (input: string) => RollupOptions;
  readonly replayBundle: (input: string) => RollupOptions;
}

async function bundle(options: RollupOptions): Promise<Output[]> {
  const { output } = options;
  if (output === undefined || Array.isArray(output)) throw new Error('a bundle has exactly one output');
  const build = await rollup(options);
  try {
    return (await build.generate(output)).output;
  } finally {
    await build.close();
  }
}

function logicalName(root: string, part: Output): string {
  if (part.type === 'asset') return part.names[0] ?? part.fileName;
  if (part.isEntry) return part.name;
  if (part.facadeModuleId === null) return `chunk/${part.name}`;
  return relative(root, part.facadeModuleId)
    .split(sep)
    .join('/')
    .replace(/\.tsx?$/, '');
}

/** gzip that takes its time: 3 % less than zlib at its best, for every visitor. */
const smallestGzip = (content: string | Uint8Array): Promise<Uint8Array> =>
  gzipAsync(Buffer.from(content), { numiterations: ZOPFLI_ROUNDS });

/** The files of a build, collected before any of them is written. */
class Collection {
  readonly contents = new Map<string, string | Uint8Array>();
  readonly files: Record<string, ManifestFile> = {};
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** `compress` makes the form that is served beside each file; without it the server compresses by itself. */
  async add(
    parts: readonly Output[],
    compress?: (content: string | Uint8Array) => Promise<Uint8Array>,
  ): Promise<void> {
    for (const part of parts) {
      const content = part.type === 'chunk' ? part.code : part.source;
      const compressed = await compress?.(content);
      this.contents.set(part.fileName, content);
      if (compressed) this.contents.set(compressedName(part.fileName), compressed);
      const name = logicalName(this.#root, part);
      const unique = name in this.files ? `${name}/${part.fileName}` : name;
      const edges = part.type === 'chunk' ? part : undefined;
      this.files[unique] = manifestFile(part.fileName, content, edges, compressed);
    }
  }

  get(name: string): ManifestFile {
    const file = this.files[name];
    if (!file) throw new Error(`the build made no ${name}`);
    return file;
  }

  byFile(path: string): ManifestFile | undefined {
    return Object.values(this.files).find(({ file }) => file === path);
  }
}

/** All static imports of `entry`, whole. */
function preloadsOf(collection: Collection, entry: ManifestFile): ManifestFile[] {
  const seen = new Set<ManifestFile>();
  const visit = (file: ManifestFile): void => {
    for (const path of file.imports) {
      const next = collection.byFile(path);
      if (next && !seen.has(next)) {
        seen.add(next);
        visit(next);
      }
    }
  };
  visit(entry);
  return [...seen];
}

/** Written beside and renamed, so that a server which reads at the same time never sees half a file. */
async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Sources of the bundles, relative to the root. */
export interface Entries {
  readonly recorder: string;
  readonly preview: string;
  readonly shell: string;
  readonly loader: string;
  readonly console: string;
  readonly replay: string;
}

/** Builds all bundles into `dist`; the manifest is written last, so it never names a file that is not there. */
export async function buildBundles(
  root: string,
  dist: string,
  entries: Entries,
  inputs: string,
): Promise<Manifest> {
  const configured = (await import(pathToFileURL(configuration).href)) as BundleConfiguration;
  const { recorderBundle, shellBundle, previewBundle, loaderBundle, consoleBundle, replayBundle } =
    configured;
  const collection = new Collection(root);
  await collection.add(await bundle(recorderBundle(join(root, entries.recorder))), smallestGzip);
  const recorderUrl = `/${collection.get('recorder').file}`;
  await collection.add(await bundle(shellBundle(join(root, entries.shell), recorderUrl)), smallestGzip);
  const shellUrl = `/${collection.get('shell').file}`;
  await collection.add(await bundle(previewBundle(join(root, entries.preview), recorderUrl)), smallestGzip);
  const previewUrl = `/${collection.get('preview').file}`;
  await collection.add(await bundle(loaderBundle(join(root, entries.loader), shellUrl, previewUrl)));
  await collection.add(await bundle(consoleBundle(join(root, entries.console))));

  const entry = collection.get('console');
  const template = await readFile(join(root, 'console/index.html'), 'utf8');
  const page = consolePage(template, entry, preloadsOf(collection, entry), collection.files['console.css']);
  collection.contents.set('console/index.html', page);

  await collection.add(await bundle(replayBundle(join(root, entries.replay))));
  const replay = collection.get('replay');
  const viewTemplate = await readFile(join(root, 'console/view.html'), 'utf8');
  const view = consolePage(viewTemplate, replay, preloadsOf(collection, replay), undefined);
  collection.contents.set('view/index.html', view);

  for (const [path, content] of collection.contents) await put(join(dist, path), content);
  const manifest: Manifest = { inputs, files: collection.files };
  await put(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
