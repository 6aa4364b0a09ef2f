import { createHash } from 'node:crypto';
import type { FromPage, ToViewer } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareViewer } from './share-viewer.ts';

type Part = Extract<FromPage, { type: 'asset' }>;

/** Pictures and fonts; nothing that could hold a script. */
const ALLOWED_TYPES = /^(image\/(png|jpeg|gif|webp|avif)|font\/(woff2?|ttf|otf))$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const ASKED_AGAIN_AFTER_MS = 10_000;

interface Asked {
  readonly at: number;
  readonly viewers: Set<ShareViewer>;
  parts: Part[];
  characters: number;
}

/**
 * Pictures and fonts that an agent's browser cannot fetch (CO13): asked of the visitor's page once, checked against
 * their SHA-256, and kept for the next viewer, in memory and as long as the share lasts. The server fetches nothing.
 */
export class ShareAssets {
  readonly #limits: ShareLimits;
  readonly #ask: (asset: string) => void;
  readonly #asked = new Map<string, Asked>();
  /** By asset id, and what they share by SHA-256; oldest first. */
  readonly #names = new Map<string, string>();
  readonly #kept = new Map<string, readonly Omit<Part, 'asset'>[]>();
  #bytes = 0;

  constructor(limits: ShareLimits, ask: (asset: string) => void) {
    this.#limits = limits;
    this.#ask = ask;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /** A viewer wants one. */
  wanted(asset: string, viewer: ShareViewer, now: number): void {
    const sha = this.#names.get(asset);
    const kept = sha === undefined ? undefined : this.#kept.get(sha);
    if (kept) {
      for (const part of kept) viewer.wire.send({ ...part, asset });
      return;
    }
    const asked = this.#asked.get(asset);
    if (asked && now - asked.at < ASKED_AGAIN_AFTER_MS) {
      asked.viewers.add(viewer);
      return;
    }
    for (const [id, { at }] of this.#asked) if (now - at >= ASKED_AGAIN_AFTER_MS) this.#asked.delete(id);
    if (this.#asked.size >= this.#limits.assetsAskedMax) {
      viewer.wire.send(without(asset));
      return;
    }
    this.#asked.set(asset, { at: now, viewers: new Set([viewer]), parts: [], characters: 0 });
    this.#ask(asset);
  }

  /** The page hands over a part of one that was asked for; anything else is dropped. */
  came(part: Part): void {
    const asked = this.#asked.get(part.asset);
    if (asked?.parts.length !== part.part) return;
    asked.characters += part.data?.length ?? 0;
    // Base64 takes four characters for three bytes.
    const isTooLarge = asked.characters > (this.#limits.assetMaxBytes * 4) / 3 + 4;
    if (isTooLarge || !isAllowed(part, asked.parts[0])) {
      this.#finish(part.asset, asked, [without(part.asset)]);
      return;
    }
    asked.parts.push(part);
    if (asked.parts.length < part.parts) return;
    const sha = shaOf(asked.parts);
    if (sha !== asked.parts[0]?.sha256) {
      this.#finish(part.asset, asked, [without(part.asset)]);
      return;
    }
    this.#keep(part.asset, sha, asked.parts, asked.characters);
    this.#finish(part.asset, asked, asked.parts);
  }

  forget(viewer: ShareViewer): void {
    for (const { viewers } of this.#asked.values()) viewers.delete(viewer);
  }

  /** Nothing is kept after the end. */
  clear(): void {
    this.#asked.clear();
    this.#names.clear();
    this.#kept.clear();
    this.#bytes = 0;
  }

  #finish(asset: string, { viewers }: Asked, parts: readonly ToViewer[]): void {
    this.#asked.delete(asset);
    for (const viewer of viewers) for (const part of parts) viewer.wire.send(part);
  }

  #keep(asset: string, sha: string, parts: readonly Part[], characters: number): void {
    this.#names.set(asset, sha);
    if (this.#names.size > NAMES_MAX) this.#names.delete(first(this.#names.keys()));
    if (this.#kept.has(sha)) return;
    this.#kept.set(sha, parts);
    this.#bytes += characters;
    while (this.#bytes > this.#limits.assetsMaxBytes) {
      const oldest = first(this.#kept.keys());
      const size = this.#kept.get(oldest)?.reduce((sum, { data }) => sum + (data?.length ?? 0), 0) ?? 0;
      this.#kept.delete(oldest);
      this.#bytes -= size;
    }
  }
}

const NAMES_MAX = 5_000;

function first(keys: Iterable<string>): string {
  for (const key of keys) return key;
  return '';
}

function without(asset: string): Part {
  return { type: 'asset', asset, part: 0, parts: 1 };
}

function isAllowed(part: Part, begun: Part | undefined): boolean {
  const { mime, parts } = begun ?? part;
  return (
    mime !== undefined && ALLOWED_TYPES.test(mime) && parts === part.parts && BASE64.test(part.data ?? '')
  );
}

function shaOf(parts: readonly Part[]): string {
  const hash = createHash('sha256');
  for (const { data } of parts) hash.update(Buffer.from(data ?? '', 'base64'));
  return hash.digest('hex');
}
