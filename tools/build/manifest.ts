import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** One file of the build. */
export interface ManifestFile {
  /** Relative to `dist/`, with `/`; what is below `assets/` carries its hash and never changes. */
  readonly file: string;
  readonly bytes: number;
  /** As it is served: the file beside it that ends in `.gz`, where there is one, else at level 9. */
  readonly gzipBytes: number;
  /** For the `integrity` attribute: sha384. */
  readonly integrity: string;
  /** Files that must be there before this one runs, to be preloaded beside it. */
  readonly imports: readonly string[];
  /** Files that this one may load later. */
  readonly dynamicImports: readonly string[];
}

/**
 * `dist/manifest.json`. Names: `loader` `shell` `console` `console.css`, and for what is loaded later its source
 * without the ending (`widget/src/chat/panel`) or, when it has no one source, `chunk/<name>`.
 */
export interface Manifest {
  /** Hash of all inputs; the build runs again when it differs. */
  readonly inputs: string;
  readonly files: Readonly<Record<string, ManifestFile>>;
}

const GZIP_LEVEL = 9;

/** Where the compressed form of a file stands. */
export const compressedName = (file: string): string => `${file}.gz`;

/** Sizes and integrity of one file's content; `compressed` is what is served to who accepts gzip. */
export function manifestFile(
  file: string,
  content: string | Uint8Array,
  edges: Pick<ManifestFile, 'imports' | 'dynamicImports'> = { imports: [], dynamicImports: [] },
  compressed?: Uint8Array,
): ManifestFile {
  const bytes = Buffer.from(content);
  return {
    file,
    bytes: bytes.length,
    gzipBytes: (compressed ?? gzipSync(bytes, { level: GZIP_LEVEL })).length,
    integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`,
    imports: edges.imports,
    dynamicImports: edges.dynamicImports,
  };
}
