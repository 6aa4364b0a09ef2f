import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../sdk/src/shared.ts';
import { hostileCases, writtenOut } from '../support/co-browse/corpus.ts';
import {
  type Frame,
  type Scene,
  type Wire,
  Agent,
  begun,
  bodyOf,
  meet,
  shared,
  snapshotEvents,
  textEvent,
} from './co-browse-harness.ts';

let scene: Scene;
let ben: Agent;
let sam: Agent;

beforeAll(async () => {
  scene = await begun({ shares: { snapshotEveryMs: 100, viewerReturnsMs: 300 } });
  ben = await Agent.signIn(scene.server, 'Ben');
  sam = await Agent.signIn(scene.server, 'Sam');
});
afterAll(async () => {
  const { problems } = scene.server;
  await scene.server.stop();
  expect(problems).toEqual([]);
});

interface Shared {
  share: string;
  page: Wire;
  stream: string;
}

let open: Shared[] = [];

/** A share with a page that has sent its snapshot; ended after the test. */
async function sharing(): Promise<Shared> {
  const started = await shared(scene);
  open.push(started);
  const { page, stream } = started;
  page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
  await page.next((frame) => frame.type === 'ack' && frame['seq'] === 1);
  return started;
}

async function end({ share }: Shared): Promise<void> {
  await scene.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
}

afterEach(async () => {
  for (const each of open) await end(each);
  open = [];
});

/** Sends a text change as the next frame. */
function says({ page, stream }: Shared, seq: number, text: string): void {
  page.send({ type: 'frame', stream, seq, events: [textEvent(text)] });
}

const seqIs =
  (seq: number) =>
  (frame: Frame): boolean =>
    frame.type === 'frame' && frame['seq'] === seq;

describe('a page that is shared', () => {
  test('[CO6] goes to an agent: the checkpoint, what followed it, then live', async () => {
    const started = await sharing();
    says(started, 2, 'one');
    await started.page.next((frame) => frame.type === 'ack' && frame['seq'] === 2);
    const viewer = await scene.ana.view(started.share, scene.conversation);
    const { share, stream } = started;
    expect(await viewer.next('welcome')).toMatchObject({ share, state: { state: 'live' } });
    expect(await viewer.next('frame')).toMatchObject({ stream, seq: 1, snapshot: true });
    expect(await viewer.next('frame')).toMatchObject({
      seq: 2,
      events: [{ data: { texts: [{ value: 'one' }] } }],
    });
    says(started, 3, 'two');
    expect(await viewer.next('frame')).toMatchObject({ seq: 3 });
    expect(await started.page.next('viewers')).toMatchObject({ agents: [{ name: 'Ana' }] });
  });

  test('[CO6] a second viewer costs the page nothing but the news of it', async () => {
    const started = await sharing();
    const first = await scene.ana.view(started.share, scene.conversation);
    await first.next('frame');
    for (let seq = 2; seq < 30; seq++) says(started, seq, `${seq}`);
    await started.page.next((frame) => frame.type === 'ack' && frame['seq'] === 29);
    const before = started.page.frames.length;
    const second = await sam.view(started.share, scene.conversation);
    await second.next(seqIs(29));
    says(started, 30, 'last');
    await second.next(seqIs(30));
    const heard = started.page.frames.slice(before).filter(({ type }) => type !== 'ack');
    expect(heard).toMatchObject([{ type: 'viewers', agents: [{ name: 'Ana' }, { name: 'Sam' }] }]);
  });

  test('[CO6] a viewer that comes back gets the page from memory', async () => {
    const started = await sharing();
    const first = await scene.ana.view(started.share, scene.conversation);
    await first.next('frame');
    const before = started.page.frames.length;
    await first.close();
    const again = await scene.ana.view(started.share, scene.conversation);
    await again.next('frame');
    expect(started.page.frames.slice(before).map(({ type }) => type)).not.toContain('snapshot-asked');
  });

  test('[CO6] past the budget of the tail the page is asked for one snapshot, not urgently', async () => {
    const tight = await begun({ shares: { tailAskBytes: 20_000, snapshotEveryMs: 60_000 } });
    try {
      const { page, stream } = await shared(tight);
      page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
      for (let seq = 2; seq < 60; seq++) {
        page.send({ type: 'frame', stream, seq, events: [textEvent('x'.repeat(1_000))] });
      }
      await page.next((frame) => frame.type === 'ack' && frame['seq'] === 59);
      const asks = page.all('snapshot-asked');
      expect(asks).toHaveLength(1);
      expect(asks[0]).not.toHaveProperty('urgent');
    } finally {
      await tight.server.stop();
    }
  });
});

describe('[CO7] a page whose socket was lost', () => {
  test('goes on after the last frame that is held', async () => {
    const { share, page, stream } = await sharing();
    const viewer = await scene.ana.view(share, scene.conversation);
    says({ share, page, stream }, 2, 'one');
    await viewer.next(seqIs(2));
    page.socket.terminate();
    const again = await scene.visitor.page(share, { stream, acknowledged: 1 });
    expect(await again.next('welcome')).toMatchObject({ acknowledged: 2, followed: true });
    says({ share, page: again, stream }, 2, 'again');
    says({ share, page: again, stream }, 3, 'three');
    expect(await viewer.next(seqIs(3))).toMatchObject({
      events: [{ data: { texts: [{ value: 'three' }] } }],
    });
    expect(viewer.frames.filter(seqIs(2))).toHaveLength(1);
  });

  test('with a frame missing is asked for one snapshot, and shows again after it', async () => {
    const started = await sharing();
    const { share, page, stream } = started;
    const viewer = await scene.ana.view(share, scene.conversation);
    await viewer.next('frame');
    for (const seq of [3, 4, 5, 6]) says(started, seq, `${seq}`);
    expect(await page.next('snapshot-asked')).toMatchObject({ urgent: true });
    page.send({ type: 'frame', stream, seq: 7, snapshot: true, events: snapshotEvents('anew') });
    const shown = await viewer.next(seqIs(7));
    expect(shown).toMatchObject({ snapshot: true });
    expect(viewer.frames.filter((frame) => [3, 4, 5, 6].includes(Number(frame['seq'])))).toEqual([]);
  });

  test('viewers hear how far it is with each ping', async () => {
    const quick = await begun({ limits: { agentHeartbeatMs: 100 } });
    try {
      const { share, page, stream } = await shared(quick);
      page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
      const viewer = await quick.ana.view(share, quick.conversation);
      const ping = await viewer.next((frame) => frame.type === 'ping' && frame['seq'] === 1);
      expect(ping).toMatchObject({ stream });
      expect(Number(ping['age'])).toBeLessThan(60_000);
    } finally {
      await quick.server.stop();
    }
  });

  test('a viewer that cannot show what came has the page asked', async () => {
    const { share, page, stream } = await sharing();
    const viewer = await scene.ana.view(share, scene.conversation);
    await viewer.next('frame');
    viewer.send({ type: 'resync', reason: 'a frame could not be read' });
    await page.next('snapshot-asked');
    page.send({ type: 'frame', stream, seq: 2, snapshot: true, events: snapshotEvents('anew') });
    expect(await viewer.next(seqIs(2))).toMatchObject({ snapshot: true });
  });
});

describe('[CO8] going on', () => {
  test('the next page of the tab needs no new question; viewers see it change', async () => {
    const { share, page } = await sharing();
    const viewer = await scene.ana.view(share, scene.conversation);
    await viewer.next('frame');
    page.send({ type: 'page-state', state: 'leaving' });
    expect(await viewer.next('page-state')).toMatchObject({ state: 'leaving' });
    await page.close();
    const stream = newId('stm');
    const next = await scene.visitor.page(share, { stream });
    expect(await next.next('welcome')).toMatchObject({ acknowledged: 0, followed: true });
    expect(
      await viewer.next((frame) => frame.type === 'page-state' && frame['state'] === 'live'),
    ).toBeDefined();
    next.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents('product') });
    expect(await viewer.next('frame')).toMatchObject({ stream, seq: 1, snapshot: true });
  });

  test('the tab that is looked at is followed; frames of others are not taken', async () => {
    const first = await sharing();
    const viewer = await scene.ana.view(first.share, scene.conversation);
    await viewer.next('frame');
    const stream = newId('stm');
    const second = await scene.visitor.page(first.share, { stream, tab: 'tab-2' });
    expect(await second.next('welcome')).toMatchObject({ followed: false });
    second.send({ type: 'page-state', state: 'live' });
    expect(await second.next('followed')).toMatchObject({ followed: true });
    expect(await first.page.next('followed')).toMatchObject({ followed: false });
    says(first, 2, 'not taken');
    second.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents('tab two') });
    expect(await viewer.next('frame')).toMatchObject({ stream, seq: 1 });
    first.page.send({ type: 'page-state', state: 'live' });
    await first.page.next('followed');
    expect(await first.page.next('snapshot-asked')).toMatchObject({ urgent: true });
    const anew = snapshotEvents('tab one again');
    first.page.send({ type: 'frame', stream: first.stream, seq: 5, snapshot: true, events: anew });
    expect(await viewer.next('frame')).toMatchObject({ stream: first.stream, seq: 5 });
    expect(JSON.stringify(viewer.frames)).not.toContain('not taken');
  });

  test('when the followed tab is closed, another one is followed', async () => {
    const first = await sharing();
    const second = await scene.visitor.page(first.share, { tab: 'tab-2' });
    await second.next('welcome');
    await first.page.close();
    expect(await second.next('followed')).toMatchObject({ followed: true });
  });

  test('addresses and titles are masked again on their way', async () => {
    const { share, page } = await sharing();
    const viewer = await scene.ana.view(share, scene.conversation);
    await viewer.next('welcome');
    const url = 'https://shop.example/order/12345678?token=secret#part';
    page.send({ type: 'page-state', state: 'live', url, title: 'Order of ann@example.org' });
    const state = await viewer.next((frame) => frame.type === 'page-state' && 'url' in frame);
    expect(state['url']).toBe('https://shop.example/order/••••••');
    expect(state['title']).toBe('Order of ••••••');
  });
});

describe('[CO14] pointers', () => {
  const move = (id: number): object => ({
    type: 3,
    timestamp: 1,
    data: { source: 1, positions: [{ id, x: 5, y: 6, timeOffset: 0 }] },
  });

  test('go to viewers without a number, and only of nodes that are there', async () => {
    const { share, page, stream } = await sharing();
    const viewer = await scene.ana.view(share, scene.conversation);
    await viewer.next('frame');
    page.send({ type: 'pointer', stream, events: [move(999)] });
    page.send({ type: 'pointer', stream, events: [move(6)] });
    expect(await viewer.next('pointer')).toMatchObject({
      stream,
      events: [{ data: { positions: [{ id: 6 }] } }],
    });
    expect(viewer.all('pointer')).toHaveLength(1);
  });

  test('marks of an agent reach the page; those of a supervisor who watches do not', async () => {
    const { share, page } = await sharing();
    const ana = await scene.ana.view(share, scene.conversation);
    const supervisor = await sam.view(share, scene.conversation);
    await supervisor.next('frame');
    supervisor.send({ type: 'mark', kind: 'point', at: { node: 5, x: 1, y: 1 } });
    supervisor.send({ type: 'resync', reason: 'so that the mark was read before' });
    await page.next('snapshot-asked');
    ana.send({ type: 'mark', kind: 'point', at: { node: 6, x: 500, y: 500 } });
    expect(await page.next('mark')).toMatchObject({ kind: 'point', at: { node: 6 } });
    expect(page.all('mark')).toHaveLength(1);
  });
});

describe('[CO16] who sees the page', () => {
  test('is written in the conversation, once per agent, and again when they stop', async () => {
    const { share } = await sharing();
    const viewed = (on: boolean) => (frame: Frame) =>
      bodyOf(frame)?.type === 'co-browse.viewed' && bodyOf(frame)?.['on'] === on;
    const one = await sam.view(share, scene.conversation);
    const other = await sam.view(share, scene.conversation);
    await other.next('frame');
    const began = await scene.visitor.relay.next(viewed(true));
    expect(bodyOf(began)).toMatchObject({ agent: { name: 'Sam' }, share });
    await one.close();
    await other.close();
    const ended = await scene.visitor.relay.next(viewed(false));
    expect(bodyOf(ended)).toMatchObject({ agent: { name: 'Sam' } });
    const all = scene.visitor.relay.frames.map(bodyOf).filter((body) => body?.['share'] === share);
    expect(all.filter((body) => body?.type === 'co-browse.viewed')).toHaveLength(2);
  });

  test('an agent who does not have the conversation sees nothing', async () => {
    const { share, page } = await sharing();
    const before = page.frames.length;
    const viewer = await ben.view(share, scene.conversation);
    expect((await viewer.closed).code).toBe(4010);
    expect(viewer.frames).toEqual([{ type: 'ended', reason: 'forbidden' }]);
    expect(page.frames.slice(before).filter(({ type }) => type !== 'ack')).toEqual([]);
  });
});

describe('[CO13] assets', () => {
  const bytes = Buffer.from('89504e470d0a1a0a', 'hex');
  const shaOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  const sha256 = shaOf(bytes);
  const offer = { type: 'asset', part: 0, parts: 1, mime: 'image/png', sha256 };
  const part = { ...offer, data: bytes.toString('base64') };
  const refused = (asset: string, reason: string) => ({
    ...{ type: 'asset', asset, part: 0, parts: 1 },
    refused: reason,
  });

  async function watched(options?: Parameters<typeof begun>[0]) {
    const own = options && (await begun(options));
    const started = own ? await shared(own) : await sharing();
    const viewer = await (own ?? scene).ana.view(started.share, (own ?? scene).conversation);
    const ask = async (asset: string): Promise<void> => {
      viewer.send({ type: 'asset-asked', asset });
      await started.page.next((frame) => frame.type === 'asset-asked' && frame['asset'] === asset);
    };
    return { ...started, own, viewer, ask };
  }

  test('are asked of the page once, and given to the next viewer from memory', async () => {
    const { share, page, viewer, ask } = await watched();
    await ask('asset:a1');
    page.send({ ...part, asset: 'asset:a1' });
    expect(await viewer.next('asset')).toMatchObject({ asset: 'asset:a1', sha256 });
    const second = await sam.view(share, scene.conversation);
    second.send({ type: 'asset-asked', asset: 'asset:a1' });
    expect(await second.next('asset')).toMatchObject({ data: part.data });
    expect(page.all('asset-asked')).toHaveLength(1);
  });

  test('are sent once for each hash, under whatever names the next page tells of them', async () => {
    const { page, viewer, ask } = await watched();
    await ask('asset:e1');
    page.send({ ...offer, asset: 'asset:e1' });
    expect(await page.next('asset-asked')).toEqual({ type: 'asset-asked', asset: 'asset:e1', sha256 });
    page.send({ ...part, asset: 'asset:e1' });
    expect(await viewer.next('asset')).toMatchObject({ asset: 'asset:e1', data: part.data });
    await ask('asset:e2');
    page.send({ ...offer, asset: 'asset:e2' });
    expect(await viewer.next('asset')).toMatchObject({ asset: 'asset:e2', data: part.data });
    expect(page.all('asset-asked')).toHaveLength(3);
  });

  test('come whole out of their parts, also from a page that cannot make a hash', async () => {
    const { page, viewer, ask } = await watched();
    await ask('asset:f1');
    const long = Buffer.concat([bytes, Buffer.alloc(40)]);
    const pieces = [long.subarray(0, 30), long.subarray(30)].map((each) => each.toString('base64'));
    const common = { type: 'asset', asset: 'asset:f1', parts: 2 };
    page.send({ ...common, part: 0, mime: 'image/png', data: pieces[0] });
    page.send({ ...common, part: 1, data: pieces[1] });
    expect(await viewer.next('asset')).toMatchObject({ part: 0, data: pieces[0] });
    expect(await viewer.next('asset')).toMatchObject({ part: 1, data: pieces[1] });
  });

  test.each([
    ['whose bytes are others than it says', { sha256: 'a'.repeat(64) }, 'failed'],
    ['that are no picture or font', { mime: 'text/html' }, 'type'],
    ['that are a drawing which could hold a script', { mime: 'image/svg+xml' }, 'type'],
    [
      'that only call themselves a picture',
      { data: Buffer.from('<svg onload=x>').toString('base64') },
      'type',
    ],
    ['that are another picture than they say', { mime: 'image/gif' }, 'type'],
    ['that are no base64', { data: '<script>' }, 'failed'],
    ['that the page does not give', { data: undefined, refused: 'private' }, 'private'],
    ['without anything in them', { data: undefined, sha256: undefined }, 'failed'],
  ])('%s reach no viewer, which hears why, and the share goes on', async (_what, wrong, reason) => {
    const started = await watched();
    const { page, viewer, ask } = started;
    await ask('asset:b1');
    page.send({ ...part, asset: 'asset:b1', ...wrong });
    expect(await viewer.next('asset')).toEqual(refused('asset:b1', reason));
    await ask('asset:b2');
    page.send({ ...part, asset: 'asset:b2' });
    expect(await viewer.next('asset')).toMatchObject({ asset: 'asset:b2', data: part.data });
    says(started, 2, 'after it');
    await viewer.next(seqIs(2));
  });

  test('that are larger than they may be cost that one', async () => {
    const { own, page, viewer, ask } = await watched({ shares: { assetMaxBytes: 300 } });
    await ask('asset:g1');
    const data = Buffer.concat([bytes, Buffer.alloc(400)]).toString('base64');
    page.send({ type: 'asset', asset: 'asset:g1', part: 0, parts: 2, mime: 'image/png', data });
    expect(await viewer.next('asset')).toEqual(refused('asset:g1', 'too-large'));
    await own?.server.stop();
  });

  test('of a viewer that asks for everything are refused as too many, and the page is asked for a few', async () => {
    const limits = { assetsAskedMax: 2, assets: { burst: 5, perMinute: 1 } };
    const { own, page, viewer } = await watched({ shares: limits });
    for (let n = 0; n < 20; n++) viewer.send({ type: 'asset-asked', asset: `asset:h${n}` });
    for (let n = 2; n < 20; n++) {
      expect(await viewer.next('asset')).toEqual(refused(`asset:h${n}`, 'busy'));
    }
    expect(page.all('asset-asked').map(({ asset }) => asset)).toEqual(['asset:h0', 'asset:h1']);
    await own?.server.stop();
  });

  test('that nobody asked for are dropped', async () => {
    const started = await watched();
    started.page.send({ ...part, asset: 'asset:c1' });
    says(started, 2, 'after it');
    await started.viewer.next(seqIs(2));
    expect(started.viewer.all('asset')).toEqual([]);
  });

  test('[CO2] are gone with the share', async () => {
    const { own, page, viewer, share, ask } = await watched({});
    const heldNow = async (): Promise<number> =>
      (await own?.server.metrics())?.get('alongside_share_held_bytes') ?? Number.NaN;
    const before = await heldNow();
    await ask('asset:d1');
    const large = Buffer.concat([bytes, Buffer.alloc(90_000)]);
    page.send({ ...part, asset: 'asset:d1', sha256: shaOf(large), data: large.toString('base64') });
    await viewer.next('asset');
    expect(await heldNow()).toBeGreaterThan(before + 90_000);
    await own?.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
    await viewer.closed;
    expect(await heldNow()).toBe(0);
    await own?.server.stop();
  });
});

describe('[CO15] [T2] hostile pages', () => {
  const cases = hostileCases().filter(({ kind }) => kind.startsWith('rrweb'));

  test.skipIf(cases.length > 0)('the shared corpus is not beside the repository', () => undefined);

  test.skipIf(cases.length === 0)(
    'reach no viewer as they are, and cost the share nothing',
    async () => {
      const own = await begun({
        shares: { snapshotEveryMs: 0, snapshotsPerPage: { burst: 10_000, perMinute: 10_000 } },
      });
      const started = await shared(own);
      const { share } = started;
      let { page, stream } = started;
      const viewer = await own.ana.view(share, own.conversation);
      let seq = 0;
      for (const [id, { payload }] of cases.entries()) {
        const written = writtenOut(payload);
        const events = typeof written === 'string' ? written : JSON.stringify(written);
        const next = (): string => JSON.stringify({ type: 'frame', stream, seq: (seq += 1), snapshot: true });
        page.socket.send(`${next().slice(0, -1)},"events":${events}}`);
        page.send({ ...(JSON.parse(next()) as object), events: snapshotEvents(`calm after ${id}`) });
        const isCalm = (frame: Frame): boolean => JSON.stringify(frame).includes(`calm after ${id}"`);
        const isShown = await Promise.race([
          viewer.next(isCalm).then(() => true),
          page.closed.then(() => false),
        ]);
        if (isShown) continue;
        // What no page of ours would send may cost its socket; the share goes on.
        stream = newId('stm');
        seq = 0;
        page = await own.visitor.page(share, { stream });
        await page.next('welcome');
        page.send({ ...(JSON.parse(next()) as object), events: snapshotEvents(`calm after ${id}`) });
        await viewer.next(isCalm);
      }
      const seen = JSON.stringify(viewer.frames).toLowerCase();
      const traces = ['javascript:', 'onerror', 'onload', '<script', 'srcdoc', '"script"', 'http-equiv'];
      expect(traces.filter((trace) => seen.includes(trace))).toEqual([]);
      const metrics = await own.server.metrics();
      expect(metrics.get('alongside_share_events_dropped_total')).toBeGreaterThan(0);
      await own.server.stop();
    },
    120_000,
  );
});

describe('after the end', () => {
  test('[CO2] no frame is taken, everybody is told, and nothing is kept', async () => {
    const started = await sharing();
    const viewer = await scene.ana.view(started.share, scene.conversation);
    await viewer.next('frame');
    const asked = (await scene.server.metrics()).get('alongside_share_frames_in_total');
    await end(started);
    expect(await viewer.closed).toMatchObject({ code: 4010 });
    expect(await started.page.closed).toMatchObject({ code: 4010 });
    expect(viewer.frames.at(-1)).toEqual({ type: 'ended', reason: 'visitor' });
    expect(started.page.frames.at(-1)).toEqual({ type: 'ended', reason: 'visitor' });
    const metrics = await scene.server.metrics();
    expect(metrics.get('alongside_share_frames_in_total')).toBe(asked);
    expect(metrics.get('alongside_share_rooms')).toBe(0);
    expect(metrics.get('alongside_share_held_bytes')).toBe(0);
    const late = await scene.visitor.page(started.share, { stream: started.stream });
    expect(await late.closed).toMatchObject({ code: 4010 });
    expect(late.frames).toEqual([{ type: 'ended', reason: 'ended' }]);
  });

  test('nothing of the page is on the disk or in the log of the server', async () => {
    const needle = 'a-sentence-that-only-the-page-says';
    const started = await sharing();
    const viewer = await scene.ana.view(started.share, scene.conversation);
    says(started, 2, needle);
    await viewer.next(seqIs(2));
    await end(started);
    await viewer.closed;
    const folder = scene.server.dataFolder;
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    );
    expect(names.length).toBeGreaterThan(0);
    for (const { parentPath, name } of names) {
      expect((await readFile(join(parentPath, name))).includes(needle)).toBe(false);
    }
    expect(scene.server.lines.join('\n')).not.toContain(needle);
  });

  test('[CO2] closing the sitting ends it', async () => {
    const other = await meet(scene.server, scene.ana);
    const { page } = await shared(other);
    await other.ana.command({ type: 'sitting.finish' }, other.conversation);
    await page.closed;
    expect(page.frames.at(-1)).toEqual({ type: 'ended', reason: 'sitting-closed' });
  });

  test('a share whose visitor is gone ends by itself', async () => {
    const quick = await begun({ shares: { pageReturnsMs: 100 } });
    try {
      const { page } = await shared(quick);
      await page.close();
      const isEnd = (frame: Frame): boolean => bodyOf(frame)?.type === 'co-browse.ended';
      expect(bodyOf(await quick.ana.relay.next(isEnd))).toMatchObject({ scope: 'view', reason: 'left' });
    } finally {
      await quick.server.stop();
    }
  });
});
