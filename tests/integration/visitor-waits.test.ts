import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_QUEUE_SETTINGS, DEFAULT_SITE_OPTIONS } from '../../sdk/src/shared.ts';
import { type VisitorClient, connectVisitor } from '../../sdk/src/visitor.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Agent, Person, command, rowOf } from './settings-people.ts';

const WAIT_MS = 30_000;
const DAY_MS = 86_400_000;

type Availability = NonNullable<VisitorClient['availability']['value']>;

/** Resolves once what the visitor was told is what was looked for. */
function told(visitor: VisitorClient, isSo: (availability: Availability) => boolean): Promise<Availability> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`told: ${JSON.stringify(visitor.availability.value)}`));
    }, WAIT_MS);
    const look = (availability: Availability | undefined): void => {
      if (!availability || !isSo(availability)) return;
      clearTimeout(timer);
      resolve(availability);
    };
    visitor.availability.subscribe(look);
    look(visitor.availability.value);
  });
}

/** Open for one hour, in three days; so closed now. */
function hoursInThreeDays(): { opensAt: number; value: object } {
  const opens = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS + 3 * DAY_MS + 9 * 3_600_000);
  const weekly = [{ day: opens.getUTCDay() || 7, from: '09:00', to: '10:00' }];
  return { opensAt: opens.getTime(), value: { name: 'Shop', zone: 'UTC', weekly, exceptions: [] } };
}

describe('what visitors are told while they wait', () => {
  const visitors: VisitorClient[] = [];
  let server: ServerProcess;
  let ana: Agent;

  beforeAll(async () => {
    server = await startServer();
    ana = (await Person.signIn(server, server.signInLinks.get('Ana'))).connect();
  });
  afterAll(async () => {
    await ana.stop();
    for (const visitor of visitors) await visitor.stop();
    await server.remove();
  });

  function visit(): VisitorClient {
    const visitor = connectVisitor({ server: server.url, site: 'demo', storage: 'memory' });
    visitors.push(visitor);
    return visitor;
  }

  async function set(kind: string, id: string, value: object): Promise<void> {
    const { code, problem } = await command(server, ['settings', 'set', 'demo', kind, id], { value });
    if (code !== 0) throw new Error(problem);
  }

  test('[RT11] [RT15] one’s place, and a message instead where too many wait; the answer comes to it', async () => {
    const overflow = { waitingMax: 1, offer: ['message'] };
    await set('queues', 'default', { ...DEFAULT_QUEUE_SETTINGS, overflow });
    const [first, second] = [visit(), visit()];
    await first.send('first');
    await told(first, ({ wait }) => wait?.position === 1);
    await second.send('second');
    expect((await told(second, ({ wait }) => wait?.position === 2 && wait.mayLeave === true)).wait).toEqual({
      position: 2,
      mayLeave: true,
    });
    expect(await second.command({ type: 'wait.leave-message' })).toBe('taken');
    expect((await told(second, ({ wait }) => wait?.left === true)).wait).toEqual({ left: true });
    await told(first, ({ wait }) => wait?.position === 1 && wait.mayLeave === undefined);
    expect(await second.command({ type: 'wait.leave-message' })).toBe('never');

    await ana.setPresence('available');
    for (const text of ['first', 'second']) {
      const offer = await rowOf(ana, 'offer', (row) => row.text === text);
      expect(await ana.accept(offer.item, offer.offer)).toMatchObject({ ok: true });
    }
    await told(second, ({ wait }) => wait === undefined);
    // Who takes the message joins the very sitting in which it was left.
    await vi.waitFor(
      () => expect(second.conversation.value.header.agents).toMatchObject([{ name: 'Ana' }]),
      WAIT_MS,
    );
    expect(second.conversation.value.header.sitting?.state).toBe('active');
  });

  test('[RT12] closed: the next opening, before and after they wrote, and nobody is said to be there', async () => {
    const { opensAt, value } = hoursInThreeDays();
    await set('hours', 'shop', value);
    await set('queues', 'default', { ...DEFAULT_QUEUE_SETTINGS, hours: 'shop' });
    const visitor = visit();
    const closed = await told(visitor, ({ opens }) => opens !== undefined);
    expect(closed).toMatchObject({ agents: [], open: false, opens: opensAt });
    expect(closed.saysOnly).toBeUndefined();
    await visitor.send('Is the blue one still there?');
    await told(visitor, ({ wait }) => wait?.left === true);
    await rowOf(ana, 'queue', ({ waiting }) => waiting === 1);
    expect([...ana.desk.value.values()].filter(({ type }) => type === 'offer')).toEqual([]);

    await set('site-options', 'site', { ...DEFAULT_SITE_OPTIONS, afterHours: 'say-closed' });
    await told(visitor, ({ saysOnly }) => saysOnly === true);
    // The hours go, and what was left is offered at once.
    await set('queues', 'default', DEFAULT_QUEUE_SETTINGS);
    await told(visitor, ({ open, opens }) => open && opens === undefined);
    await rowOf(ana, 'offer', ({ text }) => text === 'Is the blue one still there?');
  });
});
