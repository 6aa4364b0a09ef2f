import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from './server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

/** Speaks as the server does, so that this needs none. */
const ENTRY = `
  import { createServer } from 'node:http';
  import { mkdirSync } from 'node:fs';
  mkdirSync(process.env.DATA_DIR, { recursive: true });
  if (process.env.FAULT) { console.error('DATABASE_URL is not an address'); process.exit(2); }
  const server = createServer().listen(Number(process.env.PORT), process.env.HOST, () => {
    console.log('Sign in as Ana: http://127.0.0.1/console/#code=a');
    console.log('Alongside ready on http://127.0.0.1:' + server.address().port);
  });
  process.on('SIGTERM', () => process.exit(0));
`;

describe('a server in a process of its own', () => {
  let folder: TemporaryFolder;
  let entry: string;

  beforeAll(async () => {
    folder = await temporaryFolder('entry');
    await mkdir(folder.path, { recursive: true });
    entry = join(folder.path, 'entry.mjs');
    await writeFile(entry, ENTRY);
  });
  afterAll(() => folder.remove());

  test('is ready at its last line and knows its links', async () => {
    const server = await startServer({ entry });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(server.signInLinks).toEqual(new Map([['Ana', 'http://127.0.0.1/console/#code=a']]));
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(server.dataFolder)).toBe(true);
    await server.remove();
    expect(existsSync(server.dataFolder)).toBe(false);
  });

  test('comes back on its port and its data after kill -9', async () => {
    const first = await startServer({ entry });
    expect(await first.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    const again = await startServer({ entry, port: first.port, dataFolder: first.dataFolder });
    expect(again.url).toBe(first.url);
    await again.remove();
    expect(existsSync(first.dataFolder)).toBe(true);
    await first.remove();
  });

  test('that does not start is an error with what it said', async () => {
    await expect(startServer({ entry, environment: { FAULT: '1' } })).rejects.toThrow(
      'DATABASE_URL is not an address',
    );
  });
});
