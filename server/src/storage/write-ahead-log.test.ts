import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { damageOfWriteAheadLog } from './write-ahead-log.ts';

const HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;
const TRANSACTIONS = 6;

describe("SQLite's write-ahead log", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alongside-wal-'));
    path = join(folder, 'copy.db');
    const database = new DatabaseSync(join(folder, 'source.db'));
    database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('CREATE TABLE words (word TEXT)');
    // Each of two pages and more, so that a transaction has several frames.
    for (let number = 1; number <= TRANSACTIONS; number++) {
      database.prepare('INSERT INTO words VALUES (?)').run(`${number} `.repeat(4_000));
    }
    // As a crash leaves it: closing would move the log into the file.
    for (const end of ['', '-wal']) copyFileSync(join(folder, `source.db${end}`), `${path}${end}`);
    database.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const log = (): string => `${path}-wal`;
  const frames = (): number => (statSync(log()).size - HEADER_BYTES) / FRAME_BYTES;

  function flip(offset: number): void {
    const file = openSync(log(), 'r+');
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, offset);
    writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 0x10]), 0, 1, offset);
    closeSync(file);
  }

  /** How many rows SQLite itself finds. */
  function rows(): number {
    const database = new DatabaseSync(path);
    try {
      return Number(database.prepare('SELECT count(*) AS count FROM words').get()?.['count']);
    } catch {
      return 0;
    } finally {
      database.close();
    }
  }

  test('that is whole, empty or absent has no damage', () => {
    expect(damageOfWriteAheadLog(log())).toBeUndefined();
    truncateSync(log(), 0);
    expect(damageOfWriteAheadLog(log())).toBeUndefined();
    expect(damageOfWriteAheadLog(join(folder, 'nothing'))).toBeUndefined();
  });

  test('that is torn at its end, anywhere in the last transaction, has no damage', () => {
    const { size } = statSync(log());
    for (const bytes of [1, 100, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 500]) {
      truncateSync(log(), size - bytes);
      expect(damageOfWriteAheadLog(log())).toBeUndefined();
    }
    expect(rows()).toBe(TRANSACTIONS - 1);
  });

  test('with a flipped byte in the last transaction looks torn, and that is what it may be', () => {
    flip(HEADER_BYTES + (frames() - 1) * FRAME_BYTES + 3_000);
    expect(damageOfWriteAheadLog(log())).toBeUndefined();
  });

  test.each([
    ['its data', 24 + 2_000],
    ['its checksum', 17],
    ['its salts', 9],
    ['its page number', 2],
  ])(
    '[DL1] with a byte flipped early, in %s, is damaged, and SQLite alone would lose rows without a word',
    (_, within) => {
      flip(HEADER_BYTES + 3 * FRAME_BYTES + within);
      expect(damageOfWriteAheadLog(log())).toBe(
        'frame 4 was changed, and transactions that were stored after it follow',
      );
      expect(rows()).toBeLessThan(TRANSACTIONS);
    },
  );

  test.each([0, 9, 13, 17, 25])('[DL1] with byte %i of its header flipped is damaged', (offset) => {
    flip(offset);
    expect(damageOfWriteAheadLog(log())).toMatch(/header/);
    expect(rows()).toBe(0);
  });

  test('with the rest of an older, longer log behind its end has no damage', () => {
    const old = join(folder, 'older.db');
    const database = new DatabaseSync(old);
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE words (word TEXT)');
    for (let number = 1; number <= 20; number++)
      database.exec(`INSERT INTO words VALUES ('${'x'.repeat(4_000)}')`);
    database.exec('PRAGMA wal_checkpoint(RESTART)');
    database.exec(`INSERT INTO words VALUES ('new')`);
    expect(damageOfWriteAheadLog(`${old}-wal`)).toBeUndefined();
    database.exec(`INSERT INTO words VALUES ('newer')`);
    expect(damageOfWriteAheadLog(`${old}-wal`)).toBeUndefined();
    database.close();
  });
});
