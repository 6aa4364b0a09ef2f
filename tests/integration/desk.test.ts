import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentFinishes, agentSays, visitorSays } from '../../server/src/chat/chat-machine.ts';
import { chatEffects } from '../../server/src/chat/chat-effects.ts';
import { Whereabouts } from '../../server/src/customers/whereabouts.ts';
import { deskEffects } from '../../server/src/desk/desk-effects.ts';
import { DeskFeed } from '../../server/src/desk/desk-feed.ts';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { configureDesk } from '../../server/src/desk/desk-setup.ts';
import { conversationStream } from '../../server/src/events/conversation-stream.ts';
import type { Log } from '../../server/src/events/log.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import { Outbox } from '../../server/src/events/outbox.ts';
import { SearchStore } from '../../server/src/events/search-store.ts';
import type { AgentSession } from '../../server/src/events/session.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import type { DeskRow } from '../../sdk/src/protocol/index.ts';
import { newId, systemClock } from '../../sdk/src/shared.ts';
import { ManualClock } from '../../sdk/src/testing/manual-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const SITE = 'demo';
const ana = { id: newId('agt'), name: 'Ana' };
const ben = { id: newId('agt'), name: 'Ben' };
const NOW = 1_700_000_000_000;

interface House {
  storage: Storage;
  log: Log;
  outbox: Outbox;
  desk: DeskService;
  feed: DeskFeed;
}

describe('the desk over a real log', () => {
  let folder: TemporaryFolder;
  let clock: ManualClock;
  let house: House;

  beforeEach(async () => {
    folder = await temporaryFolder('desk');
    clock = new ManualClock(NOW);
    house = await open();
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  async function open(): Promise<House> {
    const report = (problem: string): void => {
      throw new Error(problem);
    };
    const storage = await openStorage({ dataFolder: folder.path }, { clock, report });
    await storage.migrate();
    const outbox = new Outbox(storage, { clock: systemClock, report });
    const log = await openLog(storage, { clock, report, effects: outbox });
    const desk = new DeskService({ log, clock, newId });
    const feed = new DeskFeed({ log, clock, desk, whereabouts: new Whereabouts() });
    for (const handler of [...chatEffects(log, new SearchStore(storage)), ...deskEffects(desk)]) {
      outbox.register(handler);
    }
    await configureDesk(desk, SITE, [ana, ben]);
    await desk.wake(SITE);
    await outbox.start();
    return { storage, log, outbox, desk, feed };
  }

  async function close(): Promise<void> {
    await house.outbox.drain();
    house.feed.stop();
    house.desk.stop();
    await house.log.close();
    await house.storage.close();
  }

  async function visitorWrites(conversation: string, text: string): Promise<void> {
    const author = { kind: 'visitor' as const, id: newId('vis'), name: 'Visitor' };
    await house.log.transact(conversationStream(conversation, SITE), undefined, ({ state, now }) =>
      visitorSays(state.agents.header, { conversation, author, text, at: now, page: undefined, newId }),
    );
    await house.outbox.quiet();
  }

  async function available(agent: { id: string }): Promise<void> {
    await house.desk.run(SITE, { type: 'connect', agent: agent.id });
    await house.desk.run(SITE, { type: 'set-presence', agent: agent.id, presence: 'available' });
  }

  async function rowsOf(agent: { id: string; name: string }, type: DeskRow['type']) {
    const session: AgentSession = { kind: 'agent', id: 's', site: SITE, agent, role: 'agent', device: 'd' };
    const shared = await house.feed.shared(session);
    const rows = [...(await house.feed.rows(session)), ...(shared?.rows.rows.values() ?? [])];
    return rows.filter((row) => row.type === type);
  }

  /** Waits for the desk to append something that follows from the clock. */
  function nextOnDesk(): Promise<void> {
    return new Promise((resolve) => {
      const stop = house.log.onAppended(({ stream }) => {
        if (!stream.startsWith('desk:')) return;
        stop();
        resolve();
      });
    });
  }

  test('[RT7] a message becomes an offer with its context; accepting it joins the conversation', async () => {
    const conversation = newId('cnv');
    await available(ana);
    await visitorWrites(conversation, 'hello there');
    const [offer] = await rowsOf(ana, 'offer');
    expect(offer).toMatchObject({ conversation, text: 'hello there', lastContacts: [] });
    if (offer?.type !== 'offer') throw new Error('no offer');
    const accept = { type: 'accept', agent: ana.id, item: offer.item, offer: offer.offer } as const;
    expect(await house.desk.run(SITE, accept)).toMatchObject({ ok: true });
    await house.outbox.quiet();
    const stream = await house.log.look(conversationStream(conversation, SITE));
    expect(stream?.state.everyone.header).toMatchObject({ agents: [ana], sitting: { state: 'active' } });
    expect(await rowsOf(ana, 'conversation')).toMatchObject([{ conversation, state: 'active', unread: 1 }]);
    expect(await rowsOf(ana, 'offer')).toEqual([]);
  });

  test('[RT7] of two accepts at once one wins and the other is stale', async () => {
    await available(ana);
    await visitorWrites(newId('cnv'), 'hello');
    const [offer] = await rowsOf(ana, 'offer');
    if (offer?.type !== 'offer') throw new Error('no offer');
    const accept = { type: 'accept', agent: ana.id, item: offer.item, offer: offer.offer } as const;
    const answers = await Promise.all([house.desk.run(SITE, accept), house.desk.run(SITE, accept)]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers).toContainEqual(expect.objectContaining({ ok: false, code: 'stale' }));
  });

  test('[RT8] an offer nobody takes goes to the next agent by itself, and after a restart as well', async () => {
    const conversation = newId('cnv');
    await available(ana);
    await visitorWrites(conversation, 'hello');
    expect(await rowsOf(ana, 'offer')).toHaveLength(1);
    await available(ben);
    const missed = nextOnDesk();
    clock.advance(20_000);
    await missed;
    expect(await rowsOf(ana, 'offer')).toEqual([]);
    expect(await rowsOf(ben, 'offer')).toMatchObject([{ conversation }]);
    await close();
    clock.advance(60_000);
    house = await open();
    const offered = [...(await rowsOf(ana, 'offer')), ...(await rowsOf(ben, 'offer'))];
    expect(offered).toMatchObject([{ conversation }]);
  });

  test('[RT14] after a finished sitting the next message goes to the same agent first, who still sees the last one', async () => {
    const conversation = newId('cnv');
    await available(ben);
    await visitorWrites(conversation, 'hello');
    const [offer] = await rowsOf(ben, 'offer');
    if (offer?.type !== 'offer') throw new Error('no offer');
    await house.desk.run(SITE, { type: 'accept', agent: ben.id, item: offer.item, offer: offer.offer });
    await house.outbox.quiet();
    const key = conversationStream(conversation, SITE);
    const author = { kind: 'agent' as const, ...ben };
    await house.log.transact(key, undefined, ({ now }) =>
      agentSays({ conversation, author, text: 'bye', at: now }),
    );
    await house.log.transact(key, undefined, ({ state }) =>
      agentFinishes(state.agents.header, conversation, author),
    );
    await house.outbox.quiet();
    expect(await rowsOf(ben, 'conversation')).toMatchObject([{ conversation, state: 'closed' }]);
    await available(ana);
    await visitorWrites(conversation, 'again');
    expect(await rowsOf(ana, 'offer')).toEqual([]);
    expect(await rowsOf(ben, 'offer')).toMatchObject([
      { conversation, text: 'again', lastContacts: [{ agent: 'Ben', text: 'hello' }] },
    ]);
  });
});
