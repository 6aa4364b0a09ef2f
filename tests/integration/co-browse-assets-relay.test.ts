import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from './co-browse-harness.ts';
import { type Scene, SharedPages, begun, says, seqIs, shared } from './co-browse-scene.ts';

let scene: Scene;
let sam: Agent;
const pages = new SharedPages(() => scene);

beforeAll(async () => {
  scene = await begun();
  sam = await Agent.signIn(scene.server, 'Sam');
});
afterEach(() => pages.endAll());
afterAll(async () => {
  const { problems } = scene.server;
  await scene.server.stop();
  expect(problems).toEqual([]);
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
    const started = own ? await shared(own) : await pages.sharing();
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
