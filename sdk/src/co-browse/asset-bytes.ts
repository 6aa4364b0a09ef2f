/** Reads a picture or font of the page's own origin as the page itself does, with its cookies and out of its cache. */
import { ASSET_MAX_BYTES, type AssetRefusal } from '../protocol/co-browse-assets.ts';
import { type AssetType, assetTypeOf } from './asset-types.ts';

const READING_MAX_MS = 10_000;
/** A picture that is drawn anew has no side longer than this. */
const SIDE_MAX_PIXELS = 1_600;
const DRAWN_QUALITY = 0.9;
/** Of a drawing that says no size. */
const SIDES_UNSAID = [300, 150] as const;
const FONT_PATH = /\.(?:woff2?|ttf|otf)$/i;
/** Where a photograph keeps when and where it was taken. */
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0] as const;
const EXIF_WITHIN_BYTES = 64 * 1024;

export interface AssetBytes {
  readonly type: AssetType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

type Read = AssetBytes | AssetRefusal;

/** All of a body, or `undefined` as soon as it is larger than an asset may be. */
async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > ASSET_MAX_BYTES) {
      await reader?.cancel();
      return undefined;
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tellsMore({ type, bytes }: AssetBytes): boolean {
  if (type !== 'image/jpeg') return false;
  const head = bytes.subarray(0, EXIF_WITHIN_BYTES);
  return head.some((byte, at) => byte === EXIF[0] && EXIF.every((each, more) => head[at + more] === each));
}

/**
 * Draws the picture that the page has loaded already. A browser does not let go of what came from another origin by
 * way of a redirect.
 */
async function drawn(window: Window & typeof globalThis, url: string): Promise<Read> {
  const image = new window.Image();
  image.src = url;
  await image.decode();
  const [width, height] = [image.naturalWidth || SIDES_UNSAID[0], image.naturalHeight || SIDES_UNSAID[1]];
  const scale = Math.min(1, SIDE_MAX_PIXELS / Math.max(width, height));
  const canvas = window.document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/webp', DRAWN_QUALITY);
  });
  if (!blob) return 'failed';
  if (blob.size > ASSET_MAX_BYTES) return 'too-large';
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const type = assetTypeOf(bytes);
  return type ? { type, bytes } : 'type';
}

/**
 * A picture as it is; drawn anew where it is a drawing that could hold a script, is too large, or tells where it was
 * taken. A font only if this page uses it.
 */
export async function readAsset(window: Window & typeof globalThis, url: string): Promise<Read> {
  if (FONT_PATH.test(new URL(url).pathname) && performance.getEntriesByName(url).length === 0)
    return 'unknown';
  let response: Response;
  try {
    response = await fetch(url, {
      mode: 'same-origin',
      credentials: 'same-origin',
      cache: 'force-cache',
      signal: AbortSignal.timeout(READING_MAX_MS),
    });
  } catch {
    // The page's policy may forbid scripts to fetch; what it shows it has.
    return drawn(window, url);
  }
  if (!response.ok) return 'failed';
  const said = response.headers.get('content-type') ?? '';
  const bytes = await bytesOf(response);
  const type = bytes && assetTypeOf(bytes);
  if (bytes && type) {
    const read = { type, bytes };
    return tellsMore(read) ? drawn(window, url) : read;
  }
  return said.startsWith('image/') ? drawn(window, url) : bytes ? 'type' : 'too-large';
}
