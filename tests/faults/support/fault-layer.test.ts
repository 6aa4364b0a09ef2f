import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { FaultLayer, lacksFaultLayer } from './fault-layer.ts';

/** Appends a word, syncs, and says what went well; then the same with a second word. */
const WRITER = `
  const fs = require('node:fs');
  const file = fs.openSync(process.argv[1], 'a+');
  for (const word of ['one ', 'two ']) {
    try {
      fs.writeSync(file, word);
      fs.fsyncSync(file);
      fs.writeSync(1, word);
    } catch (error) {
      fs.writeSync(1, error.code + ' ');
    }
  }
`;

describe.skipIf(lacksFaultLayer)('the fault layer below a process', () => {
  let folder: TemporaryFolder;
  let layer: FaultLayer;
  let path: string;

  beforeEach(async () => {
    folder = await temporaryFolder('layer');
    layer = new FaultLayer(folder.path);
    path = join(folder.path, 'alongside.db');
    writeFileSync(path, 'zero ');
  });
  afterEach(async () => {
    layer.close();
    await folder.remove();
  });

  /** What the writer said, how it ended, and what stands in the file then. */
  function write(file = path): { said: string; signal: string | null; file: string } {
    const { stdout, signal } = spawnSync(process.execPath, ['-e', WRITER, file], {
      env: { ...process.env, ...layer.environment },
      encoding: 'utf8',
    });
    return { said: stdout, signal, file: readFileSync(file, 'utf8') };
  }

  test('passes everything and counts', () => {
    expect(write()).toEqual({ said: 'one two ', signal: null, file: 'zero one two ' });
    expect(layer.seen).toEqual({ syncs: 2, writes: 2 });
    expect(layer.struck).toEqual({ syncs: 0, writes: 0, bytesLost: 0 });
  });

  test('makes an fsync fail, after so many, so many times', () => {
    layer.failSyncs('fails', { skip: 1, times: 1 });
    expect(write()).toEqual({ said: 'one EIO ', signal: null, file: 'zero one two ' });
    expect(layer.struck.syncs).toBe(1);
  });

  test('makes an fsync fail and forgets what was not synced', () => {
    layer.failSyncs('fails and loses', { skip: 1 });
    expect(write()).toEqual({ said: 'one EIO ', signal: null, file: 'zero one ' });
    expect(layer.struck.bytesLost).toBe(4);
  });

  test('ends the process before an fsync, with and without loss, and after it', () => {
    layer.failSyncs('kills before', { skip: 1 });
    expect(write()).toEqual({ said: 'one ', signal: 'SIGKILL', file: 'zero one two ' });
    layer.failSyncs('kills before and loses');
    expect(write()).toEqual({ said: '', signal: 'SIGKILL', file: 'zero one two ' });
    layer.failSyncs('kills after');
    expect(write()).toEqual({ said: '', signal: 'SIGKILL', file: 'zero one two one ' });
  });

  test.each(['ENOSPC', 'EIO', 'EROFS'] as const)('makes a write fail with %s', (error) => {
    layer.failWrites(error, { skip: 1, times: 1 });
    expect(write()).toEqual({ said: `one ${error} `, signal: null, file: 'zero one ' });
    layer.heal();
    expect(write().said).toBe('one two ');
  });

  test('leaves other files alone', () => {
    layer.failWrites('EIO');
    const other = join(folder.path, 'other.txt');
    writeFileSync(other, '');
    expect(write(other)).toEqual({ said: 'one two ', signal: null, file: 'one two ' });
    expect(layer.struck.writes).toBe(0);
  });
});
