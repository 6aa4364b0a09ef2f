import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * SQLite reads its write-ahead log up to the first frame whose checksum does not hold and takes the rest for the
 * torn end of a transaction that was never synced (https://www.sqlite.org/fileformat2.html#walformat, 4.1 to 4.3).
 * One byte that a disk turned round in the middle therefore makes it forget, without a word, every transaction
 * from there on, acknowledged ones too. Such damage can be told from a torn end: a transaction is written only
 * after the one before it was synced, so that nothing whole can follow what is torn.
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** In the second one checksums are over big-endian words. */
const MAGIC_LITTLE_ENDIAN = 0x377f0682;
const MAGIC_BIG_ENDIAN = 0x377f0683;
const CHECKSUM_OF_HEADER_AT = 24;
const PAGE_SIZE_AT = 8;
const SALTS_AT = 16;
const FRAME_SALTS_AT = 8;
const FRAME_COMMIT_AT = 4;
const FRAME_CHECKSUM_AT = 16;
const SALTS_BYTES = 8;
const PAGE_MIN_BYTES = 512;
const PAGE_MAX_BYTES = 65_536;

type Checksum = readonly [number, number];

/** What frames are checked by. */
interface Format {
  readonly pageBytes: number;
  readonly littleEndian: boolean;
}

/** A frame as it stands in the file. */
interface Frame {
  readonly salts: Buffer;
  /** The last one of its transaction. */
  readonly isCommit: boolean;
  readonly stored: Checksum;
  /** Whether it goes on from the checksum before it. */
  follows(before: Checksum): boolean;
}

/** One sentence about damage inside of a write-ahead log, or undefined where it is whole, torn at its end, or absent. */
export function damageOfWriteAheadLog(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    return damageOf(file);
  } finally {
    closeSync(file);
  }
}

function damageOf(file: number): string | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return undefined;
  const magic = header.readUInt32BE(0);
  const pageBytes = header.readUInt32BE(PAGE_SIZE_AT);
  const isKnown = magic === MAGIC_LITTLE_ENDIAN || magic === MAGIC_BIG_ENDIAN;
  if (!isKnown || !isPageSize(pageBytes)) {
    // Zeros are what a file system may leave of a log that was begun and never synced.
    return header.every((byte) => byte === 0) ? undefined : 'its header is not one';
  }
  const format = { pageBytes, littleEndian: magic === MAGIC_LITTLE_ENDIAN };
  const sum = checksum(format, header.subarray(0, CHECKSUM_OF_HEADER_AT), [0, 0]);
  if (!same(sum, checksumAt(header, CHECKSUM_OF_HEADER_AT))) return 'its header was changed';
  return damageOfFrames(file, format, header.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES), sum);
}

function damageOfFrames(file: number, format: Format, salts: Buffer, start: Checksum): string | undefined {
  const count = Math.floor((fstatSync(file).size - HEADER_BYTES) / (FRAME_HEADER_BYTES + format.pageBytes));
  let firstBroken: number | undefined;
  let before: { stored: Checksum; isCommit: boolean } = { stored: start, isCommit: false };
  for (let index = 0; index < count; index++) {
    const frame = readFrame(file, format, index);
    // What stands behind the end of the log is left over from before it was begun anew.
    const isOurs = frame.salts.equals(salts);
    const isNext = isOurs && frame.follows(before.stored);
    if (!isNext) firstBroken ??= index;
    else if (firstBroken !== undefined && before.isCommit) {
      return `frame ${firstBroken + 1} was changed, and transactions that were stored after it follow`;
    }
    before = { stored: frame.stored, isCommit: isOurs && frame.isCommit };
  }
  return undefined;
}

function readFrame(file: number, format: Format, index: number): Frame {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + format.pageBytes);
  readSync(file, bytes, 0, bytes.length, HEADER_BYTES + index * bytes.length);
  const stored = checksumAt(bytes, FRAME_CHECKSUM_AT);
  return {
    salts: bytes.subarray(FRAME_SALTS_AT, FRAME_SALTS_AT + SALTS_BYTES),
    isCommit: bytes.readUInt32BE(FRAME_COMMIT_AT) !== 0,
    stored,
    follows: (before) => {
      const head = checksum(format, bytes.subarray(0, FRAME_SALTS_AT), before);
      return same(checksum(format, bytes.subarray(FRAME_HEADER_BYTES), head), stored);
    },
  };
}

function isPageSize(bytes: number): boolean {
  return bytes >= PAGE_MIN_BYTES && bytes <= PAGE_MAX_BYTES && (bytes & (bytes - 1)) === 0;
}

/** SQLite's own: two sums, each over every second word and the other sum. */
function checksum({ littleEndian }: Format, bytes: Buffer, [first, second]: Checksum): Checksum {
  let one = first;
  let two = second;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 8) {
    one = (one + words.getUint32(at, littleEndian) + two) >>> 0;
    two = (two + words.getUint32(at + 4, littleEndian) + one) >>> 0;
  }
  return [one, two];
}

function checksumAt(bytes: Buffer, at: number): Checksum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
}

function same([one, two]: Checksum, [other, another]: Checksum): boolean {
  return one === other && two === another;
}
