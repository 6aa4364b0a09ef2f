import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { launchChromium, newContext, openProfile, profileFolder } from './chromium.ts';
import { freePort } from './free-port.ts';
import {
  freshDatabase,
  resumePostgresServer,
  sharedPostgres,
  startPostgresServer,
  stopPostgresServer,
} from './postgres.ts';
import { lacks, missingPrograms, mustFind } from './programs.ts';
import { sharedRedis, startRedisServer, stopRedisServer } from './redis.ts';
import { oncePerRun } from './run-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('what tests stand on', () => {
  test('a temporary folder is gone after remove, with all that is in it', async () => {
    const folder = await temporaryFolder('support');
    await writeFile(`${folder.path}/file`, 'text');
    await folder.remove();
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });

  test('a free port can be listened on', async () => {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    server.close();
    expect(port).toBeGreaterThan(1023);
  });

  test('many askers start a shared thing once, and a failed start is tried again', async () => {
    const folder = await temporaryFolder('support');
    let starts = 0;
    const start = (): Promise<{ number: number }> => {
      starts += 1;
      return starts === 1 ? Promise.reject(new Error('first')) : Promise.resolve({ number: starts });
    };
    const asked = await Promise.allSettled(
      Array.from({ length: 5 }, () => oncePerRun(folder.path, 'thing', start)),
    );
    await folder.remove();
    expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(starts).toBe(2);
  });

  test('a missing program is named with what to install', () => {
    for (const name of missingPrograms()) expect(() => mustFind(name)).toThrow('apt-get install');
  });
});

describe.skipIf(lacks('postgres'))('Postgres', () => {
  test('each suite has an empty database of its own on one shared server', async () => {
    const first = await freshDatabase(await sharedPostgres());
    const second = await freshDatabase(await sharedPostgres());
    await query(first.url, 'CREATE TABLE only_here (id int)');
    await expect(query(second.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    await first.drop();
    await second.drop();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  test('a server that crashed comes back on its port with its data', async () => {
    const server = await startPostgresServer();
    const { url } = await freshDatabase(server);
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS number');
    await stopPostgresServer(server, { mode: 'immediate', keep: true });
    await expect(query(url, 'SELECT 1')).rejects.toThrow();
    await resumePostgresServer(server);
    expect(await query(url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await stopPostgresServer(server);
    expect(existsSync(server.folder)).toBe(false);
  });
});

describe.skipIf(lacks('redis'))('Redis', () => {
  test('a server can be killed and started on the same port', async () => {
    const server = await startRedisServer();
    await stopRedisServer(server, 'SIGKILL');
    const again = await startRedisServer(server.port);
    expect(again.url).toBe(server.url);
    await stopRedisServer(again);
  });

  test('one server is shared', async () => {
    expect(await sharedRedis()).toEqual(await sharedRedis());
  });
});

describe.skipIf(lacks('chromium'))('Chromium', () => {
  test('shows what is inside of a closed shadow root', async () => {
    const browser = await launchChromium();
    const page = await (await newContext(browser)).newPage();
    await page.setContent('<main></main>');
    await page.evaluate(() => {
      const root = document.querySelector('main')?.attachShadow({ mode: 'closed' });
      root?.append(Object.assign(document.createElement('button'), { textContent: 'Inside' }));
    });
    expect(await page.getByRole('button', { name: 'Inside' }).count()).toBe(1);
    await browser.close();
  });

  test('a profile keeps what a page stored', async () => {
    const server = createServer((_request, response) => response.end('page'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/`;
    const folder = await profileFolder();

    const first = await openProfile(folder.path);
    const page = await first.context.newPage();
    await page.goto(url);
    await page.evaluate(() => {
      localStorage.setItem('key', 'kept');
    });
    await first.close();
    const second = await openProfile(folder.path);
    const again = await second.context.newPage();
    await again.goto(url);

    expect(await again.evaluate(() => localStorage.getItem('key'))).toBe('kept');
    await second.close();
    server.close();
    await folder.remove();
  });
});
