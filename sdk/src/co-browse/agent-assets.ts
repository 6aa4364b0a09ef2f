import { ASSET_MAX_BYTES, type AssetRefusal, type CoBrowseAgentDown } from '../protocol/index.ts';
import { type AssetType, assetTypeOf } from './asset-types.ts';

type Part = Extract<CoBrowseAgentDown, { type: 'asset' }>;

/** A picture or font of the visitor's page, or why there is none. */
export type PageAsset =
  | { readonly asset: string; readonly mime: AssetType; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly asset: string; readonly refused: AssetRefusal };

/** Of which not all parts are here, or which has not begun to come. */
interface Coming {
  readonly pieces: Uint8Array<ArrayBuffer>[];
  parts: number | undefined;
  length: number;
}

const decoded = (data: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(data), (character) => character.charCodeAt(0));

/** Joins the parts of assets that were asked for; what nobody asked for does not exist. */
export class AgentAssets {
  readonly #coming = new Map<string, Coming>();

  asks(asset: string): void {
    this.#coming.set(asset, { pieces: [], parts: undefined, length: 0 });
  }

  /** The connection is gone, and with it what was on its way. */
  lost(): string[] {
    const lost = [...this.#coming.keys()];
    this.#coming.clear();
    return lost;
  }

  /** The whole asset, once its last part is here; what cannot be one is refused. */
  came(part: Part): PageAsset | undefined {
    const { asset } = part;
    const coming = this.#coming.get(asset);
    if (!coming) return undefined;
    const done = part.refused ?? this.#add(part, coming);
    if (done === undefined) return undefined;
    this.#coming.delete(asset);
    return typeof done === 'string' ? { asset, refused: done } : { asset, ...done };
  }

  #add(
    { data, part, parts }: Part,
    coming: Coming,
  ): AssetRefusal | { mime: AssetType; bytes: Uint8Array<ArrayBuffer> } | undefined {
    coming.parts ??= parts;
    if (data === undefined || coming.parts !== parts || coming.pieces.length !== part) return 'failed';
    try {
      coming.pieces.push(decoded(data));
    } catch {
      return 'failed';
    }
    coming.length += coming.pieces.at(-1)?.length ?? 0;
    if (coming.length > ASSET_MAX_BYTES) return 'too-large';
    if (coming.pieces.length < parts) return undefined;
    const bytes = new Uint8Array(coming.length);
    let at = 0;
    for (const piece of coming.pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    // Whatever it was called on its way.
    const mime = assetTypeOf(bytes);
    return mime ? { mime, bytes } : 'type';
  }
}
