import { createHash } from 'node:crypto';
import type { AssetRefusal } from '@alongside/sdk/protocol';
import { assetTypeOf } from '@alongside/sdk/shared';
import type { FromPage } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareViewer } from './share-viewer.ts';

type Part = Extract<FromPage, { type: 'asset' }>;
type KeptPart = Omit<Part, 'asset'>;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const ASKED_AGAIN_AFTER_MS = 10_000;
const NAMES_MAX = 5_000;
/** A type is told by no more than this. */
const HEAD_CHARACTERS = 64;

interface Asked {
  at: number;
  readonly viewers: Set<ShareViewer>;
  parts: Part[];
  characters: number;
  /** The hash that the page named, and under which nothing is held. */
  named: string | undefined;
}

/**
 * Pictures and fonts that an agent's browser cannot fetch (CO13): asked of the visitor's page once, checked for what
 * they are and against their SHA-256, and kept by that hash for the next viewer and the next page, in memory and as long
 * as the share lasts. The server fetches nothing. What is wrong with one costs that one.
 */
export class ShareAssets {
  readonly #limits: ShareLimits;
  readonly #ask: (asset: string, sha256: string | undefined) => void;
  readonly #asked = new Map<string, Asked>();
  /** By asset id, and what they share by SHA-256; oldest first. */
  readonly #names = new Map<string, string>();
  readonly #kept = new Map<string, readonly KeptPart[]>();
  #bytes = 0;

  constructor(limits: ShareLimits, ask: (asset: string, sha256: string | undefined) => void) {
    this.#limits = limits;
    this.#ask = ask;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /** A viewer wants one. */
  wanted(asset: string, viewer: ShareViewer, now: number): void {
    if (!viewer.assets.take(now)) {
      viewer.give([refused(asset, 'busy')]);
      return;
    }
    const sha = this.#names.get(asset);
    const kept = sha === undefined ? undefined : this.#kept.get(sha);
    if (kept) {
      viewer.give(kept.map((part) => ({ ...part, asset })));
      return;
    }
    const asked = this.#asked.get(asset);
    if (asked && now - asked.at < ASKED_AGAIN_AFTER_MS) {
      asked.viewers.add(viewer);
      return;
    }
    for (const [id, { at }] of this.#asked) if (now - at >= ASKED_AGAIN_AFTER_MS) this.#asked.delete(id);
    if (this.#asked.size >= this.#limits.assetsAskedMax) {
      viewer.give([refused(asset, 'busy')]);
      return;
    }
    const viewers = new Set([viewer]);
    this.#asked.set(asset, { at: now, viewers, parts: [], characters: 0, named: undefined });
    this.#ask(asset, undefined);
  }

  /** Whether the page hands over what it was asked for. */
  expects(asset: string): boolean {
    return this.#asked.has(asset);
  }

  /** The page hands over a part of one that was asked for; anything else is dropped. */
  came(part: Part, now: number): void {
    const asked = this.#asked.get(part.asset);
    if (asked?.parts.length !== part.part) return;
    // A large one takes its time: what counts is that it comes.
    asked.at = now;
    if (part.refused !== undefined || (part.data === undefined && part.sha256 === undefined)) {
      this.#finish(part.asset, asked, [refused(part.asset, part.refused ?? 'failed')]);
      return;
    }
    if (part.data === undefined) {
      this.#named(part, asked);
      return;
    }
    asked.parts.push(part);
    asked.characters += part.data.length;
    const wrong = this.#wrongWith(asked, part);
    if (wrong !== undefined) this.#finish(part.asset, asked, [refused(part.asset, wrong)]);
    else if (asked.parts.length === part.parts) this.#whole(part.asset, asked);
  }

  /** It says which bytes they are: where they are held they are not sent again. */
  #named({ asset, sha256 }: Part, asked: Asked): void {
    const kept = sha256 === undefined ? undefined : this.#kept.get(sha256);
    if (sha256 !== undefined && kept) {
      this.#name(asset, sha256);
      this.#finish(
        asset,
        asked,
        kept.map((part) => ({ ...part, asset })),
      );
    } else if (asked.named === undefined) {
      asked.named = sha256;
      this.#ask(asset, sha256);
    } else this.#finish(asset, asked, [refused(asset, 'failed')]);
  }

  #wrongWith({ parts, characters }: Asked, part: Part): AssetRefusal | undefined {
    // Base64 takes four characters for three bytes.
    if (characters > (this.#limits.assetMaxBytes * 4) / 3 + 4) return 'too-large';
    const [first] = parts;
    if (first?.parts !== part.parts || !BASE64.test(part.data ?? '')) return 'failed';
    return isWhatItSays(first) ? undefined : 'type';
  }

  #whole(asset: string, asked: Asked): void {
    const { parts, characters } = asked;
    const hash = createHash('sha256');
    for (const { data } of parts) hash.update(Buffer.from(data ?? '', 'base64'));
    const sha = hash.digest('hex');
    const said = parts[0]?.sha256 ?? asked.named;
    if (said !== undefined && said !== sha) {
      this.#finish(asset, asked, [refused(asset, 'failed')]);
      return;
    }
    this.#keep(asset, sha, parts, characters);
    this.#finish(asset, asked, parts);
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

  #finish(asset: string, { viewers }: Asked, parts: readonly Part[]): void {
    this.#asked.delete(asset);
    for (const viewer of viewers) viewer.give(parts);
  }

  #name(asset: string, sha: string): void {
    this.#names.set(asset, sha);
    if (this.#names.size > NAMES_MAX) this.#names.delete(first(this.#names.keys()));
  }

  #keep(asset: string, sha: string, parts: readonly Part[], characters: number): void {
    this.#name(asset, sha);
    if (this.#kept.has(sha)) return;
    this.#kept.set(
      sha,
      parts.map(({ asset: _asset, ...part }) => part),
    );
    this.#bytes += characters;
    while (this.#bytes > this.#limits.assetsMaxBytes) {
      const oldest = first(this.#kept.keys());
      const size = this.#kept.get(oldest)?.reduce((sum, { data }) => sum + (data?.length ?? 0), 0) ?? 0;
      this.#kept.delete(oldest);
      this.#bytes -= size;
    }
  }
}

function first(keys: Iterable<string>): string {
  for (const key of keys) return key;
  return '';
}

function refused(asset: string, reason: AssetRefusal): Part {
  return { type: 'asset', asset, part: 0, parts: 1, refused: reason };
}

/** What bytes are is told by themselves; pages and drawings, which could hold a script, are nothing that may pass. */
function isWhatItSays({ mime, data }: Part): boolean {
  const type = assetTypeOf(Buffer.from((data ?? '').slice(0, HEAD_CHARACTERS), 'base64'));
  return type !== undefined && type === mime;
}
