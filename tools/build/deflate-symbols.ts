// The alphabet of deflate (RFC 1951, 3.2.5).

export const WINDOW = 32_768;
export const MATCH_MIN = 3;
export const MATCH_MAX = 258;
export const END_OF_BLOCK = 256;
/** Symbols of literals and lengths, and of distances. */
export const LITERALS = 286;
export const DISTANCES = 30;

/** First value and extra bits of each symbol (RFC 1951, 3.2.5). */
function ranges(
  first: number,
  direct: number,
  perStep: number,
  count: number,
): [base: number, extra: number][] {
  const made: [number, number][] = [];
  for (let index = 0, base = first; index < count; index++) {
    const extra = Math.max(0, Math.floor((index - direct) / perStep) + 1);
    made.push([base, extra]);
    base += 2 ** extra;
  }
  return made;
}
export const LENGTH_RANGES = ranges(MATCH_MIN, 8, 4, 28);
LENGTH_RANGES.push([MATCH_MAX, 0]);
export const DISTANCE_RANGES = ranges(1, 4, 2, DISTANCES);

function symbolTable(of: readonly [number, number][], max: number): Uint8Array {
  const table = new Uint8Array(max + 1);
  of.forEach(([base], index) => table.fill(index, base));
  return table;
}
/** The symbol of each length and of each distance. */
export const LENGTH_SYMBOL = symbolTable(LENGTH_RANGES, MATCH_MAX);
export const DISTANCE_SYMBOL = symbolTable(DISTANCE_RANGES, WINDOW);

/** One literal (`distance` 0, `length` the byte) or one match. */
export interface Token {
  length: number;
  distance: number;
}

/** How often each symbol is needed. */
export interface Counts {
  literals: Uint32Array;
  distances: Uint32Array;
}

export function countsOf(tokens: readonly Token[]): Counts {
  const literals = new Uint32Array(LITERALS);
  const distances = new Uint32Array(DISTANCES);
  const add = (to: Uint32Array, index: number): void => void (to[index] = (to[index] ?? 0) + 1);
  for (const { length, distance } of tokens) {
    add(literals, distance > 0 ? 257 + (LENGTH_SYMBOL[length] ?? 0) : length);
    if (distance > 0) add(distances, DISTANCE_SYMBOL[distance] ?? 0);
  }
  add(literals, END_OF_BLOCK);
  return { literals, distances };
}
