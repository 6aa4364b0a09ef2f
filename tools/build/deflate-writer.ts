import {
  type Token,
  DISTANCE_RANGES,
  DISTANCE_SYMBOL,
  END_OF_BLOCK,
  LENGTH_RANGES,
  LENGTH_SYMBOL,
  countsOf,
} from './deflate-symbols.ts';

/** In which the code lengths' own lengths are written (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Lengths of an optimal prefix code of at most `most` bits (package-merge; Larmore and Hirschberg 1990). */
function codeLengths(counts: Uint32Array, most: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const leaves = [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([symbol, count]) => ({ weight: count, symbols: [symbol] }))
    .sort((one, other) => one.weight - other.weight);
  if (leaves.length === 1) lengths[leaves[0]?.symbols[0] ?? 0] = 1;
  if (leaves.length < 2) return lengths;
  let packages = leaves;
  for (let level = 1; level < most; level++) {
    const pairs = [];
    for (let index = 0; index + 1 < packages.length; index += 2) {
      const [one, other] = [packages[index], packages[index + 1]];
      if (one && other) {
        pairs.push({ weight: one.weight + other.weight, symbols: [...one.symbols, ...other.symbols] });
      }
    }
    packages = [...leaves, ...pairs].sort((one, other) => one.weight - other.weight);
  }
  for (const { symbols } of packages.slice(0, 2 * leaves.length - 2)) {
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
  }
  return lengths;
}

/** The code words, most significant bit first as they are written (RFC 1951, 3.2.2). */
function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    code <<= 1;
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) codes[symbol] = code++;
  }
  return codes;
}

/** Collects bits, the first one lowest. */
export class Bits {
  readonly bytes: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, count: number): void {
    for (let index = 0; index < count; index++) {
      this.#held |= ((value >> index) & 1) << this.#count++;
      if (this.#count === 8) this.flush();
    }
  }

  /** A code word, whose first bit is its most significant one. */
  word(code: number, length: number): void {
    for (let index = length - 1; index >= 0; index--) this.put((code >> index) & 1, 1);
  }

  flush(): void {
    if (this.#count > 0) this.bytes.push(this.#held);
    this.#held = this.#count = 0;
  }
}

/** Runs of code lengths as symbols 0 to 18, with extra bits. */
function runsOf(lengths: readonly number[]): [symbol: number, extra: number, bits: number][] {
  const runs: [number, number, number][] = [];
  for (let at = 0; at < lengths.length;) {
    const value = lengths[at] ?? 0;
    let count = 1;
    while (lengths[at + count] === value) count++;
    at += count;
    if (value > 0) {
      runs.push([value, 0, 0]);
      count--;
    }
    while (count >= 3) {
      const most = value > 0 ? 6 : 138;
      const part = Math.min(count, most);
      if (value > 0) runs.push([16, part - 3, 2]);
      else runs.push(part > 10 ? [18, part - 11, 7] : [17, part - 3, 3]);
      count -= part;
    }
    for (; count > 0; count--) runs.push([value, 0, 0]);
  }
  return runs;
}

const countUsed = (lengths: Uint8Array, least: number): number =>
  Math.max(least, lengths.findLastIndex((each) => each > 0) + 1);

/** Writes one block with codes of its own. */
export function writeBlock(to: Bits, tokens: readonly Token[], isLast: boolean): void {
  const counts = countsOf(tokens);
  const literals = codeLengths(counts.literals, 15);
  const distances = codeLengths(counts.distances, 15);
  const [used, usedDistances] = [countUsed(literals, 257), countUsed(distances, 1)];
  const runs = runsOf([...literals.subarray(0, used), ...distances.subarray(0, usedDistances)]);
  const runCounts = new Uint32Array(19);
  for (const [symbol] of runs) runCounts[symbol] = (runCounts[symbol] ?? 0) + 1;
  const runLengths = codeLengths(runCounts, 7);
  const runCodes = codesOf(runLengths);
  const written = Math.max(4, ORDER.findLastIndex((symbol) => (runLengths[symbol] ?? 0) > 0) + 1);
  to.put(isLast ? 1 : 0, 1);
  to.put(2, 2);
  to.put(used - 257, 5);
  to.put(usedDistances - 1, 5);
  to.put(written - 4, 4);
  for (const symbol of ORDER.slice(0, written)) to.put(runLengths[symbol] ?? 0, 3);
  for (const [symbol, extra, bits] of runs) {
    to.word(runCodes[symbol] ?? 0, runLengths[symbol] ?? 0);
    to.put(extra, bits);
  }
  const [literalCodes, distanceCodes] = [codesOf(literals), codesOf(distances)];
  const literal = (symbol: number): void => to.word(literalCodes[symbol] ?? 0, literals[symbol] ?? 0);
  for (const { length, distance } of tokens) {
    if (distance === 0) {
      literal(length);
      continue;
    }
    const symbol = LENGTH_SYMBOL[length] ?? 0;
    literal(257 + symbol);
    const [base = 0, extra = 0] = LENGTH_RANGES[symbol] ?? [];
    to.put(length - base, extra);
    const its = DISTANCE_SYMBOL[distance] ?? 0;
    to.word(distanceCodes[its] ?? 0, distances[its] ?? 0);
    const [nearest = 0, bits = 0] = DISTANCE_RANGES[its] ?? [];
    to.put(distance - nearest, bits);
  }
  literal(END_OF_BLOCK);
}
