import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../sdk/src/protocol/index.ts';
import {
  Browser,
  type RawClient,
  type TestServer,
  type WelcomedVisitor,
  newCommand,
  newDevice,
  say,
  startTestServer,
  visitorHello,
  welcomedVisitor,
} from './transport-harness.ts';

let server: TestServer;
let witness: WelcomedVisitor;
let counter = 0;

beforeAll(async () => {
  server = await startTestServer();
  await server.identity.sites.add({
    key: 'other',
    name: 'Another shop',
    settings: { name: 'Chat', corner: 'end' },
    origins: ['https://other.test'],
  });
  witness = await welcomedVisitor(server);
});
afterAll(() => server.stop());

/** Whatever was sent: others do not notice, and nothing was logged as a fault. */
afterEach(async () => {
  const { id } = say(witness.client, ++counter, `still here ${counter}`);
  expect(await witness.client.next('ack')).toMatchObject({ id });
  expect(server.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

async function rawSocket(): Promise<RawClient> {
  return server.connect();
}

async function storedIn(conversation: string): Promise<string[]> {
  const page = await server.log.read(conversation, { reader: 'staff', after: 0, limit: 300, maxBytes: 1e6 });
  return page.entries.map((entry) => JSON.stringify(entry));
}

const nested = (depth: number): object => (depth === 0 ? {} : { deeper: nested(depth - 1) });
const chat = (more: object): object => ({
  type: 'command',
  id: newCommand(),
  n: 1,
  body: { type: 'chat.send', text: 'x', ...more },
});

test.each([
  ['not JSON', '{"type":', 4000],
  ['empty', '', 4000],
  ['plain words', 'hello', 4000],
])('a frame that is %s closes the connection as a protocol error', async (_name, text, code) => {
  const { client, conversation } = await welcomedVisitor(server);
  client.socket.send(text);
  expect(await client.closed).toMatchObject({ code });
  expect(await storedIn(conversation)).toEqual([]);
});

test('a binary frame closes the connection as a protocol error', async () => {
  const { client } = await welcomedVisitor(server);
  client.socket.send(Buffer.from(JSON.stringify(chat({}))), { binary: true });
  expect(await client.closed).toMatchObject({ code: 4000, reason: 'binary' });
});

test('a text frame that is not UTF-8 closes the connection with 1007', async () => {
  const { client } = await welcomedVisitor(server);
  client.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
  expect(await client.closed).toMatchObject({ code: 1007 });
});

test('a frame over 64 KB closes the connection with 1009', async () => {
  const { client, conversation } = await welcomedVisitor(server);
  client.send(chat({ text: 'x'.repeat(64 * 1024) }));
  expect(await client.closed).toMatchObject({ code: 1009 });
  expect(await storedIn(conversation)).toEqual([]);
});

test.each([
  ['nested 17 deep', { extra: nested(16) }, 'too-large'],
  ['with 201 keys', Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, 1])), 'too-large'],
  ['with a list of 5,001', { extra: Array.from({ length: 5_001 }, () => 0) }, 'too-large'],
  ['with a text of 8,001 characters', { text: 'x'.repeat(8_001) }, 'too-large'],
  ['with an empty text', { text: '   ' }, 'malformed'],
  ['with a number for a text', { text: 5 }, 'malformed'],
  ['with a lone surrogate', { text: 'a\ud800b' }, 'malformed'],
  ['with a NUL', { text: 'a\0b' }, 'malformed'],
  ['of an unknown type', { type: 'chat.shout' }, 'unknown-type'],
  ['that only agents may send', { type: 'chat.note' }, 'unknown-type'],
])('a command %s is refused by its id, and nothing is stored', async (_name, more, code) => {
  const { client, conversation } = await welcomedVisitor(server);
  const command = chat(more);
  client.send(command);
  const { id } = command as { id: string };
  expect(await client.next('refused')).toMatchObject({ id, code });
  expect(await storedIn(conversation)).toEqual([]);
  say(client, 1, 'and on it goes');
  expect(await client.next('ack')).toMatchObject({ seq: 2 });
});

test.each(['__proto__', 'constructor', 'prototype'])(
  'a key %s anywhere is refused, and no prototype is touched',
  async (key) => {
    const { client, conversation } = await welcomedVisitor(server);
    const id = newCommand();
    client.socket.send(
      `{"type":"command","id":"${id}","n":1,"body":{"type":"chat.send","text":"x","a":[{"${key}":{"polluted":1}}]}}`,
    );
    expect(await client.next('refused')).toMatchObject({ id, code: 'malformed' });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(await storedIn(conversation)).toEqual([]);
  },
);

test.each([
  ['null', null],
  ['a list', []],
  ['a number', 7],
  ['without a type', {}],
  ['of an unknown type', { type: 'shout' }],
  ['a command without an id', { type: 'command', n: 1, body: { type: 'chat.send', text: 'x' } }],
  ['a command with a foreign id', { type: 'command', id: 'x"1', body: { type: 'chat.send', text: 'x' } }],
  ['with an inherited type', { type: 'toString' }],
])('a frame that is %s is answered with an error, and the connection stays', async (_name, frame) => {
  const { client } = await welcomedVisitor(server);
  client.socket.send(JSON.stringify(frame));
  const { code } = await client.next('error');
  expect(['malformed', 'unknown-type']).toContain(code);
  client.send({ type: 'ping' });
  await client.next('pong');
});

test('[T12] author, time, number and audience that a client names are ignored', async () => {
  const { client, conversation } = await welcomedVisitor(server);
  const forged = {
    author: { kind: 'agent', id: 'agt_00000000000000000000000000', name: 'Ana' },
    at: 1,
    seq: 99,
    audience: 'staff',
    visitor: 'vis_00000000000000000000000000',
    conversation: witness.conversation,
  };
  client.send({ ...chat(forged), ...forged });
  await client.next('ack');
  const [, stored] = (await storedIn(conversation)).map(
    (text) => JSON.parse(text) as Record<string, unknown>,
  );
  expect(stored).toMatchObject({ seq: 2, audience: 'everyone', author: { kind: 'visitor' } });
  expect(stored?.['at']).toBeGreaterThan(1_600_000_000_000);
  expect(Object.keys(stored?.['body'] as object).sort()).toEqual(['text', 'type']);
});

test('[T11] a visitor can neither read another’s conversation nor learn whether it exists', async () => {
  const { client } = await welcomedVisitor(server);
  const fetchOf = (request: number, conversation: string): object => ({
    type: 'fetch',
    request,
    conversation,
    after: 0,
    limit: 10,
  });
  client.send(fetchOf(1, witness.conversation));
  const forbidden = await client.next('refused');
  client.send(fetchOf(2, 'cnv_00000000000000000000000000'));
  const missing = await client.next('refused');
  expect(forbidden).toEqual({ ...missing, request: 1 });
  expect(forbidden).toMatchObject({ code: 'not-found' });
});

test('[T11] an agent of another site neither reads nor writes here', async () => {
  const { accounts, agents } = server.identity;
  const eve = await accounts.add({ site: 'other', name: 'Eve', role: 'admin' });
  const browser = new Browser(server);
  await browser.post('/v1/sign-in', { code: await agents.newLink(eve.id) });
  const socket = await browser.socket();
  const { conversation } = witness;
  const before = (await storedIn(conversation)).length;
  socket.send({ type: 'open', request: 1, conversation });
  expect(await socket.next('refused')).toMatchObject({ request: 1, code: 'not-found' });
  socket.send({ type: 'fetch', request: 2, conversation, after: 0, limit: 10 });
  expect(await socket.next('refused')).toMatchObject({ request: 2, code: 'not-found' });
  const id = newCommand();
  socket.send({ type: 'command', id, n: 1, conversation, body: { type: 'chat.send', text: 'x' } });
  expect(await socket.next('refused')).toMatchObject({ id, code: 'not-found' });
  const response = await browser.get(`/v1/conversations/${conversation}/entries`);
  expect(response.status).toBe(404);
  expect(await storedIn(conversation)).toHaveLength(before);
});

test('a visitor cannot write as an agent: an agent’s frames are not in a visitor’s language', async () => {
  const { client, conversation } = await welcomedVisitor(server);
  client.send({ type: 'open', request: 1, conversation: witness.conversation });
  expect(await client.next('refused')).toMatchObject({ request: 1, code: 'unknown-type' });
  client.send({ type: 'desk.open' });
  expect(await client.next('error')).toMatchObject({ code: 'unknown-type' });
  client.send({ ...visitorHello(), role: 'agent', ticket: 'x' });
  expect(await client.closed).toMatchObject({ code: 4000 });
  expect(await storedIn(conversation)).toEqual([]);
});

test.each([
  ['a version from the future', { protocol: { min: PROTOCOL_VERSION + 1, max: 99 } }, 4002],
  ['no versions', { protocol: {} }, 4000],
  ['a broken device', { device: 'dev_1' }, 4000],
  ['an unknown site', { site: 'nowhere' }, 4003],
  ['a token that is none', { access: 'x.y.z' }, 4001],
  ['an unknown role', { role: 'root' }, 4000],
])('a hello with %s is closed with its code', async (_name, more, code) => {
  const client = await rawSocket();
  client.send(visitorHello(more));
  await client.next('error');
  expect(await client.closed).toMatchObject({ code });
});

test('versions overlap: the highest common one is spoken', async () => {
  const { welcome } = await welcomedVisitor(server, { protocol: { min: 1, max: 99 } });
  expect(welcome).toMatchObject({ protocol: PROTOCOL_VERSION });
});

test('a first frame that is no hello closes the connection, and a second hello too', async () => {
  const early = await rawSocket();
  early.send(chat({}));
  expect(await early.closed).toMatchObject({ code: 4000 });
  const { client } = await welcomedVisitor(server);
  client.send(visitorHello());
  expect(await client.closed).toMatchObject({ code: 4000 });
});

test('[DL2] a command that was replayed from another connection of the visitor changes nothing', async () => {
  const device = newDevice();
  const first = await welcomedVisitor(server, { device });
  const { id } = say(first.client, 1, 'once');
  const ack = await first.client.next('ack');
  const { access } = first.tokens;
  const second = await welcomedVisitor(server, { device, access });
  second.client.send({ type: 'command', id, n: 1, body: { type: 'chat.send', text: 'once' } });
  expect(await second.client.next('ack')).toMatchObject({ id, seq: ack['seq'] });
  expect(await storedIn(first.conversation)).toHaveLength(2);
});

test('a fetch with both ends, none, or a limit over 300 is refused', async () => {
  const { client, conversation } = await welcomedVisitor(server);
  const send = (request: number, more: object): void =>
    client.send({ type: 'fetch', request, conversation, limit: 10, ...more });
  send(1, { after: 0, before: 9 });
  send(2, {});
  send(3, { after: 0, limit: 301 });
  send(4, { after: -1 });
  expect(await client.next('refused')).toMatchObject({ request: 1, code: 'invalid' });
  expect(await client.next('refused')).toMatchObject({ request: 2, code: 'invalid' });
  expect(await client.next('refused')).toMatchObject({ request: 3, code: 'malformed' });
  expect(await client.next('refused')).toMatchObject({ request: 4, code: 'malformed' });
});

test.each([
  ['garbage', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400/],
  ['an upgrade elsewhere', upgradeTo('/v1/other'), /^HTTP\/1\.1 404/],
  ['an upgrade without a key', upgradeTo('/v1/relay'), /^HTTP\/1\.1 400/],
  ['a header of 9 KB', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(9_000)}\r\n\r\n`, /^HTTP\/1\.1 431/],
])('%s instead of a request is answered and ended', async (_name, text, answer) => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (data) => (received += data.toString()));
  socket.write(text);
  await once(socket, 'close');
  expect(received).toMatch(answer);
});

function upgradeTo(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
}
