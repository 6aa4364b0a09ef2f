/** Elements in one chunk before it is split: an insertion moves at most this many, whatever the length. */
const CHUNK_MAX = 128;

/**
 * A sorted list for many thousand elements: two binary searches per operation, and an insertion or removal
 * moves the elements of one chunk only (one array of 10,000 would move 80 KB each time).
 */
export class SortedList<T extends Key, Key = T> {
  readonly #compare: (left: Key, right: Key) => number;
  readonly #chunks: T[][] = [];
  #length = 0;

  /** `compare` as for `Array.sort`; elements that compare as 0 are interchangeable. */
  constructor(compare: (left: Key, right: Key) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#length;
  }

  add(value: T): void {
    this.#length += 1;
    const at = Math.min(this.#chunkFor(value, false), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (!chunk) {
      this.#chunks.push([value]);
      return;
    }
    chunk.splice(this.#indexIn(chunk, value, false), 0, value);
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX / 2));
  }

  /** Removes one element that compares as 0; false when there is none. */
  delete(value: T): boolean {
    const at = this.#chunkFor(value, false);
    const chunk = this.#chunks[at];
    if (!chunk) return false;
    const index = this.#indexIn(chunk, value, false);
    if (this.#compare(chunk[index] as T, value) !== 0) return false;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#length -= 1;
    return true;
  }

  first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  /** The first element that comes after `value`, which need not be in the list. */
  after(value: Key): T | undefined {
    const chunk = this.#chunks[this.#chunkFor(value, true)];
    return chunk?.[this.#indexIn(chunk, value, true)];
  }

  /** How many elements come before `value`, which need not be in the list. One addition per chunk. */
  countBefore(value: Key): number {
    const at = this.#chunkFor(value, false);
    let count = 0;
    for (let index = 0; index < at; index += 1) count += this.#chunks[index]?.length ?? 0;
    const chunk = this.#chunks[at];
    return chunk ? count + this.#indexIn(chunk, value, false) : count;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The first chunk that holds an element ≥ `value`, or > `value` when `strictly`; else the number of chunks. */
  #chunkFor(value: Key, strictly: boolean): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as T[];
      if (this.#isBefore(chunk[chunk.length - 1] as T, value, strictly)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexIn(chunk: readonly T[], value: Key, strictly: boolean): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(chunk[middle] as T, value, strictly)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(element: T, value: Key, strictly: boolean): boolean {
    const order = this.#compare(element, value);
    return strictly ? order <= 0 : order < 0;
  }
}
