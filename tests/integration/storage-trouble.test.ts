import type { Pool, PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answer, Appended } from '../../server/src/events/log.ts';
import type { SqliteStore } from '../../server/src/storage/sqlite-store.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { lacks } from '../support/programs.ts';
import { type Opened, Rig, command, say, textsOf } from './storage-rig.ts';
import { said, tally } from './storage-rig-parts.ts';

function sqliteStore(storage: Storage): SqliteStore {
  if (storage.dialect !== 'sqlite') throw new Error('not on SQLite');
  return storage.store;
}

function pool(storage: Storage): Pool {
  if (storage.dialect !== 'postgres') throw new Error('not on Postgres');
  return storage.store.pool;
}

/** An error as `node:sqlite` raises it. */
function sqliteError(message: string, errcode: number): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode });
}

const IOERR_FSYNC = 1034;
const FULL = 13;

function recovered({ storage }: Opened): Promise<void> {
  return new Promise((resolve) => {
    const stop = storage.health.onChanged((healthy) => {
      if (!healthy) return;
      stop();
      resolve();
    });
  });
}

/** Lets the next commits fail: before SQLite has done it, or after. */
function failCommits(
  store: SqliteStore,
  options: { times: number; after: boolean; error: Error },
): () => number {
  const run = store.run.bind(store);
  let failed = 0;
  store.run = (sql, ...parameters) => {
    if (sql !== 'COMMIT' || failed >= options.times) return run(sql, ...parameters);
    failed++;
    if (options.after) run(sql);
    throw options.error;
  };
  return () => failed;
}

describe('trouble of the SQLite file', () => {
  let rig: Rig;
  let opened: Opened;

  beforeEach(async () => {
    rig = await Rig.make('sqlite');
    opened = await rig.open();
  });

  afterEach(async () => {
    await rig.remove();
  });

  for (const after of [false, true]) {
    const when = after ? 'after the data was written' : 'before';
    test(`[DL16] a commit that fails (${when}) is not acknowledged, and a repeat is stored once`, async () => {
      const { log, storage } = opened;
      const store = sqliteStore(storage);
      await say(log, tally('s'), 'before');
      const failed = failCommits(store, {
        times: 1,
        after,
        error: sqliteError('disk I/O error', IOERR_FSYNC),
      });
      const healthy = recovered(opened);
      const commands = ['a', 'b', 'c'].map((text, index) => ({
        text,
        by: command({ device: 'd', n: index + 1 }),
      }));
      const sayAll = (): Promise<Answer[]> =>
        Promise.all(commands.map(({ text, by }) => say(log, tally('s'), text, by)));
      const answers = await sayAll();
      expect(answers.map((answer) => !answer.ok && answer.code)).toEqual(Array(3).fill('unavailable'));
      expect(failed()).toBe(1);
      expect(log.healthy).toBe(false);
      expect(await say(log, tally('s'), 'too early')).toMatchObject({
        code: 'unavailable',
        retryAfter: 1_000,
      });
      await healthy;
      expect(log.healthy).toBe(true);
      const repeated = await sayAll();
      expect(repeated.map((answer) => answer.ok && answer.seq)).toEqual([2, 3, 4]);
      expect(await textsOf(log, 's')).toEqual(['before', 'a', 'b', 'c']);
      expect((await log.look(tally('s')))?.state.texts).toEqual(['before', 'a', 'b', 'c']);
      expect(opened.problems.map(({ problem }) => problem)).toEqual(['store-trouble', 'store-recovered']);
    });
  }

  test('[DL15] a full disk is said, reads go on, and it needs no restart when there is space again', async () => {
    const { log, storage } = opened;
    const store = sqliteStore(storage);
    await say(log, tally('s'), 'before');
    failCommits(store, { times: 3, after: false, error: sqliteError('database or disk is full', FULL) });
    const healthy = recovered(opened);
    expect(await say(log, tally('s'), 'no room')).toMatchObject({ ok: false, code: 'unavailable' });
    expect(await textsOf(log, 's')).toEqual(['before']);
    await healthy;
    expect(await say(log, tally('s'), 'room')).toMatchObject({ ok: true, seq: 2 });
  });

  test('[DL15] trouble that another writer meets stops the log as well', async () => {
    const { log, storage } = opened;
    failCommits(sqliteStore(storage), {
      times: 1,
      after: false,
      error: sqliteError('disk I/O error', IOERR_FSYNC),
    });
    const healthy = recovered(opened);
    const write = storage.kysely
      .transaction()
      .execute((transaction) => transaction.insertInto('meta').values({ key: 'k', value: 'v' }).execute());
    await expect(write).rejects.toThrow('disk I/O error');
    expect(log.healthy).toBe(false);
    await healthy;
    expect(await say(log, tally('s'), 'a')).toMatchObject({ ok: true, seq: 1 });
    expect(await storage.kysely.selectFrom('meta').select('key').where('key', '=', 'k').execute()).toEqual(
      [],
    );
  });

  test('the log waits for a transaction of another writer, and neither takes in the other', async () => {
    const { log, storage } = opened;
    let asked: Promise<Answer> | undefined;
    const write = storage.kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('meta').values({ key: 'k', value: 'v' }).execute();
      asked = say(log, tally('s'), 'meanwhile');
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('rolled back');
    });
    await expect(write).rejects.toThrow('rolled back');
    expect(await asked).toMatchObject({ ok: true, seq: 1 });
    expect(await textsOf(log, 's')).toEqual(['meanwhile']);
    expect(await storage.kysely.selectFrom('meta').select('key').where('key', '=', 'k').execute()).toEqual(
      [],
    );
  });
});

/** Loses answers to COMMIT: the server has committed, or the connection broke before it heard of it. */
function loseCommits(
  of: Pool,
  options: { times: number; reached: boolean; meanwhile?: () => Promise<unknown> },
): () => number {
  let lost = 0;
  const patched = new WeakSet<PoolClient>();
  of.on('acquire', (client) => {
    if (patched.has(client)) return;
    patched.add(client);
    const query = client.query.bind(client) as (...parameters: unknown[]) => Promise<unknown>;
    const losing = async (...parameters: unknown[]): Promise<unknown> => {
      const [first] = parameters as [{ text?: string } | string];
      const text = typeof first === 'string' ? first : first.text;
      if (text !== 'COMMIT' || lost >= options.times) return query(...parameters);
      lost++;
      if (options.reached) await query(...parameters);
      await query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
      await options.meanwhile?.();
      throw new Error('Connection terminated unexpectedly');
    };
    client.query = losing as typeof client.query;
  });
  return () => lost;
}

describe.skipIf(lacks('postgres'))('trouble of the Postgres database', () => {
  let rig: Rig;
  let opened: Opened;

  beforeEach(async () => {
    rig = await Rig.make('postgres');
    opened = await rig.open();
  });

  afterEach(async () => {
    await rig.remove();
  });

  for (const reached of [true, false]) {
    const what = reached ? 'was done' : 'was not done';
    test(`[DL16] a commit that is not answered and ${what} ends as one entry and a true answer`, async () => {
      const { log, storage } = opened;
      await say(log, tally('s'), 'before');
      const heard: Appended[] = [];
      log.onAppended((appended) => heard.push(appended));
      const lost = loseCommits(pool(storage), { times: 1, reached });
      const by = command({ device: 'd', n: 1 });
      const answers = await Promise.all([
        say(log, tally('s'), 'a', by),
        say(log, tally('s'), 'b', command({ device: 'd', n: 2 })),
      ]);
      expect(lost()).toBe(1);
      expect(answers.map((answer) => answer.ok && answer.seq)).toEqual([2, 3]);
      expect(await textsOf(log, 's')).toEqual(['before', 'a', 'b']);
      expect(heard.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual([2, 3]);
      expect((await log.look(tally('s')))?.state.texts).toEqual(['before', 'a', 'b']);
      expect(await say(log, tally('s'), 'a', by)).toMatchObject({ ok: true, seq: 2 });
    });
  }

  test('[DL16] a batch that another process overtook is decided again on what that one stored', async () => {
    const { log, storage } = opened;
    const other = await rig.open();
    await say(log, tally('s'), 'before');
    loseCommits(pool(storage), {
      times: 1,
      reached: false,
      meanwhile: () => say(other.log, tally('s'), 'overtook'),
    });
    const answer = await log.transact(tally('s'), command(), ({ state }) => ({
      append: [said(`after ${state.texts.join(' and ')}`)],
    }));
    expect(answer).toMatchObject({ ok: true, seq: 3 });
    const texts = ['before', 'overtook', 'after before and overtook'];
    expect(await textsOf(log, 's')).toEqual(texts);
    expect((await log.look(tally('s')))?.state.texts).toEqual(texts);
  });

  test('[DL15] connections that were all cut are replaced without anybody noticing', async () => {
    const { log, storage } = opened;
    await Promise.all(Array.from({ length: 8 }, (_, index) => say(log, tally(`s${index}`), 'before')));
    const own = await pool(storage).query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(own.rowCount).toBeGreaterThan(0);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => say(log, tally(`s${index}`), 'after')),
    );
    expect(answers.map((answer) => answer.ok && answer.seq)).toEqual(Array(8).fill(2));
  });

  test('[DL14] [DL16] two processes that write to one stream make one log', async () => {
    const other = await rig.open();
    const counted = ({ log }: Opened, times: number): Promise<Answer>[] =>
      Array.from({ length: times }, () =>
        log.transact(tally('s'), command(), ({ state }) => ({
          append: [
            {
              type: 'chat.message',
              audience: 'everyone',
              author: { kind: 'system' },
              body: { text: `${state.count}` },
            },
          ],
        })),
      );
    await Promise.all([...counted(opened, 40), ...counted(other, 40)]);
    const expected = Array.from({ length: 80 }, (_, index) => `${index}`);
    expect(await textsOf(opened.log, 's')).toEqual(expected);
    expect((await other.log.look(tally('s')))?.state.texts).toEqual(expected);
    expect((await opened.log.look(tally('s')))?.state.texts).toEqual(expected);
  });

  test('[DL18] what one process acknowledged, the other one reads at once', async () => {
    const other = await rig.open();
    for (let index = 1; index <= 10; index++) {
      const [writer, reader] = index % 2 === 0 ? [opened, other] : [other, opened];
      await say(writer.log, tally('s'), `${index}`);
      expect((await reader.log.look(tally('s')))?.state.count).toBe(index);
    }
  });

  test('[DL2] a command that is repeated on another process gets the first answer', async () => {
    const other = await rig.open();
    const by = command({ device: 'd', n: 1 });
    const [one, two] = await Promise.all([
      say(opened.log, tally('s'), 'once', by),
      say(other.log, tally('s'), 'once', by),
    ]);
    expect([one, two]).toMatchObject([
      { ok: true, seq: 1 },
      { ok: true, seq: 1 },
    ]);
    expect(await textsOf(opened.log, 's')).toEqual(['once']);
  });
});
