import { describe, expect, test } from 'vitest';
import { FakeSurroundings } from '../../../tests/support/simulation/fake-surroundings.ts';
import { handPlayedSockets } from '../../../tests/support/simulation/line.ts';
import { SeededRandom } from '../../../tests/support/simulation/seeded-random.ts';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { integer, message, optional, pong, string, union } from '../protocol/index.ts';
import { RelayConnection, SignedOutError } from './relay-connection.ts';

const welcome = message('welcome', 1, '', { heartbeatMs: integer() });
const ping = message('ping', 1, '', {});
const ack = message('ack', 1, '', { id: string(10) });
const news = message('news', 1, '', { text: optional(string(10)) });
const down = union(welcome, ping, pong, ack, news);

function setUp(
  greet: () => Promise<() => { type: string }> = () => Promise.resolve(() => ({ type: 'hello' })),
) {
  const time = new VirtualTime();
  const { port, lines } = handPlayedSockets();
  const surroundings = new FakeSurroundings();
  const events: string[] = [];
  const relay = new RelayConnection(
    'http://relay.test/v1/relay',
    down,
    {
      greet,
      received: ({ type }) => events.push(type),
      lost: () => events.push('lost'),
      renew: () => events.push('renew'),
    },
    { clock: new MachineClock(time), random: new SeededRandom(1).bytes, socket: port, surroundings },
  );
  const statuses: string[] = [];
  relay.status.subscribe(({ state }) => statuses.push(state));
  const line = () => {
    const last = lines.at(-1);
    if (!last) throw new Error('nothing was opened');
    return last;
  };
  const connect = async (): Promise<void> => {
    relay.start();
    await time.advance(0);
    line().opened();
    line().receive({ type: 'welcome', heartbeatMs: 25_000 });
  };
  return { time, lines, line, surroundings, events, relay, statuses, connect };
}

describe('a connection to the relay', () => {
  test('says hello first and is online with the welcome', async () => {
    const { line, relay, statuses, events, connect } = setUp();
    await connect();
    expect(line().url).toBe('http://relay.test/v1/relay');
    expect(line().sent).toEqual([{ type: 'hello' }]);
    expect(statuses).toEqual(['connecting', 'online']);
    expect([relay.online, events]).toEqual([true, ['welcome']]);
  });

  test('[DL7] answers a ping at once', async () => {
    const { line, connect } = setUp();
    await connect();
    line().receive({ type: 'ping' });
    expect(line().sent.at(-1)).toEqual({ type: 'pong' });
  });

  test('[DL7] a command without an answer for 10 s ends the connection', async () => {
    const { line, lines, relay, time, events, connect } = setUp();
    await connect();
    relay.send({ type: 'command', id: 'a' });
    relay.send({ type: 'command', id: 'b' });
    line().receive({ type: 'ack', id: 'b' });
    line().receive({ type: 'news' });
    await time.advance(9_999);
    expect(relay.online).toBe(true);
    await time.advance(1_000);
    expect(lines[0]?.closed).toBe(true);
    expect([events.includes('lost'), lines.length]).toEqual([true, 2]);
  });

  test('[DL7] a page that is shown again pings, and the pong keeps the connection', async () => {
    const { line, relay, time, surroundings, connect } = setUp();
    await connect();
    surroundings.tell('shown');
    expect(line().sent.at(-1)).toEqual({ type: 'ping' });
    line().receive({ type: 'pong' });
    await time.advance(20_000);
    expect(relay.online).toBe(true);
  });

  test('a frame that cannot be read is passed over', async () => {
    const { line, relay, events, connect } = setUp();
    await connect();
    for (const text of ['', '{', 'null', '[]', '{"type":"later"}', '{"type":"news","text":5}']) {
      line().receiveText(text);
    }
    line().receive({ type: 'news' });
    expect([relay.online, events]).toEqual([true, ['welcome', 'news']]);
  });

  test('what comes before the welcome is not passed on', async () => {
    const { line, relay, time, events } = setUp();
    relay.start();
    await time.advance(0);
    line().opened();
    line().receive({ type: 'news' });
    expect(events).toEqual([]);
  });

  test('without a connection nothing is sent', async () => {
    const { line, relay, time } = setUp();
    relay.send({ type: 'command', id: 'a' });
    relay.start();
    relay.send({ type: 'command', id: 'a' });
    await time.advance(0);
    line().opened();
    relay.send({ type: 'command', id: 'a' });
    expect(line().sent).toEqual([{ type: 'hello' }]);
  });

  test('a hello that is ready too late opens nothing', async () => {
    const pending: ((hello: () => { type: string }) => void)[] = [];
    const { lines, relay, time } = setUp(() => new Promise((resolve) => pending.push(resolve)));
    relay.start();
    await time.advance(10_500);
    expect(pending).toHaveLength(2);
    pending[0]?.(() => ({ type: 'hello' }));
    await time.advance(0);
    expect(lines).toEqual([]);
    pending[1]?.(() => ({ type: 'hello' }));
    await time.advance(0);
    expect(lines).toHaveLength(1);
  });

  test('a ticket that fails for now is asked for again, one that was refused ends it', async () => {
    const failures: Error[] = [new Error('offline'), new SignedOutError()];
    const { relay, time, lines } = setUp(() => Promise.reject(failures.shift() ?? new Error('no more')));
    relay.start();
    await time.advance(0);
    expect(relay.status.value.state).toBe('reconnecting');
    await time.advance(60_000);
    expect(relay.status.value).toEqual({ state: 'stopped', reason: 'unauthenticated' });
    expect([failures.length, lines.length]).toEqual([0, 0]);
  });

  test('a refused identity is renewed before the next try', async () => {
    const { line, lines, relay, time, events } = setUp();
    relay.start();
    await time.advance(0);
    line().opened();
    line().close(4001);
    expect(events).toEqual(['renew']);
    await time.advance(300);
    expect(lines).toHaveLength(2);
  });

  test('an old socket can no longer say anything', async () => {
    const { line, lines, time, events, connect } = setUp();
    await connect();
    const old = line();
    old.close(1006);
    await time.advance(300);
    expect(lines).toHaveLength(2);
    old.receive({ type: 'news' });
    old.close(4010);
    expect(events).toEqual(['welcome', 'lost']);
  });

  test('stop leaves no socket, no timer and no listener', async () => {
    const { line, lines, relay, time, surroundings, connect } = setUp();
    await connect();
    relay.stop();
    expect([line().closed, surroundings.watchers, relay.status.value.state]).toEqual([true, 0, 'idle']);
    await time.advance(120_000);
    expect(lines).toHaveLength(1);
  });

  test('the time of the next try is told on the wall clock', async () => {
    const { line, relay, connect } = setUp();
    await connect();
    line().close(1013, 'retry-after=2000');
    const status = relay.status.value;
    if (status.state !== 'reconnecting') throw new Error(status.state);
    const wait = (status.retryAt ?? 0) - 1_767_225_600_000;
    expect([status.busy, wait >= 2_000, wait <= 2_250]).toEqual([true, true, true]);
  });
});
