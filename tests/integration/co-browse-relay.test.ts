// Over 300 lines: what one relay does with a shared page; a describe for each rule, one server for all.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../sdk/src/shared.ts';
import { hostileCases, writtenOut } from '../support/co-browse/corpus.ts';
import { type Frame, Agent } from './co-browse-harness.ts';
import {
  type Scene,
  type SharedPage,
  begun,
  bodyOf,
  meet,
  says,
  seqIs,
  shared,
  SharedPages,
  snapshotEvents,
  textEvent,
} from './co-browse-scene.ts';

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

const pages = new SharedPages(() => scene);
const sharing = (): Promise<SharedPage> => pages.sharing();
const end = (each: SharedPage): Promise<void> => pages.end(each);
afterEach(() => pages.endAll());

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
