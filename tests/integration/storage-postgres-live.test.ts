import { must, systemClock } from '@alongside/sdk/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Announcer } from '../../server/src/events/announcer.ts';
import { PostgresLive } from '../../server/src/events/postgres-live.ts';
import { PostgresLogStore } from '../../server/src/events/postgres-log-store.ts';
import { PostgresStore } from '../../server/src/storage/postgres-store.ts';
import { lacks } from '../support/programs.ts';
import { tally } from './storage-rig-parts.ts';
import { type Opened, Rig, say } from './storage-rig.ts';

describe.skipIf(lacks('postgres'))('a stream that several processes read and append to', () => {
  let rig: Rig;
  let opened: Opened;
  beforeEach(async () => {
    rig = await Rig.make('postgres');
    opened = await rig.open();
  });
  afterEach(() => rig.remove());

  test('[DL16] a row that was read before another process wrote a newer snapshot still gives its own state', async () => {
    const url = 'databaseUrl' in rig.place ? must(rig.place.databaseUrl, 'the address') : '';
    const store = new PostgresStore(url, { clock: systemClock, report: () => undefined });
    const rows = new PostgresLogStore(store);
    for (let index = 0; index < 25; index++) await say(opened.log, tally('s'), `${index}`);
    const before = must(await rows.streamRow('s'), 'the row');
    for (let index = 25; index < 60; index++) await say(opened.log, tally('s'), `${index}`);

    const problems: string[] = [];
    const live = new PostgresLive(rows, new Announcer((problem) => problems.push(problem)), undefined);
    const { state } = await live.upToDate(store, before, tally('s'));
    expect(state).toMatchObject({ count: 25 });
    expect(problems).toEqual([]);
    await store.close();
  });
});
