import { afterAll, beforeAll, expect, test } from 'vitest';
import { Whereabouts } from '../../server/src/customers/whereabouts.ts';
import { DeskFeed } from '../../server/src/desk/desk-feed.ts';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { configureDesk } from '../../server/src/desk/desk-setup.ts';
import { SHARED_EVERY_MS } from '../../server/src/desk/shared-rows.ts';
import type { DeskSource } from '../../server/src/events/handlers.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import type { AgentSession } from '../../server/src/events/session.ts';
import type { Log } from '../../server/src/events/log.ts';
import { createLogger } from '../../server/src/lib/logger.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import type { Connection } from '../../server/src/transport/connection.ts';
import { DeskFeeds } from '../../server/src/transport/desk-feed.ts';
import type { Transmitter } from '../../server/src/transport/transmitter.ts';
import type { DeskRow } from '../../sdk/src/protocol/index.ts';
import { type Clock, newId } from '../../sdk/src/shared.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const SITE = 'demo';
const AGENTS = 500;
const CHANGED = 20;
const agents = Array.from({ length: AGENTS }, (_, index) => ({ id: newId('agt'), name: `Agent ${index}` }));

type Message =
  | { type: 'desk'; version: number; rows: DeskRow[] }
  | { type: 'desk.patch'; from: number; version: number; put: DeskRow[]; remove: string[] };

/** One agent's screen: what came, and what it shows. */
class Desk {
  readonly isOpen = true;
  readonly frames: Message[] = [];
  readonly rows = new Map<string, DeskRow>();
  version = 0;

  take(frame: Message): void {
    this.frames.push(frame);
    if (frame.type === 'desk') this.rows.clear();
    else expect(frame.from).toBe(this.version);
    this.version = frame.version;
    for (const row of frame.type === 'desk' ? frame.rows : frame.put) this.rows.set(row.key, row);
    for (const key of frame.type === 'desk' ? [] : frame.remove) this.rows.delete(key);
  }
}

let time = 1_700_000_000_000;
let timers: { at: number; then: () => void }[] = [];
const clock: Clock = {
  now: () => time,
  monotonic: () => time,
  after(milliseconds, then) {
    const timer = { at: time + milliseconds, then };
    timers.push(timer);
    return () => (timers = timers.filter((each) => each !== timer));
  },
};
/** Lets time pass, and everything that follows from it. */
async function pass(milliseconds: number): Promise<void> {
  time += milliseconds;
  const due = timers.filter(({ at }) => at <= time);
  timers = timers.filter(({ at }) => at > time);
  for (const { then } of due) then();
  await settled();
}
/** Every read of a desk is answered from memory: a turn of the loop for each of its steps. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

let folder: TemporaryFolder;
let storage: Storage;
let log: Log;
let desk: DeskService;
let feed: DeskFeed;
let feeds: DeskFeeds;
let ownReads = 0;
const desks = new Map<string, Desk>();
const sessionOf = (agent: { id: string; name: string }): AgentSession => ({
  ...{ kind: 'agent', id: 's', site: SITE, agent, role: 'agent', device: 'd' },
});

beforeAll(async () => {
  folder = await temporaryFolder('desk-frames');
  const report = (problem: string): void => {
    throw new Error(problem);
  };
  storage = await openStorage({ dataFolder: folder.path }, { clock, report });
  await storage.migrate();
  log = await openLog(storage, { clock, report });
  desk = new DeskService({ log, clock, newId });
  feed = new DeskFeed({ log, clock, desk, whereabouts: new Whereabouts() });
  await configureDesk(desk, SITE, agents);
  const source: DeskSource = {
    rows: (session, include) => {
      ownReads++;
      return feed.rows(session, include);
    },
    shared: (session) => feed.shared(session),
    onChanged: (then) => feed.onChanged(then),
  };
  const out = {
    send: (connection: unknown, frame: object) => {
      (connection as Desk).take(JSON.parse(JSON.stringify(frame)) as Message);
    },
    close: () => {
      throw new Error('a desk could not be read');
    },
  };
  const logger = createLogger('error', { write: () => undefined });
  feeds = new DeskFeeds({ desk: source, out: out as unknown as Transmitter, logger });
  for (const agent of agents) {
    const screen = new Desk();
    desks.set(agent.id, screen);
    feeds.open(screen as unknown as Connection, sessionOf(agent));
  }
  await pass(2 * SHARED_EVERY_MS);
});
afterAll(async () => {
  feeds.stop();
  feed.stop();
  desk.stop();
  await log.close();
  await storage.close();
  await folder.remove();
});

/** What a desk that is opened now shows. */
async function fresh(agent: { id: string; name: string }): Promise<Map<string, DeskRow>> {
  const rows = await feed.rows(sessionOf(agent));
  const shared = await feed.shared(sessionOf(agent));
  const others = [...(shared?.rows.rows.values() ?? [])].filter(({ key }) => key !== shared?.without);
  const all = JSON.parse(JSON.stringify([...rows, ...others])) as DeskRow[];
  return new Map(all.map((row) => [row.key, row]));
}

test('five hundred desks are told what changed, in as many frames as there were ticks, however much happened', async () => {
  for (const screen of desks.values()) {
    expect(screen.rows.size).toBe(AGENTS + 1);
    screen.frames.length = 0;
  }
  ownReads = 0;
  const moved = agents.slice(0, CHANGED);
  for (const { id } of moved) {
    await desk.run(SITE, { type: 'connect', agent: id });
    await desk.run(SITE, { type: 'set-presence', agent: id, presence: 'available' });
  }
  await settled();
  await pass(SHARED_EVERY_MS);
  await pass(SHARED_EVERY_MS);

  const [bystander] = agents.slice(-1).map(({ id }) => desks.get(id) as Desk);
  const colleagues = (screen: Desk): DeskRow[] =>
    screen.frames.flatMap((frame) => (frame.type === 'desk.patch' ? frame.put : frame.rows));
  // At once what came first, where it showed at all, and with the next tick all the rest.
  expect(bystander?.frames.length).toBeLessThanOrEqual(2);
  expect(colleagues(bystander as Desk)).toHaveLength(CHANGED);
  let frames = 0;
  let rows = 0;
  for (const screen of desks.values()) {
    frames += screen.frames.length;
    rows += colleagues(screen).length;
  }
  // Beside these, each of the twenty heard of themselves.
  expect(frames).toBeLessThanOrEqual(2 * AGENTS + 3 * CHANGED);
  expect(rows).toBeLessThanOrEqual(CHANGED * (AGENTS + 3));
  // Only the twenty had their own rows read again.
  expect(ownReads).toBeLessThanOrEqual(3 * CHANGED);
  for (const agent of agents.slice(0, 2 * CHANGED)) {
    expect(desks.get(agent.id)?.rows).toEqual(await fresh(agent));
  }
});

test('where nothing differs nobody is told', async () => {
  for (const screen of desks.values()) screen.frames.length = 0;
  const [first] = agents;
  await desk.run(SITE, { type: 'tick' });
  await desk.run(SITE, { type: 'connect', agent: first?.id ?? '' });
  await pass(SHARED_EVERY_MS);
  await pass(SHARED_EVERY_MS);
  expect([...desks.values()].flatMap(({ frames }) => frames)).toEqual([]);
});
