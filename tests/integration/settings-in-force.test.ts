import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type VisitorClient, connectVisitor } from '../../sdk/src/visitor.ts';
import { type Assignment, DEFAULT_ASSIGNMENT, DEFAULT_QUEUE_SETTINGS } from '../../sdk/src/shared.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Agent, type Answered, Person, command, rowOf, rowsAre } from './settings-people.ts';

const itemOf = ({ body }: Answered) => body['item'] as { id: string; version: number };

/** One agent at the desk of a server, an admin, and visitors as they come. */
class Floor {
  readonly visitors: VisitorClient[] = [];
  readonly server: ServerProcess;
  readonly sam: Person;
  readonly agent: Agent;
  readonly agentId: string;

  private constructor(server: ServerProcess, sam: Person, agent: Agent, agentId: string) {
    this.server = server;
    this.sam = sam;
    this.agent = agent;
    this.agentId = agentId;
  }

  static async open(server: ServerProcess, at: ServerProcess = server): Promise<Floor> {
    const sam = await Person.signIn(server, server.signInLinks.get('Sam'));
    const agent = (await Person.signIn(at, at.signInLinks.get('Ana'))).connect();
    const me = await rowOf(agent, 'me');
    await agent.setPresence('available');
    return new Floor(server, sam, agent, me.agent.id);
  }

  async write(text: string): Promise<void> {
    const visitor = connectVisitor({ server: this.server.url, site: 'demo', storage: 'memory' });
    this.visitors.push(visitor);
    await visitor.send(text);
  }

  /** What the agent works on, from now on. */
  async assign(more: Partial<Assignment>): Promise<number> {
    const { items } = (await this.sam.ask('GET', '/v1/assignments')).body as {
      items: { id: string; version: number; value: Assignment }[];
    };
    const found = items.find(({ id }) => id === this.agentId);
    const answer = await this.sam.ask('PUT', `/v1/assignments/${this.agentId}`, {
      version: found?.version ?? 0,
      value: { ...(found?.value ?? DEFAULT_ASSIGNMENT), ...more },
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return itemOf(answer).version;
  }

  offers(): object[] {
    return [...this.agent.desk.value.values()].filter(({ type }) => type === 'offer');
  }

  waiting(count: number, queue = 'Chats') {
    return rowOf(this.agent, 'queue', (row) => row.queue === queue && row.waiting === count);
  }

  async takeNext(text: string): Promise<{ item: string; conversation: string }> {
    const offer = await rowOf(this.agent, 'offer', (row) => row.text === text);
    expect(await this.agent.accept(offer.item, offer.offer)).toMatchObject({ ok: true });
    return offer;
  }

  async close(): Promise<void> {
    await this.agent.stop();
    for (const visitor of this.visitors) await visitor.stop();
  }
}

describe('a change holds at once, without a restart', () => {
  let server: ServerProcess;
  let floor: Floor;
  beforeAll(async () => {
    server = await startServer();
    floor = await Floor.open(server);
  });
  afterAll(async () => {
    await floor.close();
    await server.remove();
  });

  test('who is no longer a member is offered nothing more; who is again, is', async () => {
    await floor.assign({ memberships: [] });
    await floor.write('one');
    await floor.waiting(1);
    expect(floor.offers()).toEqual([]);
    await floor.assign(DEFAULT_ASSIGNMENT);
    await floor.takeNext('one');
  });

  test('[RT4] a lowered capacity ends nothing and offers no more, a raised one does', async () => {
    await floor.assign({ limits: { ...DEFAULT_ASSIGNMENT.limits, chat: 1 } });
    await floor.write('two');
    await floor.waiting(1);
    expect(floor.offers()).toEqual([]);
    expect(await rowOf(floor.agent, 'conversation')).toMatchObject({ state: 'active' });
    await floor.assign({ limits: { ...DEFAULT_ASSIGNMENT.limits, chat: 2 } });
    await floor.takeNext('two');
    await floor.assign(DEFAULT_ASSIGNMENT);
  });

  test('[RT3] what a queue asks for holds for what comes, by the command line beside the server too', async () => {
    const skill = await command(server, ['settings', 'set', 'demo', 'skills', 'gears'], {
      value: { name: 'Gears' },
    });
    expect(skill).toMatchObject({ code: 0, problem: 'Note: nobody has the skill “Gears”.' });
    const requirements = [{ skill: 'gears', level: 3 }];
    const value = { ...DEFAULT_QUEUE_SETTINGS, name: 'Gears only', requirements };
    expect((await command(server, ['settings', 'set', 'demo', 'queues', 'default'], { value })).code).toBe(0);
    // Nobody tells the server: it finds it.
    await floor.waiting(0, 'Gears only');
    await floor.write('three');
    await floor.waiting(1, 'Gears only');
    expect(floor.offers()).toEqual([]);
    await floor.assign({ skills: [{ skill: 'gears', level: 3 }] });
    await floor.takeNext('three');
    const back = { value: DEFAULT_QUEUE_SETTINGS };
    await command(server, ['settings', 'set', 'demo', 'queues', 'default'], back);
    await floor.waiting(0);
    await floor.assign({ skills: [] });
  });

  test('what waits in a queue that is removed waits in the usual one', async () => {
    const value = { ...DEFAULT_QUEUE_SETTINGS, name: 'Workshop' };
    const made = itemOf(await floor.sam.ask('POST', '/v1/queues', { value }));
    await rowOf(floor.agent, 'queue', ({ queue }) => queue === 'Workshop');
    const options = { afterHours: 'leave-message' };
    const put = (version: number, more: object) =>
      floor.sam.ask('PUT', '/v1/site-options', { version, value: { ...options, ...more } });
    const first = itemOf(await put(0, { queue: made.id }));
    await floor.assign({
      memberships: [{ queue: 'workshop', tier: 1, delaySeconds: 0 }],
      limits: { ...DEFAULT_ASSIGNMENT.limits, chat: 3, budget: 3 },
    });
    await floor.write('four');
    await floor.waiting(1, 'Workshop');
    const early = await floor.sam.ask('DELETE', `/v1/queues/workshop?version=${made.version}`);
    expect(early.status).toBe(422);
    await put(first.version, {});
    expect((await floor.sam.ask('DELETE', `/v1/queues/workshop?version=${made.version}`)).status).toBe(204);
    await floor.waiting(1, 'Chats');
    await rowsAre(floor.agent, 'queue', (rows) => rows.every(({ queue }) => queue === 'Chats'));
    await floor.assign(DEFAULT_ASSIGNMENT);
  });

  test('somebody new has a desk and is offered work, though only the command line knows of them', async () => {
    const added = await command(server, ['agent', 'add', 'demo', 'Uma']);
    const uma = (await Person.signIn(server, added.out.split(': ')[1])).connect();
    await rowOf(uma, 'me');
    await uma.setPresence('available');
    const offer = await rowOf(uma, 'offer', ({ text }) => text === 'four');
    expect(await uma.accept(offer.item, offer.offer)).toMatchObject({ ok: true });
    const gone = await command(server, ['agent', 'change', 'demo', 'Uma', '--active', 'no']);
    expect(JSON.parse(gone.out)).toMatchObject({ name: 'Uma', active: false });
    await rowsAre(floor.agent, 'colleague', (rows) => rows.every(({ agent }) => agent.name !== 'Uma'));
    await uma.stop();
  });

  test('a conversation is marked by tags of the site only; one that was removed stays, until it is taken away', async () => {
    const { conversation } = await rowOf(floor.agent, 'conversation', ({ lastText }) => lastText === 'one');
    const open = floor.agent.open(conversation);
    expect(await open.tag('big-order', true)).toMatchObject({
      ok: false,
      refusal: { code: 'invalid', message: expect.stringContaining('no tag “big-order”') as string },
    });
    const made = itemOf(await floor.sam.ask('POST', '/v1/tags', { value: { name: 'Big order' } }));
    expect(await open.tag(made.id, true)).toMatchObject({ ok: true });
    expect((await floor.sam.ask('DELETE', `/v1/tags/${made.id}?version=${made.version}`)).status).toBe(204);
    await rowOf(
      floor.agent,
      'conversation',
      (row) => row.conversation === conversation && row.tags?.[0] === made.id,
    );
    expect(await open.tag('big-order', false)).toMatchObject({ ok: true });
    expect(await open.tag('big-order', true)).toMatchObject({ ok: false });
    open.close();
  });

  test('[RT10] a sitting ends with a code of its queue, with none, and with no other', async () => {
    const { item, conversation } = await rowOf(
      floor.agent,
      'conversation',
      ({ lastText }) => lastText === 'one',
    );
    const open = floor.agent.open(conversation);
    const unknownCode = { ok: false, refusal: { code: 'invalid' } };
    expect(await open.finish({ code: 'sold-a-unicorn' })).toMatchObject(unknownCode);
    const boxed = { ...DEFAULT_QUEUE_SETTINGS, wrapUp: { mode: 'time-boxed', seconds: 600 } };
    const version = (await floor.sam.ask('GET', '/v1/queues')).body as {
      items: { id: string; version: number }[];
    };
    const queue = version.items.find(({ id }) => id === 'default');
    expect(
      (await floor.sam.ask('PUT', '/v1/queues/default', { version: queue?.version ?? 0, value: boxed }))
        .status,
    ).toBe(200);
    expect(await open.finish({ code: 'sale' })).toMatchObject({ ok: true });
    await rowOf(floor.agent, 'conversation', (row) => row.item === item && row.state === 'wrap-up');
    expect(await floor.agent.endWrapUp(item, 'sold-a-unicorn')).toMatchObject(unknownCode);
    expect(await floor.agent.endWrapUp(item, 'return')).toMatchObject({ ok: true });
    open.close();
  });
});

describe.skipIf(lacks('postgres'))('a change on one process', () => {
  test('holds on another, of which it knows nothing', async () => {
    const database = await freshDatabase(await sharedPostgres());
    const environment = { DATABASE_URL: database.url, SECRET: '0123456789abcdef0123456789abcdef' };
    const one = await startServer({ environment });
    const other = await startServer({ environment });
    const floor = await Floor.open(one, other);
    await floor.assign({ memberships: [] });
    await floor.write('Hello?');
    await floor.waiting(1);
    expect(floor.offers()).toEqual([]);
    await floor.assign(DEFAULT_ASSIGNMENT);
    await floor.takeNext('Hello?');
    await floor.close();
    await one.remove();
    await other.remove();
    await database.drop();
  });
});
