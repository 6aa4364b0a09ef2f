import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../sdk/src/shared.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { sharedRedis } from '../support/redis.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Frame, type Place, Agent, Wire } from './co-browse-harness.ts';
import { type Scene, asked, bodyOf, meet, shared, snapshotEvents, textEvent } from './co-browse-scene.ts';

const SECRET = 'a-secret-of-twenty-four-characters-and-more';

/** A process as the harness meets people at it; sign-in links are good anywhere. */
function placeOf(server: ServerProcess, links: ReadonlyMap<string, string>): Place {
  return {
    url: server.url,
    app: { signInLink: (name) => Promise.resolve(links.get(name) ?? '') },
    wire: (path, headers = {}, role) => new Wire(server.url.replace('http', 'ws') + path, headers, role),
  };
}

describe.skipIf(lacks('postgres') || lacks('redis'))(
  '[DL14] a page and its viewers at different processes',
  () => {
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let servers: ServerProcess[] = [];
    let scene: Scene<Place>;
    let second: Place;

    beforeAll(async () => {
      const [postgres, redis] = await Promise.all([sharedPostgres(), sharedRedis()]);
      database = await freshDatabase(postgres);
      const environment = { DATABASE_URL: database.url, REDIS_URL: redis.url, SECRET };
      const first = await startServer({ environment });
      servers = [first, await startServer({ environment })];
      const [, other] = servers as [ServerProcess, ServerProcess];
      second = placeOf(other, other.signInLinks);
      // Ana is at the second process, the visitor at the first one.
      scene = await meet(placeOf(first, first.signInLinks), await Agent.signIn(second, 'Ana'));
    }, 120_000);
    afterAll(async () => {
      for (const server of servers) await server.remove();
      await database.drop();
    });

    test('[CO6] [CO13] frames and pictures get from one to the other, late joins and control as well', async () => {
      const { share, page, stream } = await shared(scene);
      page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
      await page.next('ack');
      const viewer = await scene.ana.view(share, scene.conversation);
      expect(await viewer.next('welcome')).toMatchObject({ share, state: { state: 'live' } });
      expect(await viewer.next('frame')).toMatchObject({ stream, seq: 1, snapshot: true });
      expect(await page.next('viewers')).toMatchObject({ agents: [{ name: 'Ana' }] });
      page.send({ type: 'frame', stream, seq: 2, events: [textEvent('across')] });
      expect(await viewer.next('frame')).toMatchObject({
        seq: 2,
        events: [{ data: { texts: [{ value: 'across' }] } }],
      });

      const again = await scene.ana.view(share, scene.conversation);
      expect(await again.next('frame')).toMatchObject({ seq: 1 });
      expect(await again.next('frame')).toMatchObject({ seq: 2 });

      const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(60_000, 7)]);
      const picture = { type: 'asset', asset: 'asset:p1', mime: 'image/png', parts: 2 };
      const parts = [bytes.subarray(0, 40_000), bytes.subarray(40_000)].map((each) =>
        each.toString('base64'),
      );
      viewer.send({ type: 'asset-asked', asset: 'asset:p1' });
      await page.next('asset-asked');
      for (const [part, data] of parts.entries()) page.send({ ...picture, part, data });
      for (const [part, data] of parts.entries())
        expect(await viewer.next('asset')).toMatchObject({ asset: 'asset:p1', part, data });

      await asked(scene, 'control');
      await scene.visitor.answer(share, 'control');
      const told = await viewer.next((frame) => frame.type === 'grant' && 'grant' in frame);
      const { id: grant } = told['grant'] as { id: string };
      viewer.send({ type: 'act', request: 5, grant, stream, kind: 'click', at: { node: 6, x: 1, y: 1 } });
      const act = await page.next('act');
      page.send({ type: 'acted', request: act['request'] });
      expect(await viewer.next('acted')).toEqual({ type: 'acted', request: 5 });

      await scene.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
      for (const wire of [viewer, again, page]) {
        expect(await wire.closed).toMatchObject({ code: 4010 });
        expect(wire.frames.at(-1)).toEqual({ type: 'ended', reason: 'visitor' });
      }
    }, 60_000);

    test('[CO8] when the page moves to the other process, its viewers are sent there', async () => {
      const { share, page } = await shared(scene);
      const viewer = await scene.ana.view(share, scene.conversation);
      await viewer.next('welcome');
      await page.close();
      const stream = newId('stm');
      const there = scene.visitor.movedTo(second);
      const next = await there.page(share, { stream });
      await next.next('welcome');
      expect(await viewer.closed).toMatchObject({ code: 4012 });
      next.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents('moved') });
      const again = await scene.ana.view(share, scene.conversation);
      expect(await again.next('frame')).toMatchObject({ stream, seq: 1 });
      await scene.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
      await again.closed;
    }, 60_000);

    test('a tab at the other process that is looked at is followed; the first one pauses', async () => {
      const { share, page } = await shared(scene);
      const there = scene.visitor.movedTo(second);
      const other = await there.page(share, { tab: 'tab-2' });
      await other.next('welcome');
      expect(await page.next('followed')).toMatchObject({ followed: false });
      page.send({ type: 'page-state', state: 'live' });
      expect(await page.next('followed')).toMatchObject({ followed: true });
      expect(await other.next('followed')).toMatchObject({ followed: false });
      await scene.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
      await other.closed;
      const isEnd = (frame: Frame): boolean =>
        bodyOf(frame)?.type === 'co-browse.ended' && bodyOf(frame)?.['share'] === share;
      expect(bodyOf(await scene.ana.relay.next(isEnd))).toMatchObject({ reason: 'visitor' });
    }, 60_000);
  },
);

describe.skipIf(lacks('postgres'))('[DL14] without Redis', () => {
  test('a viewer at a process that does not have the page is told to connect anew, and finds it', async () => {
    const database = await freshDatabase(await sharedPostgres());
    const environment = { DATABASE_URL: database.url, SECRET };
    const first = await startServer({ environment });
    const second = await startServer({ environment });
    const here = placeOf(first, first.signInLinks);
    const there = placeOf(second, second.signInLinks);
    const own = await meet(here, await Agent.signIn(here, 'Ana'));
    const { share, page, stream } = await shared(own);
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    await page.next('ack');
    const ana = own.ana.movedTo(there);
    const viewer = await ana.view(share, own.conversation);
    expect(await viewer.closed).toMatchObject({ code: 4012 });
    expect(viewer.frames).toEqual([]);
    const again = await own.ana.view(share, own.conversation);
    expect(await again.next('frame')).toMatchObject({ stream, seq: 1 });
    for (const server of [first, second]) await server.remove();
    await database.drop();
  }, 120_000);
});
