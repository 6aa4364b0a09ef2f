import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  Browser,
  type TestServer,
  newCommand,
  newDevice,
  say,
  startTestServer,
  welcomedVisitor,
} from './transport-harness.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

test('a command is answered with its number and comes back as an entry', async () => {
  const { client } = await welcomedVisitor(server);
  const { id } = say(client, 1, 'Do you repair bells?');
  const ack = await client.next('ack');
  expect(ack).toMatchObject({ id, seq: 2, head: 2 });
  const entries = client.frames.filter(({ type }) => type === 'entry').map(({ entry }) => entry);
  expect(entries).toMatchObject([
    { seq: 1, prev: 0, body: { type: 'sitting.opened' } },
    { seq: 2, prev: 1, command: id, body: { type: 'chat.message', text: 'Do you repair bells?' } },
  ]);
});

test('an agent who reads a conversation gets its entries as they come, and the visitor the answer', async () => {
  const visitor = await welcomedVisitor(server);
  say(visitor.client, 1, 'Hello');
  await visitor.client.next('ack');
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  ana.send({ type: 'open', request: 1, conversation: visitor.conversation });
  expect(await ana.next('opened')).toMatchObject({
    opened: { resumed: false, head: 2, entries: [{ seq: 1 }, { seq: 2 }], older: false },
  });
  expect(await ana.next('signal')).toMatchObject({
    author: { kind: 'system' },
    body: { type: 'online', on: true },
  });
  const id = newCommand();
  ana.send({
    type: 'command',
    id,
    n: 1,
    conversation: visitor.conversation,
    body: { type: 'chat.send', text: 'Hello, Ana here' },
  });
  expect(await ana.next('ack')).toMatchObject({ id, seq: 3, conversation: visitor.conversation });
  const entry = await visitor.client.next(
    (frame) => frame.type === 'entry' && (frame['entry'] as { seq: number }).seq === 3,
  );
  expect(entry).toMatchObject({ entry: { author: { kind: 'agent', name: 'Ana' }, prev: 2 } });
});

test('[DL4] a note never reaches the visitor, and the chain of what the visitor sees has no break', async () => {
  const { client, conversation } = await welcomedVisitor(server);
  say(client, 1, 'Hello');
  await client.next('ack');
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  const write = (n: number, type: string, text: string): void =>
    ana.send({ type: 'command', id: newCommand(), n, conversation, body: { type, text } });
  write(1, 'chat.note', 'careful with this one');
  write(2, 'chat.send', 'How can I help?');
  const answer = await client.next(
    (frame) => frame.type === 'entry' && (frame['entry'] as { seq: number }).seq === 4,
  );
  expect(answer).toMatchObject({ entry: { seq: 4, prev: 2 } });
  client.send({ type: 'fetch', request: 7, conversation, after: 0, limit: 300 });
  const page = await client.next('page');
  expect((page['entries'] as { seq: number }[]).map(({ seq }) => seq)).toEqual([1, 2, 4]);
  expect(JSON.stringify(client.frames)).not.toContain('careful');
});

test('[DL2] a repeated command gets the first answer, with another text also a conflict', async () => {
  const { client } = await welcomedVisitor(server);
  const { id } = say(client, 1, 'once');
  const first = await client.next('ack');
  client.send({ type: 'command', id, n: 1, body: { type: 'chat.send', text: 'once' } });
  expect(await client.next('ack')).toEqual({ ...first, head: first['head'] });
  client.send({ type: 'command', id, n: 1, body: { type: 'chat.send', text: 'twice' } });
  expect(await client.next('ack')).toMatchObject({ id, seq: first['seq'], conflict: true });
});

test('[DL3] a jump of the device counter is refused with the number that is expected', async () => {
  const { client } = await welcomedVisitor(server);
  const { id } = say(client, 3, 'too early');
  expect(await client.next('refused')).toMatchObject({ id, code: 'out-of-order', expected: 1 });
});

test('[DL3] commands of one connection are stored in the order in which they came', async () => {
  const { client } = await welcomedVisitor(server);
  for (let n = 1; n <= 30; n++) say(client, n, `message ${n}`);
  for (let n = 1; n <= 30; n++) await client.next('ack');
  const texts = client.frames
    .filter(({ type }) => type === 'entry')
    .map(({ entry }) => (entry as { body: { text?: string } }).body.text)
    .filter((text) => text !== undefined);
  expect(texts).toEqual(Array.from({ length: 30 }, (_, index) => `message ${index + 1}`));
});

test('[DL4] a position that is known is resumed, without entries, and the head is told', async () => {
  const device = newDevice();
  const first = await welcomedVisitor(server, { device });
  const { id } = say(first.client, 1, 'one');
  await first.client.next('ack');
  await first.client.close();
  const { epoch } = first.welcome['opened'] as { epoch: string };
  const { access, refresh } = first.tokens;
  const position = { conversation: first.conversation, epoch, seq: 2, command: id };
  const again = await welcomedVisitor(server, { device, access, refresh, position });
  expect(again.welcome).toMatchObject({ counter: 1, opened: { resumed: true, head: 2 } });
  expect(again.welcome['tokens']).toBeUndefined();
});

test('[DL3] a position that the server lacks is answered whole, in a new epoch', async () => {
  const first = await welcomedVisitor(server);
  say(first.client, 1, 'one');
  await first.client.next('ack');
  const { epoch } = first.welcome['opened'] as { epoch: string };
  const { access } = first.tokens;
  const position = { conversation: first.conversation, epoch, seq: 9, command: newCommand() };
  const again = await welcomedVisitor(server, { access, position });
  expect(again.welcome).toMatchObject({ opened: { resumed: false, head: 2 } });
  expect((again.welcome['opened'] as { epoch: string }).epoch).not.toBe(epoch);
});

test('typing shows on the other side only, and the page reaches agents', async () => {
  const visitor = await welcomedVisitor(server);
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  ana.send({ type: 'open', request: 1, conversation: visitor.conversation });
  await ana.next('signal');
  visitor.client.send({ type: 'signal', body: { type: 'typing', on: true } });
  expect(await ana.next('signal')).toMatchObject({
    author: { kind: 'visitor' },
    body: { type: 'typing', on: true },
  });
  const page = { url: 'https://shop.test/basket', title: 'Basket' };
  visitor.client.send({ type: 'signal', body: { type: 'page', page } });
  expect(await ana.next('signal')).toMatchObject({ body: { type: 'page', page } });
  ana.send({ type: 'signal', conversation: visitor.conversation, body: { type: 'typing', on: true } });
  expect(await visitor.client.next('signal')).toMatchObject({ author: { kind: 'agent', name: 'Ana' } });
  expect(visitor.client.frames.filter(({ type }) => type === 'signal')).toHaveLength(1);
});

test('an agent sees the visitor leave, and presence is told once per session', async () => {
  const visitor = await welcomedVisitor(server);
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  ana.send({ type: 'open', request: 1, conversation: visitor.conversation });
  await ana.next('signal');
  await visitor.client.close();
  expect(await ana.next('signal')).toMatchObject({ body: { type: 'online', on: false } });
  const ofVisitor = server.presence.filter(({ session }) => session.kind === 'visitor');
  expect(ofVisitor.map(({ what }) => what)).toEqual(['connected', 'disconnected']);
});

test('the desk comes whole when asked for, then as numbered differences', async () => {
  const ana = await (await new Browser(server).signIn('Ana')).socket();
  const queue = { type: 'queue', queue: 'chat', waiting: 1 };
  server.deskChanged(new Map([['a', queue]]));
  ana.send({ type: 'desk.open' });
  expect(await ana.next('desk')).toMatchObject({ version: 1, rows: [{ key: 'a', waiting: 1 }] });
  server.deskChanged(new Map([['b', queue]]));
  expect(await ana.next('desk.patch')).toMatchObject({
    from: 1,
    version: 2,
    put: [{ key: 'b' }],
    remove: ['a'],
  });
  server.deskChanged(new Map([['b', queue]]));
  server.deskChanged(new Map([['b', { ...queue, waiting: 2 }]]));
  expect(await ana.next('desk.patch')).toMatchObject({
    from: 2,
    version: 3,
    put: [{ key: 'b', waiting: 2 }],
  });
});

test('visitors are told who is there after the welcome and when it changes', async () => {
  const { client } = await welcomedVisitor(server);
  expect(await client.next('availability')).toMatchObject({ agents: [], open: false });
  server.availabilityChanged([{ id: 'agt_00000000000000000000000000', name: 'Ana' }]);
  expect(await client.next('availability')).toMatchObject({ agents: [{ name: 'Ana' }], open: true });
});
