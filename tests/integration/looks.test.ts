import { afterEach, beforeEach, expect, test } from 'vitest';
import { visitorSays } from '../../server/src/chat/chat-machine.ts';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { configureDesk } from '../../server/src/desk/desk-setup.ts';
import { LOOK_LASTS_MS, Looks } from '../../server/src/desk/looks.ts';
import { LookNotRecorded } from '../../server/src/events/handlers.ts';
import { AuditStore } from '../../server/src/events/audit-store.ts';
import { conversationStream } from '../../server/src/events/conversation-stream.ts';
import type { Log } from '../../server/src/events/log.ts';
import { openLog } from '../../server/src/events/open-log.ts';
import type { AgentSession } from '../../server/src/events/session.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import { type Clock, must, newId } from '../../sdk/src/shared.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const SITE = 'demo';
const ana = { id: newId('agt'), name: 'Ana' };
const sam = { id: newId('agt'), name: 'Sam' };

let folder: TemporaryFolder;
let storage: Storage;
let log: Log;
let desk: DeskService;
let looks: Looks;
let audit: AuditStore;
let now: number;
let conversation: string;

beforeEach(async () => {
  folder = await temporaryFolder('looks');
  now = 1_700_000_000_000;
  const clock: Clock = { now: () => now, monotonic: () => now, after: () => () => undefined };
  const ports = {
    clock,
    report: (problem: string): void => {
      throw new Error(problem);
    },
  };
  storage = await openStorage({ dataFolder: folder.path }, ports);
  await storage.migrate();
  log = await openLog(storage, ports);
  desk = new DeskService({ log, clock, newId });
  await configureDesk(desk, SITE, [ana, sam]);
  audit = new AuditStore({ database: storage.kysely, dialect: storage.dialect, clock });
  looks = new Looks({ log, desk, clock, audit });
  conversation = newId('cnv');
  const author = { kind: 'visitor' as const, id: newId('vis'), name: 'Maya' };
  await log.transact(conversationStream(conversation, SITE), undefined, ({ state, now: at }) =>
    visitorSays(state.agents.header, { conversation, author, text: 'hello', at, page: undefined, newId }),
  );
});
afterEach(async () => {
  desk.stop();
  await log.close();
  await storage.close();
  await folder.remove();
});

const sessionOf = (agent: { id: string; name: string }): AgentSession => ({
  ...{ kind: 'agent', id: 's', site: SITE, agent, role: 'supervisor', device: 'd' },
});

/** Who looked, as a level of reader may know it. */
async function lookers(reader: 'everyone' | 'agents'): Promise<string[]> {
  const { entries } = await log.read(conversation, { reader, after: 0, limit: 300, maxBytes: 100_000 });
  return entries.flatMap((entry) =>
    'body' in entry && entry.body.type === 'agent.looked' ? entry.body.agent.name : [],
  );
}

test('[T22] who reads a conversation of others is in it before they see it, for agents and not for the visitor', async () => {
  await looks.looked(sessionOf(sam), conversation);
  expect(await lookers('agents')).toEqual(['Sam']);
  expect(await lookers('everyone')).toEqual([]);
  expect(await audit.read(SITE, { actions: 'conversation.', limit: 10 })).toMatchObject([
    { actor: { kind: 'agent', ...sam }, action: 'conversation.looked', target: conversation, at: now },
  ]);
});

test('[T22] one entry for all that is read within half an hour', async () => {
  await looks.looked(sessionOf(sam), conversation);
  now += LOOK_LASTS_MS - 1;
  await looks.looked(sessionOf(sam), conversation);
  expect(await lookers('agents')).toEqual(['Sam']);
  now += 1;
  await looks.looked(sessionOf(sam), conversation);
  expect(await lookers('agents')).toEqual(['Sam', 'Sam']);
});

test('who has the conversation, or had it lately, leaves none', async () => {
  const item = newId('itm');
  await desk.run(SITE, { type: 'connect', agent: ana.id });
  await desk.run(SITE, { type: 'set-presence', agent: ana.id, presence: 'available' });
  await desk.run(SITE, { type: 'enqueue', item, conversation, queue: 'default', channel: 'chat' });
  await looks.looked(sessionOf(ana), conversation);
  const found = (await desk.look(SITE))?.routing.items.get(item);
  const offer = must(found?.state === 'offered' ? found.offer : undefined, 'an offer');
  await desk.run(SITE, { type: 'accept', agent: ana.id, item, offer });
  await looks.looked(sessionOf(ana), conversation);
  await desk.run(SITE, { type: 'finish', agent: ana.id, item });
  await looks.looked(sessionOf(ana), conversation);
  expect(await lookers('agents')).toEqual([]);
});

test('[T22] what cannot be recorded is not shown', async () => {
  const refusing = new Looks({
    log: {
      ...{ transact: () => Promise.resolve({ ok: false, code: 'unavailable', message: 'no disk' }) },
    } as unknown as Log,
    desk,
    clock: { now: () => now, monotonic: () => now, after: () => () => undefined },
    audit,
  });
  await expect(refusing.looked(sessionOf(sam), conversation)).rejects.toThrow(LookNotRecorded);
  const unaudited = new Looks({
    log,
    desk,
    clock: { now: () => now, monotonic: () => now, after: () => () => undefined },
    audit: { append: () => Promise.reject(new Error('no disk')) },
  });
  await expect(unaudited.looked(sessionOf(sam), conversation)).rejects.toThrow(LookNotRecorded);
  expect(await lookers('agents')).toEqual([]);
});

test('[T22] while the store is in trouble one line says so, and the audit gets one entry for all tries', async () => {
  let inTrouble = true;
  const hindered = new Looks({
    log: {
      transact: (...words: Parameters<Log['transact']>) =>
        inTrouble
          ? Promise.resolve({ ok: false, code: 'unavailable', message: 'no disk' })
          : log.transact(...words),
    } as unknown as Log,
    desk,
    clock: { now: () => now, monotonic: () => now, after: () => () => undefined },
    audit,
  });
  const again = () => hindered.looked(sessionOf(sam), conversation);
  await expect(again()).rejects.toMatchObject({ isNews: true });
  await expect(again()).rejects.toMatchObject({ isNews: false });
  await expect(hindered.looked(sessionOf(ana), conversation)).rejects.toMatchObject({ isNews: false });
  inTrouble = false;
  await again();
  const audited = await audit.read(SITE, { actions: 'conversation.', limit: 10 });
  expect(audited.map(({ actor }) => actor.name)).toEqual(['Ana', 'Sam']);
  expect(await lookers('agents')).toEqual(['Sam']);
  inTrouble = true;
  now += LOOK_LASTS_MS;
  await expect(again()).rejects.toMatchObject({ isNews: true });
});
