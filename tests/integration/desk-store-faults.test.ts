import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { type DeskState, deskStream } from '../../server/src/desk/desk-stream.ts';
import type { StoredEvent } from '../../server/src/events/log.ts';
import type { RoutingCommand } from '../../server/src/routing/routing-commands.ts';
import { routingSnapshot } from '../../server/src/routing/routing-snapshot.ts';
import type { SqliteStore } from '../../server/src/storage/sqlite-store.ts';
import { must, newId, systemClock } from '../../sdk/src/shared.ts';
import { SeededRandom } from '../support/simulation/seeded-random.ts';
import { type Opened, Rig } from './storage-rig.ts';

const SITE = 'demo';
const DECISIONS = 120;
/** Statements of one decision; a fault is at one of them, or at the commit, before or after it was done. */
const POINTS = 8;
const IOERR_FSYNC = 1034;
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

let rig: Rig;
let opened: Opened;
let desk: DeskService;
beforeEach(async () => {
  rig = await Rig.make('sqlite');
  opened = await rig.open();
  desk = new DeskService({ log: opened.log, clock: systemClock, newId });
});
afterEach(async () => {
  desk.stop();
  await rig.remove();
});

/** Fails the store at one statement of the next decision. */
function failingStore(store: SqliteStore): {
  arm(point: number): void;
  readonly struck: number;
  readonly afterCommit: number;
} {
  const run = store.run.bind(store);
  let left: number | undefined;
  let struck = 0;
  let afterCommit = 0;
  store.run = (sql, ...parameters) => {
    if (left === undefined) return run(sql, ...parameters);
    const isCommit = sql === 'COMMIT';
    if (!isCommit && left-- > 0) return run(sql, ...parameters);
    // The last point is a commit that was done, and said to have failed.
    if (isCommit && left > POINTS) {
      run(sql);
      afterCommit += 1;
    }
    left = undefined;
    struck += 1;
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: IOERR_FSYNC });
  };
  return {
    arm: (point) => (left = point === POINTS - 1 ? Infinity : point),
    get afterCommit() {
      return afterCommit;
    },
    get struck() {
      return struck;
    },
  };
}

/** What was stored, folded anew. */
async function folded(): Promise<DeskState> {
  const { id, fold } = deskStream(SITE);
  const rows = await opened.storage.kysely
    .selectFrom('events')
    .innerJoin('streams', 'streams.number', 'events.stream')
    .select(['events.type', 'events.body', 'events.at', 'events.seq'])
    .where('streams.id', '=', id)
    .orderBy('events.seq')
    .execute();
  let state = fold.empty();
  for (const { type, body, at, seq } of rows) {
    state = fold.apply(state, { type, at, seq, body: JSON.parse(body) as object } as StoredEvent);
  }
  return state;
}

test('[RT1] [RT4] a store that fails at any point of a decision leaves what was stored, and no more (invariant 12)', async () => {
  console.info(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const { storage, log } = opened;
  if (storage.dialect !== 'sqlite') throw new Error('not on SQLite');
  const agents = [newId('agt'), newId('agt'), newId('agt')];
  await desk.run(SITE, { type: 'configure-queue', queue: 'default', name: 'Chats' });
  for (const agent of agents) {
    const memberships = [{ queue: 'default', tier: 1, delay: 0 }];
    await desk.run(SITE, { type: 'configure-agent', agent, name: agent, memberships });
    await desk.run(SITE, { type: 'set-presence', agent, presence: 'available' });
  }
  const store = failingStore(storage.store);
  const healthy = (): Promise<void> =>
    expect.poll(() => storage.health.healthy, { timeout: 30_000 }).toBe(true);
  let unavailable = 0;
  let faults = 0;
  for (let decision = 0; decision < DECISIONS; decision++) {
    const { routing } = must(await desk.look(SITE), 'the desk');
    const command = next(random, [...routing.items.values()], agents);
    if (random.integer(0, 2) === 0) store.arm(faults++ % POINTS);
    const answer = await desk.run(SITE, command);
    if (!answer.ok && answer.code === 'unavailable') unavailable += 1;
    await healthy();
    const live = must(await log.look(deskStream(SITE)), 'the desk').state.routing;
    const stored = (await folded()).routing;
    expect(routingSnapshot(live)).toEqual(routingSnapshot(stored));
    // Each item that somebody has takes a slot of theirs, and of nobody else.
    for (const item of live.items.values()) {
      const holders = agents.filter((agent) => live.holding(agent).items.has(item.id));
      expect(holders).toEqual('agent' in item && item.state !== 'parked' ? [item.agent] : []);
    }
  }
  console.info(
    `${store.struck} faults, ${store.afterCommit} of them after the commit, ${unavailable} decisions that were not stored`,
  );
  expect(store.struck).toBeGreaterThan(5);
  expect(store.afterCommit).toBeGreaterThan(0);
}, 120_000);

type Item = DeskState['routing']['items'] extends ReadonlyMap<string, infer One> ? One : never;

function next(random: SeededRandom, items: readonly Item[], agents: readonly string[]): RoutingCommand {
  const offered = items.find(({ state }) => state === 'offered');
  const active = items.find(({ state }) => state === 'active');
  const kind = random.integer(0, 4);
  if (offered?.state === 'offered' && kind < 3) {
    const { agent, offer, id: item } = offered;
    return { type: kind === 0 ? 'decline' : 'accept', agent, item, offer };
  }
  if (active?.state === 'active' && kind === 3) {
    return { type: 'finish', agent: active.agent, item: active.id };
  }
  if (kind === 4) {
    const agent = agents[random.integer(0, agents.length - 1)] ?? '';
    return { type: 'set-presence', agent, presence: random.integer(0, 2) === 0 ? 'away' : 'available' };
  }
  const enqueue = { type: 'enqueue', item: newId('itm'), conversation: newId('cnv') } as const;
  return { ...enqueue, queue: 'default', channel: 'chat' };
}
