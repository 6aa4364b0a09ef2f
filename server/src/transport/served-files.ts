import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gunzipSync, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { HttpError } from './http-error.ts';

const compressors = {
  br: promisify<Buffer, object, Buffer>(brotliCompress),
  gzip: promisify<Buffer, object, Buffer>(gzip),
};
const GZIP = { level: 9 };
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

/** What becomes smaller; pictures and sounds are compressed as they are. */
const COMPRESSED_TYPES = /^(text\/|application\/(javascript|json|manifest)|image\/svg)/;
/** Below it the header costs more than it saves. */
const COMPRESSED_MIN_BYTES = 256;
const FILES_KEPT = 500;
const BYTES_KEPT = 64 * 1024 * 1024;
const ETAG_LENGTH = 27;

function holds(packed: Buffer, plain: Buffer): boolean {
  try {
    return gunzipSync(packed, { maxOutputLength: plain.length + 1 }).equals(plain);
  } catch {
    return false;
  }
}

type Encoding = keyof typeof compressors | 'identity';

/** A body as it was read, and as it is compressed once it was asked for. */
export class ServedBody {
  readonly etag: string;
  readonly type: string;
  readonly #plain: Buffer;
  readonly #compressed = new Map<Encoding, Promise<Buffer>>();

  /** `packed` is a gzip of `plain` that somebody took more time for; what is another text is not used. */
  constructor(plain: Buffer, type: string, packed?: Buffer) {
    if (packed && holds(packed, plain)) this.#compressed.set('gzip', Promise.resolve(packed));
    this.#plain = plain;
    this.type = type;
    this.etag = createHash('sha256').update(plain).digest('base64url').slice(0, ETAG_LENGTH);
  }

  get size(): number {
    return this.#plain.length;
  }

  get isCompressible(): boolean {
    return this.size >= COMPRESSED_MIN_BYTES && COMPRESSED_TYPES.test(this.type);
  }

  as(encoding: Encoding): Promise<Buffer> {
    if (encoding === 'identity') return Promise.resolve(this.#plain);
    let compressed = this.#compressed.get(encoding);
    if (!compressed) {
      compressed = compressors[encoding](this.#plain, encoding === 'br' ? BROTLI : GZIP);
      this.#compressed.set(encoding, compressed);
    }
    return compressed;
  }
}

/** Answers with a body in the smallest encoding that the browser takes, or with 304 where it has it already. */
export async function sendBody(request: Request, response: Response, body: ServedBody): Promise<void> {
  const accepted = body.isCompressible ? request.acceptsEncodings('br', 'gzip', 'identity') : 'identity';
  const encoding = accepted === 'br' || accepted === 'gzip' ? accepted : 'identity';
  const bytes = await body.as(encoding);
  if (body.isCompressible) response.vary('Accept-Encoding');
  if (encoding !== 'identity') response.set('Content-Encoding', encoding);
  response.set('ETag', `W/"${body.etag}"`).set('Content-Type', body.type).send(bytes);
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Serves the files below a folder to GET and HEAD; what is not there is left to the next handler. */
export function servedFiles(folder: string, headers: Readonly<Record<string, string>> = {}): RequestHandler {
  const files = new FileBodies(folder);
  return async (request, response, next) => {
    const path = request.method === 'GET' || request.method === 'HEAD' ? pathBelow(request.path) : undefined;
    const body = path === undefined ? undefined : await files.get(path);
    if (!body) {
      next();
      return;
    }
    response.set(headers);
    await sendBody(request, response, body);
  };
}

/**
 * The path of a file below the folder, from a request's; undefined where it leads out of it, to a hidden file, or
 * is not written in the one plain way. A folder means its `index.html`.
 */
export function pathBelow(requestPath: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(requestPath).slice(1);
  } catch {
    throw new HttpError('malformed', 'the address is not well-formed');
  }
  if (path === '' || path.endsWith('/')) path += 'index.html';
  const isPlain = normalize(path).split(sep).join('/') === path && !/[\0\\]/.test(path);
  return isPlain && path.split('/').every((part) => !part.startsWith('.') && part !== '') ? path : undefined;
}

/** Files in memory, read again when they have changed. */
class FileBodies {
  readonly #folder: string;
  readonly #kept = new LRUCache<string, { body: ServedBody; modified: number }>({
    max: FILES_KEPT,
    maxSize: BYTES_KEPT,
    // With its two compressed forms.
    sizeCalculation: ({ body }) => 2 * body.size + 1,
  });

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(path: string): Promise<ServedBody | undefined> {
    const full = join(this.#folder, path);
    const found = await stat(full).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const kept = this.#kept.get(path);
    if (kept?.modified === found.mtimeMs) return kept.body;
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    const packed = await readFile(`${full}.gz`).catch(() => undefined);
    const body = new ServedBody(await readFile(full), type, packed);
    this.#kept.set(path, { body, modified: found.mtimeMs });
    return body;
  }
}
