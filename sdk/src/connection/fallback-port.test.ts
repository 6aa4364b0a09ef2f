import { describe, expect, test } from 'vitest';
import { handPlayedSockets } from '../../../tests/support/simulation/line.ts';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { withFallback } from './fallback-port.ts';

function setUp() {
  const time = new VirtualTime();
  const socket = handPlayedSockets();
  const other = handPlayedSockets();
  const loads: boolean[] = [];
  let load = () => Promise.resolve(other.port);
  const port = withFallback(socket.port, new MachineClock(time), (socketWorked) => {
    loads.push(socketWorked);
    return load();
  });
  const told: string[] = [];
  const open = () =>
    port('http://relay.test', {
      opened: () => told.push('opened'),
      message: (text) => told.push(text),
      closed: (code) => told.push(`closed ${code}`),
    });
  const line = () => {
    const last = socket.lines.at(-1);
    if (!last) throw new Error('no socket was opened');
    return last;
  };
  return {
    ...{ time, open, told, loads, line, sockets: socket.lines, others: other.lines },
    slowly: () => {
      load = () => new Promise((resolve) => void time.after(1_000, () => resolve(other.port)));
    },
    cannotLoad: () => (load = () => Promise.reject(new Error('planted'))),
  };
}

describe('[DL10] a socket with something to fall back on', () => {
  test('is all there is while it works: nothing else is loaded', async () => {
    const { time, open, told, loads, line } = setUp();
    const connection = open();
    line().opened();
    line().receiveText('welcome');
    await time.advance(60_000);
    connection.send('{"type":"ping"}');
    line().close(1001, 'later');
    expect(told).toEqual(['opened', 'welcome', 'closed 1001']);
    expect([line().sent, loads]).toEqual([[{ type: 'ping' }], []]);
  });

  test('ended before a word: the next connection goes the other way', async () => {
    const { time, open, told, loads, line, others } = setUp();
    open();
    line().close(1006);
    expect(told).toEqual([]);
    await time.advance(0);
    open();
    expect([told, loads, others.length]).toEqual([['closed 1006'], [false], 1]);
  });

  test('silent for 2 s after it opened: it is ended, and the next goes the other way', async () => {
    const { time, open, told, line, others } = setUp();
    open();
    line().opened();
    await time.advance(1_999);
    expect(told).toEqual(['opened']);
    await time.advance(1);
    expect([told, line().closed]).toEqual([['opened', 'closed 1006'], true]);
    open();
    expect(others.length).toBe(1);
  });

  test('what cannot be loaded leaves the socket as it is', async () => {
    const { time, open, told, line, sockets, cannotLoad } = setUp();
    cannotLoad();
    open();
    await time.advance(5_000);
    line().opened();
    line().receiveText('late welcome');
    expect(told).toEqual(['opened', 'late welcome']);
    line().close(1006);
    open();
    line().close(1006);
    await time.advance(0);
    open();
    expect(sockets).toHaveLength(3);
  });

  test('what is loaded is told whether a socket has ever worked here', async () => {
    const { time, open, loads, line, others } = setUp();
    open();
    line().receiveText('welcome');
    line().close(1006);
    await time.advance(0);
    expect(loads).toEqual([]);
    open();
    line().close(1006);
    await time.advance(0);
    open();
    expect([loads, others.length]).toEqual([[true], 1]);
  });

  test('a word that comes while the other way is fetched keeps the socket', async () => {
    const { time, open, told, loads, line, slowly } = setUp();
    slowly();
    open();
    await time.advance(2_500);
    line().receiveText('welcome');
    await time.advance(5_000);
    expect([loads, told, line().closed]).toEqual([[false], ['welcome'], false]);
  });

  test('a close with a code of the server is a word of it', async () => {
    const { time, open, told, loads, line } = setUp();
    open();
    line().close(4029, 'retry-after=10000');
    await time.advance(10_000);
    expect([told, loads]).toEqual([['closed 4029'], []]);
  });

  test('a connection that its owner has closed is not reported, and no other way is looked for', async () => {
    const { time, open, told, loads } = setUp();
    open().close();
    await time.advance(10_000);
    expect([told, loads]).toEqual([[], []]);
  });
});
