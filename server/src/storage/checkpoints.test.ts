import { statSync } from 'node:fs';
import { systemClock } from '@alongside/sdk/shared';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { Checkpoints } from './checkpoints.ts';
import { SqliteStore } from './sqlite-store.ts';

const PAGES_MAX = 100;
/** Five pages. */
const ROW = 'x'.repeat(20_000);
/** SQLite itself would begin the log anew beyond 16,000 pages, after a minute of these waits. */
const BEGUN_ANEW_MAX_MS = 20_000;
/** So many commits make it look once. */
const COMMITS = 20;

async function storeIn(pagesMax = PAGES_MAX) {
  const folder = await temporaryFolder('checkpoints');
  const path = `${folder.path}/store.db`;
  const problems: string[] = [];
  const store = new SqliteStore(path, {
    clock: systemClock,
    report: (problem) => problems.push(problem),
    pagesMax,
  });
  onTestFinished(async () => {
    await store.close();
    await folder.remove();
  });
  store.exec(
    'CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)',
  );
  return { store, path, problems };
}

/** Commits as the log does: with the turn, one after the other, with pauses in which a thread's answer arrives. */
async function write(store: SqliteStore, commits: number): Promise<void> {
  for (let commit = 0; commit < commits; commit++) {
    await store.turns.take();
    store.transaction(() => store.run('INSERT INTO rows (text) VALUES (?)', ROW));
    store.turns.give();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test(
  'a log that grew beyond its limit is begun anew',
  async () => {
    const { store, path, problems } = await storeIn();
    const logBytes = (): number => statSync(`${path}-wal`).size;
    let commits = COMMITS;
    await write(store, commits);
    // The thread takes its time on a busy machine; from then on a commit overwrites the log instead of adding to it.
    await vi.waitFor(
      async () => {
        const before = logBytes();
        await write(store, 1);
        commits++;
        expect(logBytes()).toBe(before);
      },
      { timeout: BEGUN_ANEW_MAX_MS, interval: 20 },
    );
    expect(problems).toEqual([]);
    expect(statSync(path).size).toBeGreaterThan(COMMITS * ROW.length);
    expect(store.get<{ count: number }>('SELECT count(*) AS count FROM rows')?.count).toBe(commits);
  },
  2 * BEGUN_ANEW_MAX_MS,
);

test('a failure is reported, and tried again only much later', async () => {
  const problems: string[] = [];
  let looks = 0;
  const checkpoints = new Checkpoints(
    {
      pagesLeft: () => {
        looks++;
        return PAGES_MAX;
      },
      moveRest: () => Promise.reject(new Error('the writer must not be asked')),
    },
    {
      path: 'no-such-folder/store.db',
      report: (_, { error }) => problems.push(String(error)),
      pagesMax: PAGES_MAX,
    },
  );
  onTestFinished(() => checkpoints.close());
  for (let commit = 0; commit < COMMITS; commit++) checkpoints.committed();
  await checkpoints.pause();
  checkpoints.resume();
  expect(problems).toEqual([expect.stringContaining('unable to open')]);
  for (let commit = 0; commit < 10 * COMMITS; commit++) checkpoints.committed();
  expect(looks).toBe(1);
});

test('a store that reopens waits for the thread to be off the file', async () => {
  const { store, problems } = await storeIn();
  await write(store, 200);
  const { signal, abort } = recovery(store);
  store.health.failed(new Error('as if a sync had failed'));
  await signal;
  abort();
  await write(store, 200);
  expect(problems).toEqual(['store-trouble', 'store-recovered']);
  expect(store.get<{ count: number }>('SELECT count(*) AS count FROM rows')?.count).toBe(400);
});

function recovery(store: SqliteStore): { signal: Promise<void>; abort: () => void } {
  let abort = (): void => undefined;
  const signal = new Promise<void>((resolve) => {
    abort = store.health.onChanged((healthy) => {
      if (healthy) resolve();
    });
  });
  return { signal, abort };
}
