import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conversationStream } from '../../server/src/events/conversation-stream.ts';
import { SHARE_LOOK_EVERY_MS } from '../../server/src/co-browse/co-browse-machine.ts';
import { ShareServer } from './co-browse-harness.ts';
import { type Scene, begun, shared } from './co-browse-scene.ts';

const WAIT = { timeout: 30_000, interval: 50 };

let first: Scene;
let share: string;

beforeEach(async () => {
  first = await begun();
  ({ share } = await shared(first));
  await first.server.close();
});
afterEach(() => first.server.stop());

/** The share of the conversation, as the log of a server has it. */
async function shareAt(server: ShareServer): Promise<string | undefined> {
  const stream = await server.ports.log.look(conversationStream(first.conversation, 'demo'));
  return stream?.state.agents.header.share?.id;
}

/** When somebody looks for the page next, as the store of a running server says; undefined: never again. */
function nextLook(server: ShareServer): number | undefined {
  const store = new DatabaseSync(join(server.dataFolder, 'alongside.db'), { readOnly: true, timeout: 5_000 });
  try {
    const row = store.prepare("select run_at from effects where kind = 'share.absence'").get();
    return row?.['run_at'] as number | undefined;
  } finally {
    store.close();
  }
}

/** The reasons for which the share ended. */
async function endsAt(server: ShareServer): Promise<unknown[]> {
  const range = { reader: 'staff', limit: 300, maxBytes: 1_000_000 } as const;
  const { entries } = await server.ports.log.read(first.conversation, range);
  return entries.flatMap((entry) =>
    'body' in entry && entry.body.type === 'co-browse.ended' ? [entry.body.reason] : [],
  );
}

test('[CO8] a share whose visitor is gone ends also when the server was started anew meanwhile', async () => {
  const { dataFolder } = first.server;
  const second = await ShareServer.start({ dataFolder, shares: { pageReturnsMs: 100 } });
  expect(await shareAt(second)).toBe(share);
  second.clock.skip(SHARE_LOOK_EVERY_MS);
  await expect.poll(() => endsAt(second), WAIT).toEqual(['left']);
  expect(await shareAt(second)).toBeUndefined();
  await second.stop();
});

test('[CO8] a page that comes back after a restart keeps its share, and is looked for again later', async () => {
  const { dataFolder } = first.server;
  const second = await ShareServer.start({ dataFolder, shares: { pageReturnsMs: 100 } });
  const page = await first.visitor.movedTo(second).page(share);
  await page.next('welcome');
  const look = (): number | undefined => nextLook(second);
  const before = look();
  second.clock.skip(SHARE_LOOK_EVERY_MS);
  await expect.poll(look, WAIT).toBeGreaterThan(before ?? Infinity);
  expect(await shareAt(second)).toBe(share);
  expect(await endsAt(second)).toEqual([]);
  await page.close();
  await expect.poll(() => endsAt(second), WAIT).toEqual(['left']);
  // Nothing is left to look for: the next look is the last.
  second.clock.skip(2 * SHARE_LOOK_EVERY_MS);
  await expect.poll(look, WAIT).toBeUndefined();
  await second.stop();
});
