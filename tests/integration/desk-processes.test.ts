import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DeskService } from '../../server/src/desk/desk-service.ts';
import { deskStream } from '../../server/src/desk/desk-stream.ts';
import { PostgresLogStore } from '../../server/src/events/postgres-log-store.ts';
import { PostgresStore } from '../../server/src/storage/postgres-store.ts';
import { must, newId, systemClock } from '../../sdk/src/shared.ts';
import { type VisitorClient, connectVisitor } from '../../sdk/src/visitor.ts';
import { type PostgresDatabase, freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Agent, Person, rowOf } from './settings-people.ts';
import { Rig } from './storage-rig.ts';

const WAIT_MS = 60_000;
const ACCEPTS = 100;

describe.skipIf(lacks('postgres'))('one desk on two processes', () => {
  let database: PostgresDatabase;
  const servers: ServerProcess[] = [];
  const agents: Agent[] = [];
  let visitor: VisitorClient | undefined;

  beforeAll(async () => {
    database = await freshDatabase(await sharedPostgres());
    const environment = { DATABASE_URL: database.url, SECRET: '0123456789abcdef0123456789abcdef' };
    for (let index = 0; index < 2; index++) servers.push(await startServer({ environment }));
    const [first] = servers;
    const ana = await Person.signIn(must(first, 'a server'), must(first, 'a server').signInLinks.get('Ana'));
    for (const server of servers) agents.push(ana.at(server).connect());
  });
  afterAll(async () => {
    await visitor?.stop();
    for (const agent of agents) await agent.stop();
    for (const server of servers) await server.remove();
    await database.drop();
  });

  test('[RT7] of a hundred accepts of one offer at two processes one wins, and 99 are stale', async () => {
    const [one, other] = [must(agents[0], 'an agent'), must(agents[1], 'an agent')];
    await one.setPresence('available');
    visitor = connectVisitor({ server: must(servers[0], 'a server').url, site: 'demo', storage: 'memory' });
    await visitor.send('Hello?');
    const { item, offer } = await rowOf(one, 'offer');
    // The other process may hear of it a little later.
    await rowOf(other, 'offer');
    const answers = await Promise.all(
      Array.from({ length: ACCEPTS }, (_, index) => (index % 2 === 0 ? one : other).accept(item, offer)),
    );
    const taken = answers.filter(({ ok }) => ok).length;
    const stale = answers.filter((answer) => !answer.ok && answer.refusal.code === 'stale').length;
    expect({ taken, stale }).toEqual({ taken: 1, stale: ACCEPTS - 1 });
  });
});

describe.skipIf(lacks('postgres'))('a process that stands still in the middle of a decision', () => {
  const SITE = 'demo';

  test('[RT1] the store gives up what it held, others decide, and its own writes fail', async () => {
    const rig = await Rig.make('postgres');
    const { log } = await rig.open();
    const desk = new DeskService({ log, clock: systemClock, newId });
    const ana = newId('agt');
    await desk.run(SITE, { type: 'configure-queue', queue: 'default', name: 'Chats' });
    const memberships = [{ queue: 'default', tier: 1, delay: 0 }];
    await desk.run(SITE, { type: 'configure-agent', agent: ana, name: 'Ana', memberships });
    await desk.run(SITE, { type: 'set-presence', agent: ana, presence: 'available' });
    await desk.run(SITE, {
      ...{ type: 'enqueue', item: newId('itm'), conversation: newId('cnv') },
      ...{ queue: 'default', channel: 'chat' },
    });
    const headOf = async (): Promise<number> =>
      must(await log.look(deskStream(SITE)), 'the desk').heads.agents;

    const url = 'databaseUrl' in rig.place ? must(rig.place.databaseUrl, 'the address') : '';
    const stopped = new PostgresStore(url, { clock: systemClock, report: () => undefined });
    const rows = new PostgresLogStore(stopped);
    let isHeld = false;
    let goOn: () => void = () => undefined;
    const itsDecision = stopped.transaction(async (session) => {
      // What every decision begins with; then it is stopped, as by SIGSTOP.
      await rows.lockRow(session, deskStream(SITE).id);
      isHeld = true;
      await new Promise<void>((resolve) => (goOn = resolve));
      await session.query('late-write', 'UPDATE streams SET head = head + 1 WHERE id = $1', [
        deskStream(SITE).id,
      ]);
      return { commit: true, result: undefined };
    });
    const itsEnd = itsDecision.then(
      () => 'stored',
      () => 'refused',
    );
    await vi.waitFor(() => expect(isHeld).toBe(true), WAIT_MS);

    // It rings at Ana, who goes away: what this process decides has to wait for the store, and is stored.
    const away = { type: 'set-presence', agent: ana, presence: 'away' } as const;
    await vi.waitFor(async () => expect(await desk.run(SITE, away)).toMatchObject({ ok: true }), WAIT_MS);
    const head = await headOf();
    goOn();
    expect(await itsEnd).toBe('refused');
    expect(await headOf()).toBe(head);
    const { routing } = must(await desk.look(SITE), 'the desk');
    expect(routing.agents.get(ana)?.presence.kind).toBe('away');
    expect([...routing.items.values()].map(({ state }) => state)).toEqual(['waiting']);
    await stopped.close();
    desk.stop();
    await rig.remove();
  });
});
