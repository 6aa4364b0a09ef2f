import { crc32 } from 'node:zlib';
import {
  type Counts,
  type Token,
  DISTANCES,
  DISTANCE_RANGES,
  DISTANCE_SYMBOL,
  LENGTH_RANGES,
  LENGTH_SYMBOL,
  LITERALS,
  MATCH_MAX,
  MATCH_MIN,
  WINDOW,
  countsOf,
} from './deflate-symbols.ts';
import { Bits, writeBlock } from './deflate-writer.ts';

/**
 * gzip that takes its time: among all ways to say the same bytes it looks for the shortest, where zlib takes the
 * first good one. A build does it once and every visitor has 3 to 4 % less to fetch. The format is RFC 1951 and 1952;
 * the way (a shortest path over all matches under the prices of the last round, blocks where the statistics change)
 * is that of optimal parsing in general.
 */

/** Earlier places that are looked at for one match. */
const CHAIN_MAX = 4_096;
const ROUNDS = 15;
const BLOCKS_MAX = 12;
/** What one more symbol adds to a block's codes, by experience. */
const BITS_PER_CODE = 4;
/** For each place the pairs of length and nearest distance that are not worse than another in both. */
function matchesOf(data: Uint8Array): Uint32Array[] {
  const last = new Map<number, number>();
  const previous = new Int32Array(data.length).fill(-1);
  const all: Uint32Array[] = [];
  for (let at = 0; at < data.length; at++) {
    const found: number[] = [];
    if (at + MATCH_MIN <= data.length) {
      const key = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      let before = last.get(key) ?? -1;
      previous[at] = before;
      last.set(key, at);
      const limit = Math.min(MATCH_MAX, data.length - at);
      let best = MATCH_MIN - 1;
      for (
        let tries = 0;
        before >= 0 && at - before <= WINDOW && best < limit && tries < CHAIN_MAX;
        tries++
      ) {
        if (data[before + best] === data[at + best]) {
          let length = 0;
          while (length < limit && data[before + length] === data[at + length]) length++;
          if (length > best) found.push((best = length), at - before);
        }
        before = previous[before] ?? -1;
      }
    }
    all.push(Uint32Array.from(found));
  }
  return all;
}

/** Bits that each symbol costs. */
interface Prices {
  literals: Float64Array;
  distances: Float64Array;
}

function pricesOf(counts: Counts): Prices {
  const bits = (of: Uint32Array): Float64Array => {
    const total = of.reduce((sum, each) => sum + each, 0);
    return Float64Array.from(
      of,
      (count) => Math.log2(Math.max(total, 1)) - (count > 0 ? Math.log2(count) : -1),
    );
  };
  return { literals: bits(counts.literals), distances: bits(counts.distances) };
}

/** The cheapest way from `from` to `to`. */
function shortestPath(
  data: Uint8Array,
  matches: readonly Uint32Array[],
  [from, to]: readonly [number, number],
  { literals, distances }: Prices,
): Token[] {
  const lengthPrice = Float64Array.from({ length: MATCH_MAX + 1 }, (_, length) => {
    const symbol = LENGTH_SYMBOL[length] ?? 0;
    return (literals[257 + symbol] ?? 0) + (LENGTH_RANGES[symbol]?.[1] ?? 0);
  });
  const distancePrice = distances.map((price, symbol) => price + (DISTANCE_RANGES[symbol]?.[1] ?? 0));
  const size = to - from;
  const cost = new Float64Array(size + 1).fill(Infinity);
  const lengths = new Uint16Array(size + 1);
  const steps = new Uint16Array(size + 1);
  cost[0] = 0;
  for (let at = 0; at < size; at++) {
    const here = cost[at] ?? 0;
    const literal = here + (literals[data[from + at] ?? 0] ?? 0);
    if (literal < (cost[at + 1] ?? 0)) {
      cost[at + 1] = literal;
      lengths[at + 1] = 1;
      steps[at + 1] = 0;
    }
    const found = matches[from + at] ?? [];
    let length = MATCH_MIN;
    for (let index = 0; index < found.length; index += 2) {
      const distance = found[index + 1] ?? 0;
      const base = here + (distancePrice[DISTANCE_SYMBOL[distance] ?? 0] ?? 0);
      for (const most = Math.min(found[index] ?? 0, size - at); length <= most; length++) {
        const price = base + (lengthPrice[length] ?? 0);
        if (price < (cost[at + length] ?? 0)) {
          cost[at + length] = price;
          lengths[at + length] = length;
          steps[at + length] = distance;
        }
      }
    }
  }
  const tokens: Token[] = [];
  for (let at = size; at > 0;) {
    const length = lengths[at] ?? 1;
    const distance = steps[at] ?? 0;
    at -= length;
    tokens.push({ length: distance > 0 ? length : (data[from + at] ?? 0), distance });
  }
  return tokens.reverse();
}

/** About what a block of these costs: its symbols by their share, at least a bit each, and its codes. */
function bitsOf(tokens: readonly Token[]): number {
  const { literals, distances } = countsOf(tokens);
  let bits = 0;
  for (const counts of [literals, distances]) {
    const total = counts.reduce((sum, each) => sum + each, 0);
    for (const count of counts)
      if (count > 0) bits += count * Math.max(1, Math.log2(total / count)) + BITS_PER_CODE;
  }
  for (const { length, distance } of tokens) {
    if (distance > 0) {
      bits += LENGTH_RANGES[LENGTH_SYMBOL[length] ?? 0]?.[1] ?? 0;
      bits += DISTANCE_RANGES[DISTANCE_SYMBOL[distance] ?? 0]?.[1] ?? 0;
    }
  }
  return bits;
}

/** The best of several rounds, each with the prices that the last one made. */
function parse(
  data: Uint8Array,
  matches: readonly Uint32Array[],
  range: readonly [number, number],
  start: Prices,
): Token[] {
  let best: Token[] = [];
  let fewest = Infinity;
  let prices = start;
  for (let round = 0; round < ROUNDS; round++) {
    const tokens = shortestPath(data, matches, range, prices);
    const bits = bitsOf(tokens);
    if (bits < fewest) [best, fewest] = [tokens, bits];
    prices = pricesOf(countsOf(tokens));
  }
  return best;
}

/** Where a block should end, as indexes of tokens: each split must pay for its own codes. */
function splitsOf(tokens: readonly Token[]): number[] {
  const ends = [0, tokens.length];
  const done = new Set<number>();
  while (ends.length <= BLOCKS_MAX) {
    const from = ends.findIndex((start, index) => index + 1 < ends.length && !done.has(start));
    if (from < 0) break;
    const [start, end] = [ends[from] ?? 0, ends[from + 1] ?? 0];
    const price = (at: number): number => bitsOf(tokens.slice(start, at)) + bitsOf(tokens.slice(at, end));
    let [low, high, at] = [start + 1, end - 1, 0];
    let fewest = bitsOf(tokens.slice(start, end));
    while (high - low > 16) {
      const step = (high - low) / 10;
      const tried = Array.from({ length: 9 }, (_, index) => Math.round(low + step * (index + 1)));
      const prices = tried.map(price);
      const least = Math.min(...prices);
      const center = tried[prices.indexOf(least)] ?? low;
      if (least < fewest) [fewest, at] = [least, center];
      [low, high] = [
        Math.max(start + 1, Math.floor(center - step)),
        Math.min(end - 1, Math.ceil(center + step)),
      ];
    }
    if (at > 0) ends.splice(from + 1, 0, at);
    else done.add(start);
  }
  return ends;
}

function header(): number[] {
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
}

function littleEndian(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}

/** The bytes as gzip, which every inflater reads. Takes seconds for 100 KB. */
export function optimalGzip(content: string | Uint8Array): Uint8Array {
  const data = Buffer.from(content);
  const matches = matchesOf(data);
  const flat = {
    literals: new Float64Array(LITERALS).fill(8),
    distances: new Float64Array(DISTANCES).fill(5),
  };
  const first = parse(data, matches, [0, data.length], flat);
  const sizeOf = ({ length, distance }: Token): number => (distance > 0 ? length : 1);
  const ends = splitsOf(first);
  const bits = new Bits();
  let at = 0;
  for (let block = 0; block + 1 < ends.length; block++) {
    const before = first.slice(ends[block], ends[block + 1]);
    const to = before.reduce((sum, token) => sum + sizeOf(token), at);
    const tokens = parse(data, matches, [at, to], pricesOf(countsOf(before)));
    const isBetter = bitsOf(tokens) < bitsOf(before);
    writeBlock(bits, isBetter ? tokens : before, block + 2 === ends.length);
    at = to;
  }
  bits.flush();
  return Uint8Array.from([
    ...header(),
    ...bits.bytes,
    ...littleEndian(crc32(data)),
    ...littleEndian(data.length),
  ]);
}
