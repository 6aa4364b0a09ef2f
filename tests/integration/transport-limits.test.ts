// Over 300 lines: one server with narrow limits; a test for each of them.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { metricOf } from '../support/metrics.ts';
import {
  Browser,
  type TestServer,
  type TestServerOptions,
  newCommand,
  say,
  startTestServer,
  visitorHello,
  welcomedVisitor,
} from './transport-harness.ts';

let server: TestServer;
afterEach(() => server.stop());

const start = async (limits: TestServerOptions['limits'], more: TestServerOptions = {}): Promise<void> => {
  server = await startTestServer({ ...more, limits: { sweepEveryMs: 20, ...limits } });
};

test('a socket that says no hello in time is closed', async () => {
  await start({ helloTimeoutMs: 100 });
  const client = await server.connect();
  expect(await client.closed).toEqual({ code: 4009, reason: 'no hello' });
});

test('[DL7] the server pings, with the newest numbers, and closes a socket that does not answer', async () => {
  await start({ visitorHeartbeatMs: 100, agentHeartbeatMs: 100, answerTimeoutMs: 150 });
  const { client, conversation } = await welcomedVisitor(server);
  say(client, 1, 'Hello');
  await client.next('ack');
  expect(
    await client.next((frame) => frame.type === 'ping' && JSON.stringify(frame).includes('"seq":2')),
  ).toEqual({
    type: 'ping',
    heads: [{ conversation, seq: 2 }],
  });
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  await ana.next('ping');
  expect(await ana.next('ping')).not.toHaveProperty('desk');
  ana.send({ type: 'desk.open' });
  const { version } = await ana.next('desk');
  await ana.next((frame) => frame.type === 'ping' && frame['desk'] === version);
  client.answersPings = false;
  expect(await client.closed).toMatchObject({ code: 4009 });
  ana.send({ type: 'ping' });
  expect(await ana.next('pong')).toMatchObject({ heads: [] });
});

test('[DL7] a half-open socket, which answers nothing at all, is ended without its help', async () => {
  await start({ visitorHeartbeatMs: 100, answerTimeoutMs: 100, closeGraceMs: 100 });
  const { client } = await welcomedVisitor(server);
  client.socket.pause();
  await presenceOf('disconnected');
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
  expect(await metricOf(server, 'alongside_closes_total{reason="silent"}')).toBe(1);
});

async function presenceOf(what: string): Promise<void> {
  while (!server.presence.some((each) => each.what === what))
    await new Promise((next) => setTimeout(next, 10));
}

test('[DL9] a reader who does not read is closed with 4008, and others do not notice', async () => {
  const wide = { burst: 1e6, perMinute: 1e6 };
  await start({ fetches: wide, framesPerConnection: wide, closeGraceMs: 10_000, visitorHeartbeatMs: 60_000 });
  const slow = await welcomedVisitor(server);
  const other = await welcomedVisitor(server);
  const text = 'x'.repeat(8_000);
  for (let n = 1; n <= 40; n++) say(slow.client, n, text);
  for (let n = 1; n <= 40; n++) await slow.client.next('ack');
  slow.client.socket.pause();
  const before = process.memoryUsage().rss;
  // Each answer is about 250 KB; the kernels' own buffers take a few megabytes before ours fill up.
  for (let request = 1; request <= 200; request++) {
    slow.client.send({ type: 'fetch', request, conversation: slow.conversation, after: 0, limit: 300 });
  }
  say(other.client, 1, 'still served');
  expect(await other.client.next('ack')).toMatchObject({ seq: 2 });
  const sent = await framesOutAtRest();
  // 40 messages with their answers, and far fewer than 200 pages.
  expect(sent).toBeLessThan(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  slow.client.socket.resume();
  expect(await slow.client.closed).toMatchObject({ code: 4008 });
  say(other.client, 2, 'and still');
  expect(await other.client.next('ack')).toMatchObject({ seq: 3 });
});

/** How many frames the server has sent, once it sends no more. */
async function framesOutAtRest(): Promise<number> {
  const readings: number[] = [];
  for (;;) {
    readings.unshift(await metricOf(server, 'alongside_frames_out_total'));
    const [first = 0, ...before] = readings.slice(0, 4);
    if (before.length === 3 && before.every((each) => each === first)) return first;
    await new Promise((next) => setTimeout(next, 50));
  }
}

test('[T13] messages over the rate are refused with a time, use up no counter, and go through later', async () => {
  await start({ visitorMessages: { burst: 3, perMinute: 600 } });
  const { client } = await welcomedVisitor(server);
  for (let n = 1; n <= 4; n++) say(client, n, `message ${n}`);
  const refused = await client.next('refused');
  expect(refused).toMatchObject({ code: 'rate-limited' });
  expect(refused['retryAfter']).toBeGreaterThan(0);
  await new Promise((next) => setTimeout(next, refused['retryAfter'] as number));
  say(client, 4, 'message 4');
  expect(await client.next('ack')).toMatchObject({ seq: 5 });
});

test('[T13] the rate of a person holds over all their connections', async () => {
  await start({ visitorMessages: { burst: 2, perMinute: 1 } });
  const first = await welcomedVisitor(server);
  const second = await welcomedVisitor(server, { access: first.tokens.access });
  say(first.client, 1, 'one');
  await first.client.next('ack');
  say(second.client, 1, 'two');
  await second.client.next('ack');
  say(first.client, 2, 'three');
  expect(await first.client.next('refused')).toMatchObject({ code: 'rate-limited' });
});

test('[T13] too many frames close the connection with 4029 and a time', async () => {
  await start({ framesPerConnection: { burst: 20, perMinute: 60 } });
  const { client } = await welcomedVisitor(server);
  for (let count = 0; count < 40; count++) client.send({ type: 'ping' });
  expect(await client.closed).toEqual({ code: 4029, reason: 'retry-after=10000' });
});

test('[T13] pings of the WebSocket protocol count as frames', async () => {
  await start({ framesPerConnection: { burst: 20, perMinute: 60 } });
  const { client } = await welcomedVisitor(server);
  for (let count = 0; count < 40; count++) client.socket.ping();
  expect(await client.closed).toMatchObject({ code: 4029 });
});

test('[T13] signals over the rate are dropped, and nothing else happens', async () => {
  await start({ signals: { burst: 2, perMinute: 1 } });
  const visitor = await welcomedVisitor(server);
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  ana.send({ type: 'open', request: 1, conversation: visitor.conversation });
  await ana.next('signal');
  for (let count = 0; count < 10; count++) {
    visitor.client.send({ type: 'signal', body: { type: 'typing', on: count % 2 === 0 } });
  }
  say(visitor.client, 1, 'done');
  await ana.next((frame) => JSON.stringify(frame).includes('done'));
  expect(
    ana.frames.filter(
      ({ type, author }) => type === 'signal' && (author as { kind: string }).kind === 'visitor',
    ),
  ).toHaveLength(2);
});

test('[T13] connections and new connections per address are limited before the handshake', async () => {
  await start({ connectionsPerAddress: 3, newConnectionsPerAddress: { burst: 5, perMinute: 1 } });
  const held = [await server.connect(), await server.connect(), await server.connect()];
  expect(await upgradeStatus()).toEqual({ status: 429, retryAfter: '10' });
  await held[0]?.close();
  await held[1]?.close();
  await server.connect();
  await server.connect();
  await held[2]?.close();
  const late = await upgradeStatus();
  expect(late.status).toBe(429);
  expect(Number(late.retryAfter)).toBeGreaterThan(30);
});

test('[T13] a full server answers 503', async () => {
  await start({ connectionsMax: 1 });
  await server.connect();
  expect(await upgradeStatus()).toEqual({ status: 503, retryAfter: '10' });
});

test('[T13] the visitors of one site leave room for those of others', async () => {
  await start({ connectionsMax: 10 });
  await welcomedVisitor(server);
  await welcomedVisitor(server);
  await welcomedVisitor(server);
  await server.identity.sites.add({
    key: 'other',
    name: 'Other',
    settings: { name: 'Chat', corner: 'end' },
    origins: [],
  });
  const late = await server.connect();
  late.send(visitorHello());
  expect(await late.closed).toEqual({ code: 1013, reason: 'retry-after=10000' });
  await welcomedVisitor(server, { site: 'other' });
});

async function upgradeStatus(): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/relay`);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode?: number; headers: Record<string, string | undefined> },
  ];
  socket.terminate();
  return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
}

test('[T13] one visitor and one address cannot take all: connections and new identities are limited', async () => {
  await start({ connectionsPerVisitor: 2, newVisitorsPerAddress: { burst: 2, perMinute: 1 } });
  const { tokens } = await welcomedVisitor(server);
  const { access } = tokens;
  await welcomedVisitor(server, { access });
  const third = await server.connect();
  third.send(visitorHello({ access }));
  expect(await third.next('error')).toMatchObject({ code: 'rate-limited' });
  expect((await third.closed).code).toBe(4029);
  await welcomedVisitor(server);
  const stranger = await server.connect();
  stranger.send(visitorHello());
  expect((await stranger.closed).code).toBe(4029);
});

test('[T13] an agent can open only so many conversations at once', async () => {
  await start({ openConversationsMax: 1 });
  const one = await welcomedVisitor(server);
  const two = await welcomedVisitor(server);
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  ana.send({ type: 'open', request: 1, conversation: one.conversation });
  await ana.next('opened');
  ana.send({ type: 'open', request: 2, conversation: two.conversation });
  expect(await ana.next('refused')).toMatchObject({ request: 2, code: 'invalid' });
  ana.send({ type: 'open', request: 3, conversation: one.conversation });
  expect(await ana.next('opened')).toMatchObject({ request: 3 });
  ana.send({ type: 'leave', conversation: one.conversation });
  ana.send({ type: 'open', request: 4, conversation: two.conversation });
  expect(await ana.next('opened')).toMatchObject({ request: 4 });
});

test('[T13] guessing sign-in codes is limited per address', async () => {
  await start({ signInsPerAddress: { burst: 3, perMinute: 1 } });
  const browser = new Browser(server);
  const statuses: number[] = [];
  for (let count = 0; count < 5; count++) {
    statuses.push((await browser.post('/v1/sign-in', { code: `guess${count}` })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
});

test('[T13] a request whose headers do not come is ended', async () => {
  await start({ httpHeadersTimeoutMs: 200, httpRequestTimeoutMs: 400 });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (data) => (received += data.toString()));
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 408/);
});

test('frames that come while one is being handled wait in their order, however many', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await start({ waitingFramesMax: 8 }, { beforeCommand: () => held });
  const { client } = await welcomedVisitor(server);
  const ids = Array.from({ length: 100 }, (_, index) => say(client, index + 1, `message ${index + 1}`).id);
  release();
  for (const id of ids) expect(await client.next('ack')).toMatchObject({ id });
});

test('a ping is answered while a command waits for the store', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await start({}, { beforeCommand: () => held });
  const { client } = await welcomedVisitor(server);
  const { id } = say(client, 1, 'slow');
  client.send({ type: 'ping' });
  await client.next('pong');
  release();
  expect(await client.next('ack')).toMatchObject({ id });
});

test('a live session that no longer stands is noticed at the next look', async () => {
  await start({ sessionCheckEveryMs: 50 });
  const sam = await new Browser(server).signIn('Sam');
  const socket = await sam.socket();
  const { id } = (await server.identity.accounts.findByName('demo', 'Sam')) ?? { id: '' };
  // As another process would: behind the back of this one.
  await server.identity.accounts.change(id, { role: 'agent' });
  expect(await socket.closed).toMatchObject({ code: 4010 });
});

test('[DL11] a fault of a handler is an answer, and the connection lives on', async () => {
  let broken = true;
  await start(
    {},
    { beforeCommand: () => (broken ? Promise.reject(new Error('planted')) : Promise.resolve()) },
  );
  const { client } = await welcomedVisitor(server);
  const id = newCommand();
  client.send({ type: 'command', id, n: 1, body: { type: 'chat.send', text: 'x' } });
  expect(await client.next('refused')).toMatchObject({ id, code: 'internal' });
  broken = false;
  say(client, 1, 'again');
  expect(await client.next('ack')).toMatchObject({ seq: 2 });
  expect(server.lines.filter((line) => line.includes('planted'))).toHaveLength(1);
});
