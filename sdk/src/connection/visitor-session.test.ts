// Over 300 lines: one client against one played server; a describe for each thing that a visitor does.
import { describe, expect, test } from 'vitest';
import {
  ANA,
  CONVERSATION,
  EPOCH,
  PlayedServer,
  entryOf,
  openedWith,
} from '../../../tests/support/simulation/played-server.ts';
import { memoryOutboxStore } from './outbox-store.ts';
import { memoryTokenStore } from './token-store.ts';
import { platformRandom } from '../lib/ids.ts';
import { visitorUp } from '../protocol/index.ts';
import { connectVisitor } from './visitor-session.ts';

const options = { server: 'http://relay.test', site: 'demo' };
const tokens = { access: 'access-1', accessLastsMs: 600_000, refresh: 'refresh-1' };

function visitor(server: PlayedServer, more: object = {}) {
  return connectVisitor({ ...options, ...more }, server.ports);
}

describe('a visitor comes', () => {
  test('the first hello has a device, the masked page and no token; the tokens of the welcome are kept', async () => {
    const kept = memoryTokenStore();
    const server = new PlayedServer(undefined, kept);
    const page = { url: 'https://shop.test/basket?session=secret', title: 'Basket of ana@example.com' };
    const client = visitor(server, { page, locale: 'de' });
    const hello = await server.hello();
    expect(visitorUp.decode(hello, '')).toEqual(hello);
    expect(hello).toMatchObject({
      type: 'hello',
      role: 'visitor',
      site: 'demo',
      locale: 'de',
      page: { url: 'https://shop.test/basket', title: 'Basket of ••••••' },
    });
    expect(hello).not.toHaveProperty('access');
    await server.welcomeVisitor(openedWith([]), { tokens });
    expect(kept.read()).toEqual({ access: 'access-1', refresh: 'refresh-1' });
    expect([client.connection.value.state, client.conversation.value.id]).toEqual(['online', CONVERSATION]);
  });

  test('again: with tokens, and with where the copy ends', async () => {
    const kept = memoryTokenStore();
    kept.write({ access: 'access-1', refresh: 'refresh-1' });
    const server = new PlayedServer(undefined, kept);
    const client = visitor(server);
    expect(await server.hello()).toMatchObject({ access: 'access-1', refresh: 'refresh-1' });
    await server.welcomeVisitor(openedWith([entryOf(1, { type: 'chat.message', text: 'hi' })]), {
      tokens: { access: 'access-2', accessLastsMs: 600_000 },
    });
    expect(kept.read()).toEqual({ access: 'access-2', refresh: 'refresh-1' });
    await server.breakConnection();
    const hello = await server.hello();
    expect(hello['position']).toEqual({ conversation: CONVERSATION, epoch: EPOCH, seq: 1 });
    expect(visitorUp.decode(hello, '')).toEqual(hello);
    await client.stop();
  });

  test('refused tokens are dropped, unless another tab has newer ones', async () => {
    const kept = memoryTokenStore();
    kept.write({ access: 'old', refresh: 'old' });
    const server = new PlayedServer(undefined, kept);
    visitor(server);
    await server.hello();
    kept.write({ access: 'new', refresh: 'new' });
    server.line.close(4001);
    await server.time.advance(300);
    expect(await server.hello()).toMatchObject({ refresh: 'new' });
    server.line.close(4001);
    await server.time.advance(600);
    expect(await server.hello()).not.toHaveProperty('refresh');
  });
});

describe('a visitor says something', () => {
  test('[DL5] [DL6] it is saved, sent, known to be stored, and becomes its entry', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    const { id } = await client.send('hello');
    expect(client.conversation.value.pending).toMatchObject([{ id, text: 'hello', state: 'saved' }]);
    await server.hello();
    await server.welcomeVisitor();
    const body = { type: 'chat.send', text: 'hello' };
    expect(server.look()).toEqual([{ type: 'command', id, n: 1, body }]);
    await server.receive({ type: 'ack', id, seq: 2, head: 2 });
    expect(client.conversation.value.pending).toMatchObject([{ id, seq: 2 }]);
    const sitting = `sit_${'0'.repeat(26)}`;
    const item = `itm_${'0'.repeat(26)}`;
    const conversation = CONVERSATION;
    const opened = { type: 'sitting.opened', sitting, item, channel: 'chat' } as const;
    await server.receive({ type: 'entry', conversation, entry: entryOf(1, opened, { command: id }) });
    expect(client.conversation.value.pending).toHaveLength(1);
    const said = entryOf(2, { type: 'chat.message', text: 'hello' }, { command: id });
    await server.receive({ type: 'entry', conversation, entry: said });
    const { entries, pending, header } = client.conversation.value;
    expect([entries.length, pending, header.unreadByAgents]).toEqual([2, [], [2]]);
  });

  test('[DL2] the entry before the ack: never shown twice, at no moment', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    const shown = new Set<string>();
    client.conversation.subscribe(({ entries, pending }) => {
      shown.add(`${pending.length} pending, ${entries.length} entries`);
    });
    await server.hello();
    await server.welcomeVisitor();
    const { id } = await client.send('hello');
    const entry = entryOf(1, { type: 'chat.message', text: 'hello' }, { command: id });
    await server.receive({ type: 'entry', conversation: CONVERSATION, entry });
    await server.receive({ type: 'ack', id, seq: 1, head: 1 });
    expect([...shown]).toEqual(['0 pending, 0 entries', '1 pending, 0 entries', '0 pending, 1 entries']);
  });

  test('[DL2] two alike are two: an echo is known by its command, not by its text', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    const { id } = await client.send('hello');
    const other = entryOf(1, { type: 'chat.message', text: 'hello' });
    await server.receive({ type: 'entry', conversation: CONVERSATION, entry: other });
    expect(client.conversation.value.pending.map((each) => each.id)).toEqual([id]);
  });

  test('[DL5] a reload finds what was not acknowledged, and sends it under the same id', async () => {
    const disk = memoryOutboxStore(platformRandom);
    const first = visitor(new PlayedServer(disk));
    const { id } = await first.send('hello');
    await first.stop();
    const server = new PlayedServer(disk);
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    expect(server.look()).toMatchObject([{ id, n: 1 }]);
    // The server had stored it, and the reload came before its answer.
    await server.receive({ type: 'ack', id, seq: 1, head: 1 });
    expect(client.conversation.value.pending).toMatchObject([{ seq: 1 }]);
  });

  test('[DL11] a refusal is shown with its reason; tried again or deleted as the person wants', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    const { id } = await client.send('hello');
    server.look();
    await server.receive({ type: 'refused', id, code: 'forbidden', message: 'not here' });
    expect(client.conversation.value.pending).toMatchObject([
      { id, state: 'refused', code: 'forbidden', reason: 'not here' },
    ]);
    await client.tryAgain(id);
    const [again] = server.look();
    expect(again).toMatchObject({ n: 2, body: { text: 'hello' } });
    expect(again?.['id']).not.toBe(id);
    const second = String(again?.['id']);
    await server.receive({ type: 'refused', id: second, code: 'forbidden', message: 'not here' });
    await client.discard(second);
    expect(client.conversation.value.pending).toEqual([]);
  });

  test.for(['', '   ', 'x'.repeat(8_001)])(
    'what no server takes is rejected before it is saved',
    async (text) => {
      const client = visitor(new PlayedServer());
      await expect(client.send(text)).rejects.toThrow();
      expect(client.conversation.value.pending).toEqual([]);
    },
  );

  test('[DL5] half a character or a NUL is replaced, not refused', async () => {
    const client = visitor(new PlayedServer());
    await client.send('a\ud800b\0c💬');
    expect(client.conversation.value.pending).toMatchObject([{ text: 'a\ufffdb\ufffdc💬' }]);
  });

  test('[DL5] where storage is denied, the client says so and works', async () => {
    const server = new PlayedServer({
      change: () => Promise.reject(new Error('denied')),
      close: () => undefined,
    });
    const client = visitor(server);
    expect(client.storage.value).toBe('opening');
    await client.send('hello');
    expect(client.storage.value).toBe('memory');
    await server.hello();
    await server.welcomeVisitor();
    expect(server.look()).toMatchObject([{ body: { text: 'hello' } }]);
  });
});

describe('a visitor sees', () => {
  test('who is there, and who types', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    await server.receive({ type: 'availability', agents: [ANA], open: true });
    expect(client.availability.value).toMatchObject({ agents: [ANA], open: true });
    const author = { kind: 'agent', ...ANA };
    const signal = { type: 'signal', conversation: CONVERSATION, author, body: { type: 'typing', on: true } };
    await server.receive(signal);
    expect(client.conversation.value.typing).toEqual([author]);
    const entry = entryOf(1, { type: 'chat.message', text: 'hi' }, { author: { kind: 'agent', ...ANA } });
    await server.receive({ type: 'entry', conversation: CONVERSATION, entry });
    expect(client.conversation.value.typing).toEqual([]);
    await server.receive(signal);
    await server.time.advance(6_000);
    expect(client.conversation.value.typing).toEqual([]);
  });

  test('[DL4] a lost last entry with the next heartbeat', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    await server.receive({ type: 'ping', heads: [{ conversation: CONVERSATION, seq: 1 }] });
    await server.time.advance(1_000);
    const fetch = server.look().find(({ type }) => type === 'fetch');
    expect(fetch).toMatchObject({ conversation: CONVERSATION, after: 0 });
    const page = {
      type: 'page',
      request: fetch?.['request'],
      conversation: CONVERSATION,
      head: 1,
      more: false,
    };
    await server.receive({ ...page, entries: [entryOf(1, { type: 'chat.message', text: 'hi' })] });
    expect(client.conversation.value.entries).toHaveLength(1);
  });

  test('[DL3] that the server was restored: another epoch, what was shown before is gone', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor(openedWith([entryOf(1, { type: 'chat.message', text: 'lost' })]));
    await server.breakConnection();
    await server.hello();
    await server.welcomeVisitor(openedWith([], { epoch: `epo_${'2'.repeat(26)}` }));
    expect(client.conversation.value).toMatchObject({ entries: [], restored: true });
  });
});

test('[DL6] what a restored server may have lost is no longer said to be stored', async () => {
  const server = new PlayedServer();
  const client = visitor(server);
  await server.hello();
  await server.welcomeVisitor();
  const { id } = await client.send('hello');
  await server.receive({ type: 'ack', id, seq: 1, head: 1 });
  expect(client.conversation.value.pending).toMatchObject([{ id, seq: 1 }]);
  await server.breakConnection();
  await server.hello();
  await server.welcomeVisitor(openedWith([], { epoch: `epo_${'2'.repeat(26)}` }));
  expect(client.conversation.value.pending).toEqual([]);
});

describe('what goes out beside messages', () => {
  test('marks, debounced, and again after a reconnect that swallowed the answer', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    const entry = entryOf(1, { type: 'chat.message', text: 'hi' }, { author: { kind: 'agent', ...ANA } });
    await server.welcomeVisitor(openedWith([entry]));
    client.markDelivered(1);
    client.markRead(1);
    await server.time.advance(300);
    const [receipt] = server.look();
    const body = { type: 'chat.receipt', delivered: 1, read: 1 };
    expect(receipt).toEqual({ type: 'command', id: receipt?.['id'], body });
    await server.breakConnection();
    await server.hello();
    await server.welcomeVisitor(openedWith([], { resumed: true, head: 1 }));
    expect(server.look()).toEqual([receipt]);
    await server.receive({ type: 'ack', id: receipt?.['id'], seq: 2, head: 2 });
    client.markRead(1);
    await server.time.advance(1_000);
    expect(server.look().filter(({ type }) => type === 'command')).toEqual([]);
  });

  test('typing and the page, masked', async () => {
    const server = new PlayedServer();
    const client = visitor(server);
    await server.hello();
    await server.welcomeVisitor();
    client.typing(true);
    client.typing(true);
    client.typing(false);
    client.showPage({ url: 'https://shop.test/pay?card=1', title: 'Pay' });
    const frames = server.look();
    expect(frames.map(({ body }) => body)).toEqual([
      { type: 'typing', on: true },
      { type: 'typing', on: false },
      { type: 'page', page: { url: 'https://shop.test/pay', title: 'Pay' } },
    ]);
    for (const frame of frames) expect(visitorUp.decode(frame, '')).toEqual(frame);
  });
});

describe('[DL5] the draft', () => {
  test('is kept over a reload, also when the page is hidden at once', async () => {
    const disk = memoryOutboxStore(platformRandom);
    const server = new PlayedServer(disk);
    const client = visitor(server);
    expect(await client.readDraft()).toBe('');
    client.writeDraft('half');
    expect(await client.readDraft()).toBe('half');
    client.writeDraft('half a sentence');
    server.surroundings.tell('hidden');
    await server.time.advance(0);
    expect(await visitor(new PlayedServer(disk)).readDraft()).toBe('half a sentence');
  });

  /** A disk that has no time for anything any more. */
  const gone = { change: () => new Promise<never>(() => undefined), close: () => undefined };

  test('typed just before the page goes, it is kept at once and saved by the next page', async () => {
    const texts = new Map<string, string>();
    const server = new PlayedServer(gone, undefined, texts);
    const client = visitor(server);
    client.writeDraft('half a sentence');
    server.surroundings.tell('hidden');
    expect([...texts.values()]).toEqual(['half a sentence']);
    const disk = memoryOutboxStore(platformRandom);
    const next = new PlayedServer(disk, undefined, texts);
    const later = visitor(next);
    expect(await later.readDraft()).toBe('half a sentence');
    later.writeDraft('half a sentence more');
    await next.time.advance(500);
    expect([await later.readDraft(), texts.size]).toEqual(['half a sentence more', 0]);
    expect(await visitor(new PlayedServer(disk, undefined, texts)).readDraft()).toBe('half a sentence more');
  });

  test('a copy does not come back once its message is sent', async () => {
    const texts = new Map([['alongside:demo:draft:visitor', 'hello']]);
    const disk = memoryOutboxStore(platformRandom);
    const client = visitor(new PlayedServer(disk, undefined, texts));
    await client.send('hello');
    expect([texts.size, await client.readDraft()]).toEqual([0, '']);
  });

  test('a page that was only out of sight keeps no copy', async () => {
    const texts = new Map<string, string>();
    const server = new PlayedServer(undefined, undefined, texts);
    const client = visitor(server);
    client.writeDraft('half');
    server.surroundings.tell('hidden');
    await server.time.advance(0);
    expect([texts.size, await client.readDraft()]).toEqual([0, 'half']);
  });

  test('goes with the message that it became', async () => {
    const disk = memoryOutboxStore(platformRandom);
    const client = visitor(new PlayedServer(disk));
    client.writeDraft('hello ');
    await client.send('hello');
    expect(await client.readDraft()).toBe('');
    expect(await visitor(new PlayedServer(disk)).readDraft()).toBe('');
  });
});

test('stop closes the connection and leaves nothing behind', async () => {
  const server = new PlayedServer();
  const client = visitor(server);
  await server.hello();
  await server.welcomeVisitor();
  client.typing(true);
  client.writeDraft('x');
  await client.stop();
  expect([server.line.closed, server.surroundings.watchers, client.connection.value.state]).toEqual([
    true,
    0,
    'idle',
  ]);
  await server.time.advance(120_000);
  expect(server.lines).toHaveLength(1);
});
