/** What a viewer of a shared page cannot load by itself (CO13), on the socket of `co-browse-socket.ts`. */
import { PAGE_FRAME_MAX_LENGTH } from './limits.ts';
import { type Infer, integer, message, oneOf, optional, string } from './schema.ts';

/** Bytes of one asset that the visitor's page hands over. */
export const ASSET_MAX_BYTES = 2 * 1024 * 1024;

const assetId = string(60, /^asset:[a-z0-9-]+$/, 7);
const sha256 = string(64, /^[0-9a-f]{64}$/);
/**
 * Why an asset is not given: nothing of that name was told of; it stands in a masked or hidden part too; it is larger
 * than may be sent; it is no picture or font; too many were asked for, so that asking later may help; or the page could
 * not read it.
 */
export const assetRefusal = oneOf('unknown', 'private', 'too-large', 'type', 'busy', 'failed');
export type AssetRefusal = Infer<typeof assetRefusal>;

export const assetAsked = message(
  'asset-asked',
  3,
  'A viewer cannot load this image or font by itself (CO13).',
  {
    asset: assetId,
    /** To the page: bytes of this hash, which it named, are not held and are to be sent. */
    sha256: optional(sha256),
  },
);

/**
 * `data` is base64. The page names type and hash first, without data, so that bytes which the relay holds are not sent
 * again; where it cannot make a hash it sends the bytes at once. `refused`: there are none.
 */
export const assetPart = message('asset', 3, "An asset's bytes, in parts, and their SHA-256 in hex.", {
  asset: assetId,
  part: integer(0, 99),
  parts: integer(1, 100),
  mime: optional(string(60)),
  sha256: optional(sha256),
  data: optional(string(PAGE_FRAME_MAX_LENGTH)),
  refused: optional(assetRefusal),
});
