// Over 300 lines: what holds on the socket, asked again of the stream, on one server.
import { afterEach, describe, expect, test } from 'vitest';
import { retryAfterOf } from '../../sdk/src/protocol/index.ts';
import { metricOf } from '../support/metrics.ts';
import { StreamClient } from './stream-client.ts';
import {
  Browser,
  type TestServer,
  type TestServerOptions,
  agentHello,
  newCommand,
  startTestServer,
  visitorHello,
  welcomedVisitor,
} from './transport-harness.ts';

const SHOP = 'https://shop.test';
const EVIL = 'https://evil.test';

let server: TestServer;
afterEach(() => server.stop());

const start = async (options: TestServerOptions = {}): Promise<void> => {
  server = await startTestServer({ ...options, limits: { sweepEveryMs: 20, ...options.limits } });
};

const message = (n: number, text: string) => ({
  type: 'command',
  id: newCommand(),
  n,
  body: { type: 'chat.send', text },
});

async function storedIn(conversation: string): Promise<string[]> {
  const page = await server.log.read(conversation, { reader: 'staff', after: 0, limit: 300, maxBytes: 1e6 });
  return page.entries.map((entry) => JSON.stringify(entry));
}

const metric = (series: string): Promise<number> => metricOf(server, series);

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

describe('[DL10] the relay without a WebSocket', () => {
  test('speaks the same frames with the same numbers, to somebody on a socket too', async () => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const ana = await (await new Browser(server).signIn('Ana')).socket();
    ana.send({ type: 'open', request: 1, conversation });
    await ana.next('opened');
    const [one, two] = [message(1, 'one'), message(2, 'two')];
    expect((await client.send(one, two)).status).toBe(204);
    expect(await client.next('ack')).toMatchObject({ id: one.id, seq: 2 });
    expect(await client.next('ack')).toMatchObject({ id: two.id, seq: 3 });
    expect(await ana.next((frame) => JSON.stringify(frame).includes('two'))).toMatchObject({ type: 'entry' });
    const answer = { type: 'command', id: newCommand(), n: 1, conversation };
    ana.send({ ...answer, body: { type: 'chat.send', text: 'answer' } });
    expect(await client.next((frame) => JSON.stringify(frame).includes('answer'))).toMatchObject({
      entry: { seq: 4, prev: 3 },
    });
  });

  test('tells everything on the way to pass events on unchanged and at once', async () => {
    await start();
    const { headers } = await StreamClient.open(server, { 'accept-encoding': 'gzip' });
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('content-encoding')).toBeNull();
  });

  test('agents come with their cookie, a ticket and our own origin', async () => {
    await start();
    const browser = await new Browser(server).signIn('Ana');
    const headers = { origin: server.url, cookie: browser.cookie };
    const ana = await StreamClient.open(server, headers);
    await ana.send(agentHello(await browser.ticket()));
    expect(await ana.next('welcome')).toMatchObject({ agent: { name: 'Ana' } });
    await ana.send({ type: 'desk.open' });
    await ana.next('desk');
    // The cookie of somebody else, none at all, a foreign page.
    const ben = await new Browser(server).signIn('Ben');
    const others: [Record<string, string>, number][] = [
      [{ origin: server.url, cookie: ben.cookie }, 4001],
      [{ origin: server.url }, 4001],
      [{ origin: 'http://localhost:1', cookie: browser.cookie }, 4003],
      [{ cookie: browser.cookie }, 4003],
    ];
    for (const [given, code] of others) {
      const client = await StreamClient.open(server, given);
      await client.send(agentHello(await browser.ticket()));
      expect(await client.closed).toMatchObject({ code });
    }
    await browser.post('/v1/sign-out');
    expect(await ana.closed).toMatchObject({ code: 4010 });
  });

  test('pings by frames, and ends a stream that does not answer', async () => {
    await start({ limits: { visitorHeartbeatMs: 100, answerTimeoutMs: 150 } });
    const { client } = await StreamClient.visitor(server);
    await client.next('ping');
    await client.next('ping');
    client.answersPings = false;
    expect(await client.closed).toMatchObject({ code: 4009 });
    expect((await client.send({ type: 'ping' })).status).toBe(404);
  });

  test('a ping before the hello is answered, and is no hello', async () => {
    await start({ limits: { helloTimeoutMs: 200 } });
    const client = await StreamClient.open(server);
    await client.send({ type: 'ping' });
    await client.next('pong');
    expect(await client.closed).toEqual({ code: 4009, reason: 'no hello' });
  });

  test('the same on a socket: how a client finds out whether one would work', async () => {
    await start();
    const socket = await server.connect();
    socket.send({ type: 'ping' });
    expect(await socket.next('pong')).toMatchObject({ heads: [] });
    socket.send(visitorHello());
    await socket.next('welcome');
  });

  test('counts and presence are those of any connection', async () => {
    await start();
    const { client } = await StreamClient.visitor(server);
    expect(await metric('alongside_streams')).toBe(1);
    expect(await metric('alongside_connections{role="visitor"}')).toBe(1);
    client.leave();
    await expect.poll(() => metric('alongside_streams'), { timeout: 5_000 }).toBe(0);
    expect(server.presence.map(({ what }) => what)).toEqual(['connected', 'disconnected']);
    expect(await metric('alongside_closes_total{reason="lost"}')).toBe(1);
  });

  test('[DL13] is drained: what is on its way is answered, then it ends with a time to come back', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await start({ beforeCommand: () => held });
    const { client } = await StreamClient.visitor(server);
    await client.send(message(1, 'on its way'));
    await client.send({ type: 'ping' });
    await client.next('pong');
    const ended = server.app.close();
    release();
    expect(await client.next('ack')).toMatchObject({ seq: 2 });
    const { code, reason } = await client.closed;
    expect([code, (retryAfterOf(reason) ?? 1e6) < 250]).toEqual([1001, true]);
    await ended;
    server = await startTestServer();
  });

  test('[DL9] a reader who does not read is let go, and others do not notice', async () => {
    const wide = { burst: 1e6, perMinute: 1e6 };
    await start({
      limits: { fetches: wide, framesPerConnection: wide, visitorHeartbeatMs: 60_000, closeGraceMs: 200 },
    });
    const slow = await StreamClient.visitor(server);
    const other = await StreamClient.visitor(server);
    const text = 'x'.repeat(8_000);
    for (let n = 1; n <= 40; n++) await slow.client.send(message(n, text));
    // A stream of which nothing is read any more, beside the client's own reader.
    const raw = await fetch(`${server.url}/v1/relay/stream`);
    const reader = raw.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const [, key = ''] = /"key":"([^"]+)"/.exec(first) ?? [];
    const { access } = slow.welcome['tokens'] as { access: string };
    const post = (batch: number, frame: object) =>
      slow.client.post(JSON.stringify({ batch, frames: [frame] }), { authorization: `Bearer ${key}` });
    await post(1, visitorHello({ access }));
    let status = 204;
    for (let request = 1; request <= 200 && status === 204; request++) {
      const { conversation } = slow;
      ({ status } = await post(request + 1, { type: 'fetch', request, conversation, after: 0, limit: 300 }));
    }
    expect(status).toBe(404);
    const letGo = 'alongside_closes_total{reason="slow-consumer"}';
    await expect.poll(() => metric(letGo), { timeout: 5_000 }).toBe(1);
    await other.client.send(message(1, 'still served'));
    expect(await other.client.next('ack')).toMatchObject({ seq: 2 });
    await reader?.cancel();
  });

  test('more frames than may wait hold the answer to their post back', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await start({ limits: { waitingFramesMax: 8 }, beforeCommand: () => held });
    const { client } = await StreamClient.visitor(server);
    let answered = false;
    const messages = Array.from({ length: 20 }, (_, index) => message(index + 1, `message ${index}`));
    const post = client.send(...messages).then(() => (answered = true));
    await client.post(JSON.stringify({ batch: 99, frames: [] }));
    expect(answered).toBe(false);
    release();
    await post;
    for (const { id } of messages) expect(await client.next('ack')).toMatchObject({ id });
  });
});

describe('[DL2] [DL3] posts keep their order and count once', () => {
  test('a batch that comes again is not applied again', async () => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const batch = JSON.stringify({ batch: 2, frames: [{ type: 'ping' }, message(1, 'once')] });
    expect((await client.post(batch)).status).toBe(204);
    await client.next('ack');
    expect((await client.post(batch)).status).toBe(204);
    await client.post(JSON.stringify({ batch: 3, frames: [message(2, 'after it')] }));
    await client.next('ack');
    expect(client.frames.filter(({ type }) => type === 'pong')).toHaveLength(1);
    expect((await storedIn(conversation)).filter((entry) => entry.includes('once'))).toHaveLength(1);
  });

  test('a batch that overtook another is not taken', async () => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const late = JSON.stringify({ batch: 3, frames: [message(1, 'too early')] });
    const response = await client.post(late);
    expect([response.status, await codeOf(response)]).toEqual([409, 'out-of-order']);
    expect(await storedIn(conversation)).toEqual([]);
  });
});

describe('[T9] pages of other origins', () => {
  test('those that a site lists may open a stream, and post after a preflight', async () => {
    await start();
    await server.identity.sites.add({
      ...{ key: 'shop', name: 'Shop', settings: { name: 'Chat', corner: 'end' } },
      origins: [SHOP],
    });
    const preflight = await fetch(`${server.url}/v1/relay/send`, {
      method: 'OPTIONS',
      headers: {
        origin: SHOP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Authorization, Content-Type',
      vary: 'Origin',
    });
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const { client } = await StreamClient.visitor(server, { origin: SHOP }, { site: 'shop' });
    expect(client.headers.get('access-control-allow-origin')).toBe(SHOP);
    // It may read the answers, and is still not one of the other site's pages.
    const other = await StreamClient.open(server, { origin: SHOP });
    await other.send(visitorHello({ site: 'demo' }));
    expect(await other.closed).toMatchObject({ code: 4003 });
  });

  test.each([EVIL, 'null', `${SHOP}.evil.test`])('%s is refused, and may not read why', async (origin) => {
    await start();
    for (const [method, path] of [
      ['GET', 'stream'],
      ['POST', 'send'],
      ['OPTIONS', 'send'],
    ]) {
      const init = { method: method ?? '', headers: { origin } };
      const response = await fetch(`${server.url}/v1/relay/${path}`, init);
      expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(await metric('alongside_streams')).toBe(0);
  });

  test('a key is of no use from another origin than its own', async () => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server, { origin: 'http://localhost:1' });
    const stolen = JSON.stringify({ batch: 2, frames: [message(1, 'stolen')] });
    const response = await client.post(stolen, { origin: 'http://localhost:2' });
    expect([response.status, await codeOf(response)]).toEqual([404, 'not-found']);
    expect(await storedIn(conversation)).toEqual([]);
    await client.send(message(1, 'mine'));
    await client.next('ack');
  });
});

describe('[T6] [T13] bad input by post is answered with a code, and nothing is stored', () => {
  test.each([
    ['no key', { authorization: '' }, 404],
    ['a key that nobody has', { authorization: `Bearer ${'x'.repeat(43)}` }, 404],
    ['another scheme', { authorization: 'Basic eDp5' }, 404],
    ['another type of content', { 'content-type': 'text/plain' }, 400],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['compressed content', { 'content-encoding': 'gzip' }, 400],
  ])('%s: the stream lives on', async (_name, headers, status) => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const body = JSON.stringify({ batch: 2, frames: [message(1, 'bad')] });
    const response = await client.post(body, headers);
    expect(response.status).toBe(status);
    expect(['not-found', 'malformed']).toContain(await codeOf(response));
    expect(await storedIn(conversation)).toEqual([]);
    await client.send(message(1, 'good'));
    expect(await client.next('ack')).toMatchObject({ seq: 2 });
  });

  const good = JSON.stringify(message(1, 'x'));
  test.each<[string, string | Uint8Array<ArrayBuffer>, number, string, number]>([
    ['over 64 KB', `{"batch":2,"frames":["${'x'.repeat(65_536)}"]}`, 413, 'too-large', 1009],
    ['not JSON', `{"batch":2,"frames":[${good}`, 400, 'malformed', 4000],
    ['empty', '', 400, 'malformed', 4000],
    ['no batch', `[${good}]`, 400, 'malformed', 4000],
    ['without a number', `{"frames":[${good}]}`, 400, 'malformed', 4000],
    ['numbered 0', `{"batch":0,"frames":[${good}]}`, 400, 'malformed', 4000],
    ['of 65 frames', `{"batch":2,"frames":[${Array(65).fill(good).join()}]}`, 400, 'malformed', 4000],
    ['not UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 400, 'malformed', 1007],
  ])('a post that is %s ends the stream like a socket', async (_name, body, status, code, close) => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const response = await client.post(body);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
    expect(await client.closed).toMatchObject({ code: close });
    expect(await storedIn(conversation)).toEqual([]);
    expect(server.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('a frame inside of it is refused by its id like one on a socket', async () => {
    await start();
    const { client, conversation } = await StreamClient.visitor(server);
    const bad = { ...message(1, 'x'), body: { type: 'chat.shout' } };
    await client.send(bad, message(1, 'goes on'));
    expect(await client.next('refused')).toMatchObject({ id: bad.id, code: 'unknown-type' });
    await client.next('ack');
    expect(await storedIn(conversation)).toHaveLength(2);
  });

  test('a flood of frames ends the stream with a time, however they are packed', async () => {
    await start({ limits: { framesPerConnection: { burst: 20, perMinute: 60 } } });
    const { client } = await StreamClient.visitor(server);
    await client.send(...Array.from({ length: 40 }, () => ({ type: 'ping' })));
    expect(await client.closed).toEqual({ code: 4029, reason: 'retry-after=10000' });
    const empty = await StreamClient.open(server);
    for (let count = 0; count < 40; count++) await empty.send();
    expect(await empty.closed).toMatchObject({ code: 4029 });
  });

  test('guessing keys is limited by address, and keys that are good go on', async () => {
    await start({ limits: { requestsPerAddress: { burst: 5, perMinute: 1 } } });
    const { client } = await StreamClient.visitor(server);
    const statuses: number[] = [];
    for (let count = 0; count < 8; count++) {
      const response = await client.post('{}', { authorization: `Bearer guess${count}` });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429, 429]);
    await client.send(message(1, 'mine'));
    await client.next('ack');
  });

  test('streams count among the connections of an address, and of the server', async () => {
    await start({ limits: { connectionsPerAddress: 2 } });
    await server.connect();
    await StreamClient.open(server);
    const response = await fetch(`${server.url}/v1/relay/stream`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    await server.stop();
    await start({ limits: { connectionsMax: 1 } });
    await welcomedVisitor(server);
    expect((await fetch(`${server.url}/v1/relay/stream`)).status).toBe(503);
  });
});
