import { describe, expect, test, vi } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { streamPort } from './stream-port.ts';

interface Post {
  key: string | null;
  batch: number;
  frames: unknown[];
}

const encoder = new TextEncoder();

/** A server that answers as the test says: `stream` its one stream, `posts` what was posted, `answers` the statuses. */
function setUp(refusal?: Response) {
  const time = new VirtualTime();
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const posts: Post[] = [];
  const answers: (number | Promise<number>)[] = [];
  const requests: [string, RequestInit][] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push([url, init]);
    if (init.method !== 'POST') {
      return (
        refusal ?? new Response(new ReadableStream({ start: (controller) => void (stream = controller) }))
      );
    }
    const { batch, frames } = JSON.parse(init.body as string) as { batch: number; frames: unknown[] };
    posts.push({ key: new Headers(init.headers).get('authorization'), batch, frames });
    const status = (await answers.shift()) ?? 204;
    if (status === 0) throw new TypeError('planted: no network');
    return new Response(null, { status });
  });
  const told: string[] = [];
  const socket = streamPort(new MachineClock(time))('http://relay.test/v1/relay', {
    opened: () => told.push('opened'),
    message: (text) => told.push(text),
    closed: (code, reason) => told.push(`closed ${code} ${reason}`),
  });
  const say = async (text: string): Promise<void> => {
    await time.advance(0);
    stream?.enqueue(encoder.encode(text));
    await time.advance(0);
  };
  const open = () => say('event: open\ndata: {"key":"secret"}\n\n');
  return { ...{ time, socket, told, posts, answers, requests, say, open }, end: () => stream?.close() };
}

describe('[DL10] a connection by events and posts', () => {
  test('is open with the key, reads frames, and ends with the code of the last event', async () => {
    const { told, say, open, requests } = setUp();
    await open();
    await say('data: {"type":"welcome"}\n\ndata: {"ty');
    await say('pe":"ä"}\n\nevent: close\ndata: {"code":1001,"reason":"retry-after=20"}\n\n');
    expect(told).toEqual(['opened', '{"type":"welcome"}', '{"type":"ä"}', 'closed 1001 retry-after=20']);
    expect(requests.map(([url]) => url)).toEqual(['http://relay.test/v1/relay/stream']);
  });

  test('posts the frames of one turn together, one batch after the other, with the key in a header', async () => {
    const { time, socket, posts, answers, open } = setUp();
    await open();
    let release: (status: number) => void = () => undefined;
    answers.push(new Promise((resolve) => (release = resolve)));
    for (const n of [1, 2]) socket.send(`{"n":${n}}`);
    await time.advance(0);
    for (const n of [3, 4, 5]) socket.send(`{"n":${n}}`);
    await time.advance(0);
    expect(posts).toEqual([{ key: 'Bearer secret', batch: 1, frames: [{ n: 1 }, { n: 2 }] }]);
    release(204);
    await time.advance(0);
    expect(posts[1]).toMatchObject({ batch: 2, frames: [{ n: 3 }, { n: 4 }, { n: 5 }] });
  });

  test('a batch has at most 64 frames and 16,384 characters, and a longer frame goes alone', async () => {
    const { time, socket, posts, open } = setUp();
    await open();
    for (let n = 0; n < 70; n++) socket.send(String(n));
    for (const length of [30_000, 10_000, 6_000, 6_000]) socket.send(`"${'x'.repeat(length)}"`);
    await time.advance(0);
    expect(posts.map(({ frames }) => frames.length)).toEqual([64, 6, 1, 2, 1]);
    expect(posts.flatMap(({ frames }) => frames).slice(0, 70)).toEqual(
      Array.from({ length: 70 }, (_, n) => n),
    );
  });

  test.each([0, 502])('a post that %i answered is repeated under its number', async (status) => {
    const { time, socket, posts, answers, told, open } = setUp();
    await open();
    answers.push(status, status);
    socket.send('{"n":1}');
    await time.advance(1_000);
    expect(posts.map(({ batch }) => batch)).toEqual([1, 1, 1]);
    socket.send('{"n":2}');
    await time.advance(0);
    expect([posts.at(-1)?.batch, told]).toEqual([2, ['opened']]);
  });

  test('a post that is never taken ends the connection', async () => {
    const { time, socket, answers, told, open } = setUp();
    await open();
    answers.push(0, 0, 0);
    socket.send('{"n":1}');
    await time.advance(2_000);
    expect(told).toEqual(['opened', 'closed 1006 ']);
  });

  test('a refused post ends it too, with what the stream says about it where it says so', async () => {
    const { time, socket, answers, told, open, say } = setUp();
    await open();
    answers.push(404);
    socket.send('{"n":1}');
    await time.advance(100);
    await say('event: close\ndata: {"code":4029,"reason":""}\n\n');
    await time.advance(1_000);
    expect(told).toEqual(['opened', 'closed 4029 ']);
  });

  test('a post to a stream that nobody knows any more ends it within a moment', async () => {
    const { time, socket, answers, told, open } = setUp();
    await open();
    answers.push(404);
    socket.send('{"n":1}');
    await time.advance(250);
    expect(told).toEqual(['opened', 'closed 1006 ']);
  });

  test.each([
    [429, 'closed 1013 retry-after=3000'],
    [503, 'closed 1013 retry-after=3000'],
    [404, 'closed 1006 '],
  ])('where the stream is refused with %i it is %s', async (status, expected) => {
    const { time, told } = setUp(new Response('{}', { status, headers: { 'retry-after': '3' } }));
    expect(told).toEqual([]);
    await time.advance(0);
    expect(told).toEqual([expected]);
  });

  test('a stream that breaks off is closed abnormally, and nothing is told twice', async () => {
    const { time, told, open, end, socket } = setUp();
    await open();
    end();
    await time.advance(0);
    socket.send('{"n":1}');
    await time.advance(5_000);
    expect(told).toEqual(['opened', 'closed 1006 ']);
  });

  test('closed by its owner: requests are given up, and nothing is told any more', async () => {
    const { time, told, open, say, socket, requests, answers } = setUp();
    await open();
    answers.push(new Promise(() => undefined));
    socket.send('{"n":1}');
    await time.advance(0);
    socket.close();
    await say('data: {"type":"late"}\n\n');
    expect(told).toEqual(['opened']);
    expect(requests.map(([, { signal }]) => signal?.aborted)).toEqual([true, true]);
  });
});
