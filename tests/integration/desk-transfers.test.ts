import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatEffects } from '../../server/src/chat/chat-effects.ts';
import { agentFinishes, visitorSays } from '../../server/src/chat/chat-machine.ts';
import { Whereabouts } from '../../server/src/customers/whereabouts.ts';
import { deskEffects } from '../../server/src/desk/desk-effects.ts';
import { DeskFeed } from '../../server/src/desk/desk-feed.ts';
import { deskHandlers } from '../../server/src/desk/desk-handlers.ts';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { configureDesk } from '../../server/src/desk/desk-setup.ts';
import { conversationStream } from '../../server/src/events/conversation-stream.ts';
import type { CommandAnswer } from '../../server/src/events/handlers.ts';
import type { Log } from '../../server/src/events/log.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import { Outbox } from '../../server/src/events/outbox.ts';
import { SearchStore } from '../../server/src/events/search-store.ts';
import type { AgentSession } from '../../server/src/events/session.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import {
  type AgentCommandBody,
  type DeskRow,
  type Role,
  agentCommandBody,
  deskRow,
} from '../../sdk/src/protocol/index.ts';
import { must, newId, systemClock } from '../../sdk/src/shared.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const SITE = 'demo';
const ana = { id: newId('agt'), name: 'Ana' };
const ben = { id: newId('agt'), name: 'Ben' };
const sue = { id: newId('agt'), name: 'Sue' };

describe('work passed on, over a real log', () => {
  let folder: TemporaryFolder;
  let storage: Storage;
  let log: Log;
  let outbox: Outbox;
  let desk: DeskService;
  let feed: DeskFeed;
  const conversation = newId('cnv');

  beforeEach(async () => {
    folder = await temporaryFolder('desk-transfers');
    const clock = systemClock;
    const report = (problem: string): void => {
      throw new Error(problem);
    };
    storage = await openStorage({ dataFolder: folder.path }, { clock, report });
    await storage.migrate();
    outbox = new Outbox(storage, { clock, report });
    log = await openLog(storage, { clock, report, effects: outbox });
    desk = new DeskService({ log, clock, newId });
    feed = new DeskFeed({ log, clock, desk, whereabouts: new Whereabouts() });
    for (const handler of [...chatEffects(log, new SearchStore(storage)), ...deskEffects(desk)]) {
      outbox.register(handler);
    }
    await configureDesk(desk, SITE, [ana, ben, sue]);
    const wrapUp = { mode: 'time-boxed', ms: 60_000 } as const;
    await desk.run(SITE, { type: 'configure-queue', queue: 'tax', name: 'Tax', wrapUp });
    await outbox.start();
    await available(ana);
    await log.transact(conversationStream(conversation, SITE), undefined, ({ state, now }) =>
      visitorSays(state.agents.header, {
        conversation,
        author: { kind: 'visitor', id: newId('vis'), name: 'Visitor' },
        text: 'hello there',
        at: now,
        page: undefined,
        newId,
      }),
    );
    await outbox.quiet();
    await acceptAs(ana);
    await available(ben);
  });
  afterEach(async () => {
    await outbox.drain();
    feed.stop();
    desk.stop();
    await log.close();
    await storage.close();
    await folder.remove();
  });

  async function available(agent: { id: string }): Promise<void> {
    await desk.run(SITE, { type: 'connect', agent: agent.id });
    await desk.run(SITE, { type: 'set-presence', agent: agent.id, presence: 'available' });
  }

  function sessionOf(agent: { id: string; name: string }, role: Role = 'agent'): AgentSession {
    return { kind: 'agent', id: 's', site: SITE, agent, role, device: newId('dev') };
  }

  /** Sends a command as it comes over the wire. */
  async function send(
    session: AgentSession,
    body: Extract<AgentCommandBody, { type: `desk.${string}` }>,
  ): Promise<CommandAnswer> {
    const decoded = agentCommandBody.decode(JSON.parse(JSON.stringify(body)), 'body');
    const handler = must(
      deskHandlers(desk).find((each) => each.type === decoded.type),
      decoded.type,
    );
    const handle = handler.handle as (session: AgentSession, received: object) => Promise<CommandAnswer>;
    const answer = await handle(session, { id: crypto.randomUUID(), body: decoded });
    await outbox.quiet();
    return answer;
  }

  async function rowsOf<Type extends DeskRow['type']>(agent: typeof ana, type: Type) {
    const shared = await feed.shared(sessionOf(agent));
    const rows = [...(await feed.rows(sessionOf(agent))), ...(shared?.rows.rows.values() ?? [])];
    for (const row of rows) deskRow.decode(JSON.parse(JSON.stringify(row)), 'row');
    return rows.filter((row): row is Extract<DeskRow, { type: Type }> => row.type === type);
  }

  async function acceptAs(agent: typeof ana): Promise<string> {
    const { item, offer } = must((await rowsOf(agent, 'offer'))[0], 'an offer');
    expect(await send(sessionOf(agent), { type: 'desk.accept', item, offer })).toMatchObject({ ok: true });
    return item;
  }

  async function itemOf(agent: typeof ana): Promise<string> {
    return must((await rowsOf(agent, 'conversation'))[0], 'a conversation').item;
  }

  /** Who is in the conversation, as its visitor reads it; and everything that was said of it. */
  async function told(): Promise<{ agents: string[]; events: string[] }> {
    const stream = must(await log.look(conversationStream(conversation, SITE)), 'the conversation');
    const { entries } = await log.read(conversation, {
      reader: 'everyone',
      before: Number.MAX_SAFE_INTEGER,
      limit: 50,
      maxBytes: 100_000,
    });
    const events = entries.flatMap((entry) => {
      if ('erased' in entry || !('agent' in entry.body)) return [];
      return `${entry.body.agent.name} ${entry.body.type === 'agent.joined' ? 'came' : 'went'}`;
    });
    return { agents: stream.state.everyone.header.agents.map(({ name }) => name), events };
  }

  test('[RT13] a colleague who is asked sees from whom; the visitor has somebody at every moment', async () => {
    const item = await itemOf(ana);
    expect(await send(sessionOf(ana), { type: 'desk.transfer', item, agent: ben.id })).toMatchObject({
      ok: true,
    });
    expect(await rowsOf(ben, 'offer')).toMatchObject([
      { conversation, text: 'hello there', from: ana, warm: false },
    ]);
    expect(await rowsOf(ana, 'conversation')).toMatchObject([
      { conversation, state: 'active', second: { agent: ben, state: 'ringing' } },
    ]);
    expect(await told()).toEqual({ agents: ['Ana'], events: ['Ana came'] });
    await acceptAs(ben);
    expect(await rowsOf(ana, 'conversation')).toEqual([]);
    expect(await rowsOf(ben, 'conversation')).toMatchObject([{ conversation, state: 'active' }]);
    expect(await told()).toEqual({ agents: ['Ben'], events: ['Ana came', 'Ben came', 'Ana went'] });
  });

  test('[RT13] a declined or withdrawn transfer leaves everything as it was', async () => {
    const item = await itemOf(ana);
    await send(sessionOf(ana), { type: 'desk.transfer', item, agent: ben.id });
    const { offer } = must((await rowsOf(ben, 'offer'))[0], 'an offer');
    await send(sessionOf(ben), { type: 'desk.decline', item, offer });
    await send(sessionOf(ana), { type: 'desk.transfer', item, agent: ben.id });
    await send(sessionOf(ana), { type: 'desk.transfer-withdraw', item });
    expect(await rowsOf(ben, 'offer')).toEqual([]);
    const [row] = await rowsOf(ana, 'conversation');
    expect(row).toMatchObject({ state: 'active' });
    expect(row?.second).toBeUndefined();
    expect(await told()).toEqual({ agents: ['Ana'], events: ['Ana came'] });
  });

  test('[RT13] a warm transfer brings both together before one hands over', async () => {
    const item = await itemOf(ana);
    await send(sessionOf(ana), { type: 'desk.transfer', item, agent: ben.id, warm: true });
    await acceptAs(ben);
    expect(await rowsOf(ana, 'conversation')).toMatchObject([{ second: { agent: ben, state: 'joined' } }]);
    expect(await rowsOf(ben, 'conversation')).toMatchObject([{ conversation, first: ana }]);
    expect((await told()).agents).toEqual(['Ana', 'Ben']);
    const end = { type: 'desk.consult-end', item, handOver: true } as const;
    expect(await send(sessionOf(ben), end)).toMatchObject({ ok: false, code: 'stale' });
    expect(await send(sessionOf(ana), end)).toMatchObject({ ok: true });
    expect((await told()).agents).toEqual(['Ben']);
  });

  test('[RT13] to a queue it waits there; the target is one, and known', async () => {
    const item = await itemOf(ana);
    const me = sessionOf(ana);
    const queue = must((await rowsOf(ana, 'queue')).find((row) => row.queue === 'Tax')?.id, 'its id');
    const both = { type: 'desk.transfer', item, queue, agent: ben.id } as const;
    expect(await send(me, both)).toMatchObject({ ok: false, code: 'invalid' });
    expect(await send(me, { type: 'desk.transfer', item })).toMatchObject({ ok: false, code: 'invalid' });
    expect(await send(me, { type: 'desk.transfer', item, queue: 'none' })).toMatchObject({
      code: 'not-found',
    });
    expect(await send(sessionOf(ben), { type: 'desk.transfer', item, queue })).toMatchObject({
      code: 'stale',
    });
    expect(await send(me, { type: 'desk.transfer', item, queue })).toMatchObject({ ok: true });
    await expect
      .poll(() => rowsOf(ben, 'queue'), { timeout: 30_000 })
      .toMatchObject([{ waiting: 0 }, { queue: 'Tax', waiting: 1 }]);
    expect((await told()).agents).toEqual([]);
  });

  test('[RT13] a supervisor pulls and moves work; an agent may not', async () => {
    const item = await itemOf(ana);
    await available(sue);
    const assign = { type: 'desk.assign', item, agent: sue.id } as const;
    expect(await send(sessionOf(sue), assign)).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await send(sessionOf(sue, 'supervisor'), assign)).toMatchObject({ ok: true });
    expect(await told()).toEqual({ agents: ['Sue'], events: ['Ana came', 'Sue came', 'Ana went'] });
    await send(sessionOf(sue, 'supervisor'), { ...assign, agent: ana.id });
    const move = { type: 'desk.transfer', item, queue: 'tax' } as const;
    expect(await send(sessionOf(sue, 'supervisor'), move)).toMatchObject({ ok: true });
    expect((await told()).agents).toEqual([]);
  });

  test('[RT10] who ends a sitting writes it up for the time that the queue gives', async () => {
    const item = await itemOf(ana);
    const memberships = [{ queue: 'tax', tier: 1, delay: 0 }];
    await desk.run(SITE, { type: 'configure-agent', agent: ben.id, name: ben.name, memberships });
    await send(sessionOf(ana), { type: 'desk.transfer', item, queue: 'tax' });
    await acceptAs(ben);
    await log.transact(conversationStream(conversation, SITE), undefined, ({ state }) =>
      agentFinishes(state.agents.header, conversation, { kind: 'agent', ...ben }, { code: 'refund' }),
    );
    await outbox.quiet();
    const [row] = await rowsOf(ben, 'conversation');
    expect(row).toMatchObject({ conversation, state: 'wrap-up' });
    expect(row?.wrapUpUntil).toBeGreaterThan(Date.now());
    expect(await send(sessionOf(ben), { type: 'desk.wrap-up-end', item })).toMatchObject({ ok: true });
    expect(await rowsOf(ben, 'conversation')).toMatchObject([{ conversation, state: 'closed' }]);
  });
});
