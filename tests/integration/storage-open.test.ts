import { copyFile, open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '@alongside/sdk/shared';
import { StartError } from '../../server/src/lib/start-error.ts';
import { migrate } from '../../server/src/storage/migrate.ts';
import { migrations } from '../../server/src/storage/migrations/index.ts';
import { type StoragePlace, openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { freePort } from '../support/free-port.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { STORES, Rig, say, textsOf } from './storage-rig.ts';
import { tally } from './storage-rig-parts.ts';

const options = { clock: systemClock, report: () => undefined };

/** What an operator reads when the store cannot be opened. */
async function refusalOf(place: StoragePlace): Promise<string> {
  let storage: Storage;
  try {
    storage = await openStorage(place, options);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const { message } = error as StartError;
    expect(message).not.toContain('\n');
    return message;
  }
  await storage.close();
  throw new Error('it was opened');
}

describe('a data folder', () => {
  let folder: TemporaryFolder;

  beforeEach(async () => {
    folder = await temporaryFolder('open');
  });

  afterEach(async () => {
    await folder.remove();
  });

  const file = (): string => join(folder.path, 'alongside.db');

  async function filled(): Promise<void> {
    const storage = await openStorage({ dataFolder: folder.path }, options);
    await storage.migrate();
    for (let index = 0; index < 200; index++) {
      await storage.kysely
        .insertInto('meta')
        .values({ key: `key ${index}`, value: 'v'.repeat(500) })
        .execute();
    }
    await storage.close();
  }

  test('is made where it is missing, for its owner only', async () => {
    const dataFolder = join(folder.path, 'a', 'b');
    const storage = await openStorage({ dataFolder }, options);
    await storage.migrate();
    expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataFolder, 'alongside.db'))).mode & 0o777).toBe(0o600);
    expect(await storage.check()).toEqual([]);
    await storage.close();
  });

  test('has one server: a second one is told so, and may come when the first has gone', async () => {
    const place = { dataFolder: folder.path };
    const first = await openStorage(place, options);
    expect(await refusalOf(place)).toBe(`Another Alongside server is using the data folder ${folder.path}.`);
    await first.close();
    await (await openStorage(place, options)).close();
  });

  test('that cannot be made or written to is named', async () => {
    await writeFile(join(folder.path, 'file'), 'text');
    expect(await refusalOf({ dataFolder: join(folder.path, 'file') })).toMatch(
      /^Cannot make the data folder/,
    );
    expect(await refusalOf({ dataFolder: join(folder.path, 'file', 'below') })).toMatch(
      /^Cannot make the data folder .*file is not a folder/,
    );
    expect(await refusalOf({ dataFolder: '/proc/alongside' })).toMatch(/^Cannot make the data folder/);
  });

  test('with a file that is not ours is refused, and the file left as it is', async () => {
    await writeFile(file(), 'a letter to my mother, longer than any header');
    expect(await refusalOf({ dataFolder: folder.path })).toBe(
      `${file()} is damaged or not a SQLite file; restore it from a backup.`,
    );
    expect((await stat(file())).size).toBe(45);
  });

  test.each([
    ['the list of tables', 100],
    ['pages of a table', 40 * 4096],
  ])('with a file whose %s is damaged is refused', async (_, position) => {
    await filled();
    const handle = await open(file(), 'r+');
    await handle.write(Buffer.alloc(3 * 4096, 0x5a), 0, undefined, position);
    await handle.close();
    expect(await refusalOf({ dataFolder: folder.path })).toMatch(/is damaged: .*restore it from a backup\.$/);
  });

  test('that a newer release has written is refused', async () => {
    await filled();
    const storage = await openStorage({ dataFolder: folder.path }, options);
    await storage.kysely.insertInto('migrations').values({ number: 999, name: 'later', at: 1 }).execute();
    await storage.close();
    expect(await refusalOf({ dataFolder: folder.path })).toMatch(/newer version of Alongside \(schema 999/);
  });

  test('is opened from a copy that was made with its write-ahead log', async () => {
    const rig = await Rig.make('sqlite');
    const { log } = await rig.open();
    await say(log, tally('s'), 'kept');
    const from = (rig.place as { dataFolder: string }).dataFolder;
    for (const name of ['alongside.db', 'alongside.db-wal']) {
      await copyFile(join(from, name), join(folder.path, name));
    }
    rig.place = { dataFolder: folder.path };
    const copy = await rig.open();
    expect(await textsOf(copy.log, 's')).toEqual(['kept']);
    await rig.remove();
  });

  test('values that SQLite would misplace are refused', async () => {
    const storage = await openStorage({ dataFolder: folder.path }, options);
    await storage.migrate();
    const insert = (key: unknown, value: unknown): Promise<unknown> =>
      storage.kysely
        .insertInto('meta')
        .values({ key: key as string, value: value as string })
        .execute();
    await expect(insert(new Date(0), 'a')).rejects.toThrow('cannot be stored');
    await expect(insert({}, 'a')).rejects.toThrow('cannot be stored');
    await expect(insert('key', undefined)).rejects.toThrow();
    expect(await storage.kysely.selectFrom('meta').selectAll().execute()).toEqual([]);
    await storage.close();
  });
});

describe('DATABASE_URL', () => {
  test.each([
    ['nonsense', 'it is not a URL.'],
    ['mysql://localhost/db', 'it begins with "mysql:".'],
    ['postgres:///db', 'the host is missing.'],
    ['postgres://localhost', 'the database is missing.'],
    ['postgres://localhost/', 'the database is missing.'],
  ])('%s is refused: %s', async (databaseUrl, why) => {
    const message = await refusalOf({ databaseUrl });
    expect(message).toMatch(/^DATABASE_URL must look like postgres:\/\//);
    expect(message.endsWith(why)).toBe(true);
  });

  test('of a server that is not there is named without its password', async () => {
    const port = await freePort();
    const message = await refusalOf({ databaseUrl: `postgres://ana:geheim@127.0.0.1:${port}/db` });
    expect(message).toMatch(`(127.0.0.1:${port}/db): connect ECONNREFUSED`);
    expect(message).not.toContain('geheim');
  });

  test.skipIf(lacks('postgres'))('of a database that is not there says so', async () => {
    const { user, host, port } = await sharedPostgres();
    const message = await refusalOf({ databaseUrl: `postgres://${user}@${host}:${port}/missing` });
    expect(message).toMatch('there is no such database');
  });
});

describe('tables', () => {
  for (const { store, isMissing } of STORES) {
    test.skipIf(isMissing)(`are made once, all or nothing, on ${store}`, async () => {
      const rig = await Rig.make(store);
      const { storage } = await rig.open();
      expect(await storage.migrate()).toEqual([]);
      const number = migrations.length + 1;
      const broken = [
        ...migrations,
        {
          number,
          name: 'broken',
          up: async (kysely: Parameters<(typeof migrations)[number]['up']>[0]) => {
            await kysely.schema.createTable('half').addColumn('id', 'integer').execute();
            throw new Error('broken step');
          },
        },
      ];
      const migrating = migrate(storage.kysely, storage.dialect, systemClock, broken);
      await expect(migrating).rejects.toThrow('broken step');
      const tables = await storage.kysely.introspection.getTables();
      expect(tables.map(({ name }) => name)).not.toContain('half');
      expect(await storage.migrate()).toEqual([]);
      await rig.remove();
    });
  }

  test.skipIf(lacks('postgres'))('are made by one of two processes that start together', async () => {
    const database = await freshDatabase(await sharedPostgres());
    const place = { databaseUrl: database.url };
    const both = await Promise.all([openStorage(place, options), openStorage(place, options)]);
    const steps = await Promise.all(both.map((storage) => storage.migrate()));
    expect(steps.map(({ length }) => length).sort()).toEqual([0, migrations.length]);
    for (const storage of both) await storage.close();
    await database.drop();
  });

  test.skipIf(lacks('postgres'))('have the same columns on both stores', async () => {
    const columns = await Promise.all(
      STORES.map(async ({ store }) => {
        const rig = await Rig.make(store);
        const { storage } = await rig.open();
        const tables = await storage.kysely.introspection.getTables();
        await rig.remove();
        return tables
          .filter(({ name }) => !name.startsWith('message_search'))
          .flatMap((table) =>
            table.columns.map(({ name, isNullable }) => `${table.name}.${name}${isNullable ? '?' : ''}`),
          )
          .filter((name) => name !== 'search_messages.words')
          .sort();
      }),
    );
    expect(columns[0]).toEqual(columns[1]);
    expect(columns[0]?.length).toBeGreaterThan(80);
  });
});
