import { expect, test } from 'vitest';
import { type Frame, type Wire, Agent } from './co-browse-harness.ts';
import { type Scene, begun, meet, shared, snapshotEvents, textEvent } from './co-browse-scene.ts';

const MB = 1024 * 1024;
const MESSAGES = 20;

/** Text that does not compress, so that what is sent is what waits. */
function noise(characters: number): string {
  return Array.from({ length: characters }, () =>
    String.fromCharCode(0x4e00 + Math.floor(Math.random() * 0x4000)),
  ).join('');
}

/** A page that does what it is asked to. */
function answersSnapshots(page: Wire, stream: string, next: () => number): void {
  page.socket.on('message', (data: Buffer) => {
    if (!data.toString().includes('snapshot-asked')) return;
    const seq = next();
    page.send({ type: 'frame', stream, seq, snapshot: true, events: snapshotEvents(`at the end ${seq}`) });
  });
}

/** Milliseconds that each of some messages of a visitor took until the server had stored it. */
async function saidIn({ visitor }: Scene, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n++) {
    const began = performance.now();
    await visitor.say(`message ${n}`);
    took.push(performance.now() - began);
  }
  return took;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

test('[R17] a viewer that does not read is skipped to the next checkpoint or closed; the page and the others go on', async () => {
  const own = await begun({
    shares: {
      viewerBehindMaxMs: 2_000,
      tailAskBytes: 2 * MB,
      tailAskEveryMs: 50,
      tailMaxBytes: 4 * MB,
      snapshotEveryMs: 50,
      snapshotsPerPage: { burst: 1e6, perMinute: 1e6 },
      framesPerPage: { burst: 1e6, perMinute: 1e6 },
      wireBurstBytes: 1e9,
      rawBurstBytes: 1e9,
    },
  });
  const sam = await Agent.signIn(own.server, 'Sam');
  const { share, page, stream } = await shared(own);
  let seq = 1;
  page.send({ type: 'frame', stream, seq, snapshot: true, events: snapshotEvents() });
  const quick = await own.ana.view(share, own.conversation);
  const slow = await sam.view(share, own.conversation);
  await slow.next('frame');
  slow.socket.pause();
  // Somebody else chats meanwhile.
  const other = await meet(own.server, own.ana);
  const calmMs = await saidIn(other, MESSAGES);
  const busyMs: number[] = [];
  const rssBefore = process.memoryUsage().rss;
  let heldMost = 0;
  let sent = 0;
  const text = noise(40_000);
  const send = (frame: object): Promise<void> =>
    new Promise((resolve) => page.socket.send(JSON.stringify(frame), () => resolve()));
  answersSnapshots(page, stream, () => (seq += 1));
  while (sent < 50 * MB) {
    seq += 1;
    await send({ type: 'frame', stream, seq, events: [textEvent(`${seq} ${text}`)] });
    sent += 3 * text.length;
    if (seq % 50 === 0) {
      await quick.next((frame) => frame.type === 'frame' && Number(frame['seq']) >= seq - 1);
      busyMs.push(...(await saidIn(other, 4)));
      heldMost = Math.max(heldMost, (await own.server.metrics()).get('alongside_share_held_bytes') ?? 0);
    }
  }
  await quick.next((frame) => frame.type === 'frame' && Number(frame['seq']) >= seq);
  expect(heldMost).toBeLessThan(5 * MB);
  // Nothing of what the slow one did not read is kept for it beyond its budget: 50 MB went by.
  const grown = process.memoryUsage().rss - rssBefore;
  expect(grown).toBeLessThan(400 * MB);
  // Each message was stored while a viewer held up megabytes; how long it took says more than a limit would.
  expect(busyMs.length).toBeGreaterThanOrEqual(MESSAGES);
  const [calm, busy] = [median(calmMs), median(busyMs)];
  console.log(
    `chat of others: ${calm.toFixed(1)} ms at rest, ${busy.toFixed(1)} ms beside a viewer that does not read ` +
      `(× ${(busy / calm).toFixed(2)}), longest ${Math.max(...busyMs).toFixed(0)} ms`,
  );
  const metrics = await own.server.metrics();
  expect(metrics.get('alongside_share_viewers_behind_total')).toBeGreaterThan(0);
  await expect
    .poll(async () => (await own.server.metrics()).get('alongside_share_viewers'), { timeout: 20_000 })
    .toBe(1);
  slow.socket.resume();
  expect((await slow.closed).code).toBeGreaterThan(1_000);
  // What is skipped is skipped up to a snapshot.
  const frames = quick.frames.filter(({ type }) => type === 'frame');
  const jumps = frames.filter((frame, index) => {
    const before = Number(frames[index - 1]?.['seq'] ?? 0);
    return Number(frame['seq']) !== before + 1 && frame['snapshot'] !== true;
  });
  expect(jumps).toEqual([]);
  expect(own.server.problems).toEqual([]);
  await own.server.stop();
}, 120_000);

test('[R17] a viewer that was behind and reads again is shown the page as it is by then', async () => {
  const own = await begun({
    shares: {
      viewerUnsentMaxBytes: MB / 4,
      viewerBehindMaxMs: 60_000,
      wireBurstBytes: 1e9,
      rawBurstBytes: 1e9,
    },
  });
  const { share, page, stream } = await shared(own);
  let seq = 1;
  page.send({ type: 'frame', stream, seq, snapshot: true, events: snapshotEvents() });
  const viewer = await own.ana.view(share, own.conversation);
  await viewer.next('frame');
  viewer.socket.pause();
  answersSnapshots(page, stream, () => (seq += 1));
  const isBehind = async (): Promise<boolean> =>
    ((await own.server.metrics()).get('alongside_share_viewers_behind_total') ?? 0) > 0;
  while (!(await isBehind())) {
    for (let count = 0; count < 10; count++) {
      seq += 1;
      page.send({ type: 'frame', stream, seq, events: [textEvent(noise(20_000))] });
    }
    await page.next((frame) => frame.type === 'ack' && frame['seq'] === seq);
  }
  seq += 1;
  page.send({ type: 'frame', stream, seq, events: [textEvent('at the end')] });
  await page.next((frame) => frame.type === 'ack' && frame['seq'] === seq);
  viewer.socket.resume();
  const last = await viewer.next((frame: Frame) => JSON.stringify(frame).includes('at the end'));
  expect(last.type).toBe('frame');
  await own.server.stop();
}, 120_000);
