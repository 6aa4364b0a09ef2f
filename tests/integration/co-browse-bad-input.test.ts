import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../sdk/src/shared.ts';
import { type Wire, ShareServer } from './co-browse-harness.ts';
import { type Scene, begun, shared, snapshotEvents, textEvent } from './co-browse-scene.ts';

let scene: Scene;
let share: string;
let viewer: Wire;

beforeAll(async () => {
  scene = await begun();
  const started = await shared(scene);
  share = started.share;
  viewer = await scene.ana.view(share, scene.conversation);
  await viewer.next('welcome');
});
afterAll(async () => {
  const { problems } = scene.server;
  await scene.server.stop();
  expect(problems).toEqual([]);
});

/** A welcomed page with a stream of its own, in the place of the one before it. */
async function newPage(): Promise<{ page: Wire; stream: string }> {
  const stream = newId('stm');
  const page = await scene.visitor.page(share, { stream });
  await page.next('welcome');
  return { page, stream };
}

/** The share goes on, whatever happened. */
async function stillWorks(): Promise<void> {
  const { page, stream } = await newPage();
  page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
  await viewer.next((frame) => frame.type === 'frame' && frame['stream'] === stream);
}

async function codeAfter(text: string | Buffer, binary = false): Promise<number> {
  const { page } = await newPage();
  page.socket.send(text, { binary });
  const { code } = await page.closed;
  await stillWorks();
  return code;
}

describe('a page that does not speak our language', () => {
  test.each([
    ['what is no JSON', 'nonsense', 4000],
    ['a list', '[1,2]', 4000],
    ['a number', '7', 4000],
    ['null', 'null', 4000],
    ['a second hello', '{"type":"hello"}', 4000],
    ['a frame without events', '{"type":"frame","stream":"x","seq":1}', 4000],
    [
      'a frame with a number below zero',
      JSON.stringify({ type: 'frame', stream: newId('stm'), seq: -1, events: [] }),
      4000,
    ],
    [
      'events that are no list',
      JSON.stringify({ type: 'frame', stream: newId('stm'), seq: 1, events: {} }),
      4000,
    ],
    [
      'what is nested too deep',
      `{"type":"acted","request":1,"x":${'['.repeat(100)}${']'.repeat(100)}}`,
      1009,
    ],
    ['a key that reaches a prototype', '{"type":"page-state","state":"live","__proto__":{"a":1}}', 4000],
    [
      'more parts than there may be',
      JSON.stringify({ type: 'frame-part', stream: newId('stm'), seq: 1, part: 0, parts: 5_000, text: '' }),
      4000,
    ],
  ])('%s costs its socket, and nothing else', async (_what, text, code) => {
    expect(await codeAfter(text)).toBe(code);
  });

  test('binary frames cost it as well', async () => {
    expect(await codeAfter(Buffer.from('{}'), true)).toBe(4000);
  });

  test('a type of a later version is passed over', async () => {
    const { page, stream } = await newPage();
    page.send({ type: 'hologram', depth: 3 });
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    await viewer.next((frame) => frame.type === 'frame' && frame['stream'] === stream);
  });

  test('[T6] nothing reaches a prototype', async () => {
    const { page, stream } = await newPage();
    const text = JSON.stringify({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    page.socket.send(
      text.replace('"attributes":{}', '"attributes":{"__proto__":{"polluted":1},"class":"a"}'),
    );
    await viewer.next((frame) => frame.type === 'frame' && frame['stream'] === stream);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(JSON.stringify(viewer.frames.at(-1))).not.toContain('polluted');
  });
});

describe('a page that sends too much', () => {
  test('[T4] a frame over 256 K characters closes its socket', async () => {
    const { page, stream } = await newPage();
    const events = snapshotEvents('x'.repeat(300_000));
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events });
    expect(await page.closed).toMatchObject({ code: 1009 });
    await stillWorks();
  });

  test('[T4] more events than a frame may have close it', async () => {
    const { page, stream } = await newPage();
    const events = Array.from({ length: 5_001 }, () => 1);
    page.send({ type: 'frame', stream, seq: 1, events });
    expect((await page.closed).code).toBeGreaterThanOrEqual(1009);
    await stillWorks();
  });

  test('[T4] a small message that inflates without end is cut off', async () => {
    const { page } = await newPage();
    // 64 MB of blanks in some 60 KB: what a hostile client sends as one compressed frame.
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const before = process.memoryUsage().rss;
    const raw = (page.socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket;
    const head = Buffer.alloc(14);
    head[0] = 0xc1;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(bomb.length), 2);
    raw.write(Buffer.concat([head, bomb]));
    expect(await page.closed).toMatchObject({ code: 1009 });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    await stillWorks();
  });

  test('[T4] a page that floods is read no faster than its rate, and loses nothing', async () => {
    const own = await begun({
      shares: {
        rawBurstBytes: 50_000,
        rawBytesPerSecond: 400_000,
        wireBurstBytes: 1e9,
        wireBytesPerSecond: 1e9,
      },
    });
    const { share: theirs, page, stream } = await shared(own);
    const watcher = await own.ana.view(theirs, own.conversation);
    await watcher.next('welcome');
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    const begin = performance.now();
    for (let seq = 2; seq <= 41; seq++) {
      page.send({ type: 'frame', stream, seq, events: [textEvent('x'.repeat(10_000))] });
    }
    await watcher.next((frame) => frame.type === 'frame' && frame['seq'] === 41);
    expect(performance.now() - begin).toBeGreaterThan(500);
    const numbers = watcher.all('frame').map((frame) => frame['seq']);
    expect(numbers).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    await own.server.stop();
  });

  test('[T4] snapshots that nobody asked for are not taken more often than every two seconds', async () => {
    const { page, stream } = await newPage();
    for (let seq = 1; seq <= 10; seq++) {
      page.send({ type: 'frame', stream, seq, snapshot: true, events: snapshotEvents(`no ${seq}`) });
    }
    await page.next('snapshot-asked');
    const taken = viewer.frames.filter((frame) => frame['stream'] === stream).length;
    expect(taken).toBeLessThan(4);
  });
});

describe('before the welcome', () => {
  test('a socket that says nothing is closed', async () => {
    const own = await ShareServer.start({ limits: { helloTimeoutMs: 200 } });
    const silent = own.wire('/v1/co-browse', {}, 'visitor');
    await silent.opened;
    expect(await silent.closed).toMatchObject({ code: 4009 });
    await own.stop();
  });

  test('frames are not taken', async () => {
    const eager = scene.server.wire('/v1/co-browse', {}, 'visitor');
    await eager.opened;
    const stream = newId('stm');
    eager.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    expect(await eager.closed).toMatchObject({ code: 4000 });
    await stillWorks();
    expect(viewer.frames.filter((frame) => frame['stream'] === stream)).toEqual([]);
  });

  test.each([
    ['without a role', { type: 'hello' }],
    ['of a role that there is not', { type: 'hello', role: 'admin' }],
    ['of a share that is no id', { type: 'hello', role: 'visitor', site: 'demo', share: 'x' }],
  ])('a hello %s is refused', async (_what, hello) => {
    const wire = scene.server.wire('/v1/co-browse', {}, 'visitor');
    await wire.opened;
    wire.send(hello);
    expect(await wire.closed).toMatchObject({ code: 4000 });
  });

  test('only its own path is there', async () => {
    const wire = scene.server.wire('/v1/co-browse/', {}, 'visitor');
    await expect(wire.opened).rejects.toThrow('404');
  });
});

describe('a viewer that misbehaves', () => {
  test('pays with its socket; the page and the others notice nothing', async () => {
    const { page, stream } = await newPage();
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    await page.next('ack');
    const before = page.frames.length;
    const hostile = await scene.ana.view(share, scene.conversation);
    await hostile.next('frame');
    hostile.send({ type: 'frame', stream, seq: 2, events: [textEvent('from an agent')] });
    hostile.send({ type: 'mark', kind: 'draw', points: Array.from({ length: 500 }, () => ({ x: 1, y: 1 })) });
    expect((await hostile.closed).code).toBeGreaterThanOrEqual(1009);
    expect(page.frames.slice(before).filter(({ type }) => type !== 'ack')).toEqual([]);
    await stillWorks();
  });

  test('[CO14] marks beyond 60 a second are dropped', async () => {
    const { page, stream } = await newPage();
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    const fast = await scene.ana.view(share, scene.conversation);
    await fast.next('frame');
    const begin = performance.now();
    for (let count = 0; count < 400; count++) {
      fast.send({ type: 'mark', kind: 'point', at: { node: 6, x: count, y: 0 } });
    }
    fast.send({ type: 'resync', reason: 'the marks have been read' });
    await page.next('snapshot-asked');
    // A burst, and as many as came in again while the machine read them all.
    const seconds = (performance.now() - begin) / 1_000;
    expect(page.all('mark').length).toBeLessThanOrEqual(61 + 60 * seconds);
    expect(page.all('mark').length).toBeGreaterThan(50);
    await fast.close();
  });
});

describe('[T13] connections', () => {
  test('of an address are counted, and of a person', async () => {
    const own = await begun({ limits: { connectionsPerAddress: 4, connectionsPerVisitor: 2 } });
    const { share: theirs } = await shared(own);
    await (await own.visitor.page(theirs, { tab: 'tab-2' })).next('welcome');
    const third = await own.visitor.page(theirs, { tab: 'tab-3' });
    expect(await third.closed).toMatchObject({ code: 4029 });
    const others = Array.from({ length: 4 }, () => own.server.wire('/v1/co-browse', {}, 'visitor'));
    const opened = await Promise.allSettled(others.map((wire) => wire.opened));
    const refused = opened.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toContain('429');
    await own.server.stop();
  });

  test('a page that does not answer a ping is dead', async () => {
    const own = await begun({ limits: { visitorHeartbeatMs: 100, answerTimeoutMs: 200 } });
    const { page } = await shared(own);
    page.answersPings = false;
    expect(await page.closed).toMatchObject({ code: 4009 });
    await own.server.stop();
  });

  test('[DL13] a drain sends everybody away in time', async () => {
    const own = await begun();
    const { page, share: theirs } = await shared(own);
    const watcher = await own.ana.view(theirs, own.conversation);
    await watcher.next('welcome');
    const begin = performance.now();
    const ended = own.server.app.close();
    expect(await page.closed).toMatchObject({ code: 1001 });
    expect((await watcher.closed).reason).toMatch(/^retry-after=\d+$/);
    await ended;
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test('[T20] only this socket is compressed', async () => {
    const { page } = await newPage();
    expect(page.socket.extensions).toContain('permessage-deflate');
    expect(scene.visitor.relay.socket.extensions).toBe('');
  });
});
