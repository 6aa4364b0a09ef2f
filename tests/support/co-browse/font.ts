/** One table of a font: numbers, each with its size in bytes. */
type Fields = readonly (readonly [value: number, bytes: 1 | 2 | 4])[];

const short = (...values: number[]): Fields => values.map((value) => [value, 2] as const);
const long = (...values: number[]): Fields => values.map((value) => [value, 4] as const);

function written(fields: Fields): Buffer {
  const table = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    table.writeUIntBE(value < 0 ? value + 2 ** (8 * bytes) : value, at, bytes);
    at += bytes;
  }
  return table;
}

const EM = 1_000;
/** How wide each letter is, in ems: wider than in any other font. */
export const LETTER_EMS = 3;
const WIDTH = LETTER_EMS * EM;
const W = 'W'.charCodeAt(0);
const FULL = 0xffff;

/** A square, as an outline of four points. */
const SQUARE: Fields = [
  ...short(1, 0, 0, 500, 500, 3, 0),
  ...[1, 1, 1, 1].map((on) => [on, 1] as const),
  ...short(0, 500, 0, -500, 0, 0, 500, 0),
];

const TABLES: Readonly<Record<string, Fields>> = {
  'OS/2': [
    ...short(3, WIDTH, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
    ...Array.from({ length: 10 }, () => [0, 1] as const),
    ...long(1, 0, 0, 0, 0),
    ...short(0x40, W, W, 800, -200, 0, 800, 200),
    ...long(1, 0),
    ...short(500, 500, 0, 0x20, 0),
  ],
  // Two stretches of letters: W is the second glyph, and the end, which every font has.
  cmap: [
    ...short(0, 1, 3, 1),
    ...long(12),
    ...short(4, 32, 0, 4, 4, 1, 0, W, FULL, 0, W, FULL, 1 - W, 1, 0, 0),
  ],
  glyf: SQUARE,
  head: [
    ...long(0x10000, 0x10000, 0, 0x5f0f3cf5),
    ...short(0, EM),
    ...long(0, 0, 0, 0),
    ...short(0, 0, 500, 500, 0, 8, 2, 0, 0),
  ],
  hhea: [...long(0x10000), ...short(800, -200, 0, WIDTH, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, 2)],
  hmtx: short(WIDTH, 0, WIDTH, 0),
  loca: short(0, 0, written(SQUARE).length / 2),
  maxp: [...long(0x10000), ...short(2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
  name: short(0, 0, 6),
  post: long(0x30000, 0, 0, 0, 0, 0, 0, 0),
};

/** A font of one letter, `W`, three ems wide: as TrueType writes it (OpenType 1.9, chapter 4). */
export function wideFont(): Buffer {
  const names = Object.keys(TABLES).sort();
  const bodies = names.map((name) => written(TABLES[name] ?? []));
  let offset = 12 + 16 * names.length;
  const entries = names.map((name, index) => {
    const length = bodies[index]?.length ?? 0;
    const entry = Buffer.concat([Buffer.from(name), written(long(0, offset, length))]);
    offset += Math.ceil(length / 4) * 4;
    return entry;
  });
  const padded = bodies.map((body) => Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]));
  return Buffer.concat([
    written([...long(0x10000), ...short(names.length, 128, 3, 32)]),
    ...entries,
    ...padded,
  ]);
}
