/** Types of pictures and fonts that may be handed to agents: none of them can hold a script or a reference. */
export type AssetType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'image/avif'
  | 'font/woff'
  | 'font/woff2'
  | 'font/ttf'
  | 'font/otf';

/** The longest beginning that is looked at. */
const HEAD_BYTES = 16;

/** What files begin with, as one character per byte; `.` stands for any. */
const BEGINNINGS: readonly (readonly [RegExp, AssetType])[] = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^[^]{4}ftypavi[fs]/, 'image/avif'],
  [/^wOFF/, 'font/woff'],
  [/^wOF2/, 'font/woff2'],
  [/^(?:\0\x01\0\0|true)/, 'font/ttf'],
  [/^OTTO/, 'font/otf'],
];

/** What bytes are by what they begin with, whatever anybody calls them; `undefined`: nothing that may be shown. */
export function assetTypeOf(bytes: Uint8Array): AssetType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
  return BEGINNINGS.find(([beginning]) => beginning.test(head))?.[1];
}
