import { describe, expect, test } from 'vitest';
import { FakeSurroundings } from '../../../tests/support/simulation/fake-surroundings.ts';
import { handPlayedSockets } from '../../../tests/support/simulation/line.ts';
import { SeededRandom } from '../../../tests/support/simulation/seeded-random.ts';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { choosingPort } from './choosing-port.ts';
import type { WireChoice } from './wire-choice.ts';

const MINUTE_MS = 60_000;

function setUp(first: Partial<WireChoice> = {}) {
  const time = new VirtualTime();
  const socket = handPlayedSockets();
  const stream = handPlayedSockets();
  const surroundings = new FakeSurroundings();
  const port = choosingPort(
    {
      clock: new MachineClock(time),
      random: new SeededRandom(1).bytes,
      surroundings,
      socket: socket.port,
      stream: stream.port,
    },
    { next: 'stream', failures: 1, socketWorked: false, looks: 0, ...first },
  );
  const told: string[] = [];
  const open = () =>
    port('http://relay.test', {
      opened: () => told.push('opened'),
      message: (text) => told.push(text),
      closed: (code) => told.push(`closed ${code}`),
    });
  const last = ({ lines }: typeof socket) => {
    const line = lines.at(-1);
    if (!line) throw new Error('nothing was opened');
    return line;
  };
  return {
    ...{ time, open, told, surroundings, sockets: socket.lines, streams: stream.lines },
    socketLine: () => last(socket),
    streamLine: () => last(stream),
  };
}

/** On the stream, welcomed. */
function onStream() {
  const scene = setUp();
  const connection = scene.open();
  scene.streamLine().opened();
  scene.streamLine().receiveText('welcome');
  return { ...scene, connection };
}

describe('[DL10] a connection by the way that works', () => {
  test('a stream that brings no word for 4 s is ended, and a socket is tried again', async () => {
    const { time, open, told, sockets, streamLine } = setUp();
    open();
    await time.advance(4_000);
    expect([told, streamLine().closed]).toEqual([['closed 1006'], true]);
    open();
    expect(sockets).toHaveLength(1);
  });

  test('a full server is a word: the way stays', () => {
    const { open, told, streams, streamLine } = setUp();
    open();
    streamLine().close(1013, 'retry-after=10000');
    open();
    expect([told, streams.length]).toEqual([['closed 1013'], 2]);
  });

  test('looks for a socket after 5 to 10 minutes: pings, and moves once it is answered', async () => {
    const { time, open, told, sockets, socketLine, streamLine } = onStream();
    await time.advance(5 * MINUTE_MS - 1);
    expect(sockets).toHaveLength(0);
    while (sockets.length === 0 && time.now < 11 * MINUTE_MS) await time.advance(1_000);
    expect(time.now).toBeLessThan(10 * MINUTE_MS);
    socketLine().opened();
    expect(socketLine().sent).toEqual([{ type: 'ping' }]);
    expect(streamLine().closed).toBe(false);
    socketLine().receiveText('pong');
    expect([told, streamLine().closed]).toEqual([['opened', 'welcome', 'closed 4012'], true]);
    const connection = open();
    await time.advance(0);
    connection.send('{"type":"hello"}');
    socketLine().receiveText('welcome');
    expect(told.slice(3)).toEqual(['opened', 'welcome']);
    expect([sockets.length, socketLine().sent.at(-1)]).toEqual([1, { type: 'hello' }]);
    socketLine().close(1006);
    expect(told.at(-1)).toBe('closed 1006');
  });

  test('a look in vain changes nothing, and the next one comes later', async () => {
    const { time, told, sockets, socketLine, streamLine } = onStream();
    await time.advance(10 * MINUTE_MS);
    socketLine().close(1006);
    await time.advance(20 * MINUTE_MS);
    expect(sockets).toHaveLength(2);
    // Silent this time.
    socketLine().opened();
    await time.advance(5_000);
    expect(socketLine().closed).toBe(true);
    expect([told, streamLine().closed]).toEqual([['opened', 'welcome'], false]);
  });

  test('looks at once when the network comes back, one look at a time', () => {
    const { surroundings, sockets } = onStream();
    surroundings.tell('network');
    surroundings.tell('network');
    surroundings.tell('shown');
    expect(sockets).toHaveLength(1);
  });

  test('a proven socket that has ended meanwhile is opened anew', async () => {
    const { time, open, surroundings, sockets, socketLine, told } = onStream();
    surroundings.tell('network');
    socketLine().receiveText('pong');
    socketLine().close(4000);
    open();
    await time.advance(0);
    expect([sockets.length, told.at(-1)]).toEqual([2, 'closed 4012']);
  });

  test('closed by its owner it looks no more, and leaves nothing behind', async () => {
    const { time, connection, surroundings, sockets, socketLine, streamLine } = onStream();
    surroundings.tell('network');
    connection.close();
    expect([socketLine().closed, streamLine().closed, surroundings.watchers]).toEqual([true, true, 0]);
    await time.advance(60 * MINUTE_MS);
    expect(sockets).toHaveLength(1);
  });

  test('a stream that broke off ends its looks too', async () => {
    const { time, surroundings, sockets, streamLine } = onStream();
    streamLine().close(1006);
    await time.advance(60 * MINUTE_MS);
    expect([sockets.length, surroundings.watchers]).toEqual([0, 0]);
  });
});
