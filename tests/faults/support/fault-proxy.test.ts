// Over 300 lines: one proxy; each of its faults, on TCP and on WebSockets.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { FaultProxy } from './fault-proxy.ts';

const SEED = 7;

/** Collects what a socket receives. */
function received(socket: Socket): { text: () => string; until: (length: number) => Promise<void> } {
  let text = '';
  const watchers = new Set<() => void>();
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    for (const watcher of watchers) watcher();
  });
  return {
    text: () => text,
    until: (length) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (text.length >= length) resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

const portOf = (server: Server | ReturnType<typeof createHttpServer>): number =>
  (server.address() as AddressInfo).port;

describe('the fault proxy on plain TCP', () => {
  let server: Server;
  let proxy: FaultProxy;
  const sockets: Socket[] = [];
  const atServer: Socket[] = [];

  beforeEach(async () => {
    atServer.length = 0;
    server = createServer((socket) => {
      atServer.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await FaultProxy.inFrontOf(portOf(server), SEED);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy.close();
    for (const socket of atServer) socket.destroy();
    server.close();
  });

  async function client(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  test('passes everything, ends included, and no fault has struck', async () => {
    const socket = await client();
    const got = received(socket);
    const sent = 'x'.repeat(300_000);
    socket.end(sent);
    await once(socket, 'close');
    expect(got.text()).toBe(sent);
    expect(Object.values(proxy.struck).every((count) => count === 0)).toBe(true);
    expect(proxy.open).toBe(0);
  });

  test.each([0, 1, 17, 30])('cuts after exactly %i bytes up', async (bytes) => {
    const socket = await client();
    const got = received(socket);
    const struck = proxy.cutAfter('up', bytes);
    socket.write('a'.repeat(30));
    await struck;
    await once(socket, 'close');
    expect(got.text().length).toBe(0);
    expect(proxy.struck.cut).toBe(1);
    await serverHasRead(bytes);
  });

  /** The server has read exactly so many bytes when its side is closed. */
  async function serverHasRead(bytes: number): Promise<void> {
    const [socket] = atServer;
    if (socket && !socket.closed) await once(socket, 'close');
    expect(socket?.bytesRead).toBe(bytes);
  }

  test('cuts after exactly 5 bytes down, in the middle of a piece', async () => {
    const socket = await client();
    const got = received(socket);
    const struck = proxy.cutAfter('down', 5);
    socket.write('0123456789');
    await struck;
    await once(socket, 'close');
    expect(got.text()).toBe('01234');
  });

  test('a cut that was taken back does not strike', async () => {
    const socket = await client();
    void proxy.cutAfter('up', 3);
    proxy.disarm();
    const got = received(socket);
    socket.write('0123456789');
    await got.until(10);
    expect(proxy.struck.cut).toBe(0);
  });

  test('cuts all connections at once', async () => {
    const both = [await client(), await client()];
    for (const socket of both) socket.write('a');
    await Promise.all(both.map((socket) => received(socket).until(1)));
    const closed = Promise.all(both.map((socket) => once(socket, 'close')));
    expect(proxy.cutAll()).toBe(2);
    await closed;
    expect(proxy.struck.cut).toBe(2);
  });

  test('delays pieces and keeps their order', async () => {
    const socket = await client();
    const got = received(socket);
    proxy.set({ delayMs: [20, 60] });
    const begin = performance.now();
    for (const piece of ['a', 'b', 'c', 'd']) {
      socket.write(piece);
      await delay(2);
    }
    await got.until(4);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(40);
    expect(got.text()).toBe('abcd');
    expect(proxy.struck.delayed).toBeGreaterThanOrEqual(2);
  });

  test('reorders between connections by delays of their own', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => client()));
    proxy.set({ skewMs: [0, 80] });
    const order: number[] = [];
    const done = all.map(async (socket, index) => {
      await received(socket).until(1);
      order.push(index);
    });
    for (const socket of all) {
      socket.write('a');
      await delay(2);
    }
    await Promise.all(done);
    expect(order).not.toEqual([0, 1, 2, 3, 4, 5]);
    expect(proxy.struck.overtaken).toBeGreaterThan(0);
  });

  test('throttles to so many bytes a second', async () => {
    const socket = await client();
    const got = received(socket);
    proxy.set({ bytesPerSecond: 2_000 });
    const begin = performance.now();
    socket.write('x'.repeat(500));
    await got.until(500);
    // 500 bytes up and 500 down, of which the second follows the first piece by piece.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(240);
    expect(proxy.struck.throttled).toBeGreaterThan(0);
  });

  test('a black hole takes bytes and closes nothing; who fell into it stays there', async () => {
    const socket = await client();
    const got = received(socket);
    proxy.set({ blackHole: 'up' });
    socket.write('lost');
    await delay(30);
    expect(proxy.struck.swallowed).toBe(1);
    proxy.set({});
    socket.write('lost too');
    const other = await client();
    const gotByOther = received(other);
    other.write('here');
    await gotByOther.until(4);
    expect(got.text()).toBe('');
    socket.destroy();
    await delay(30);
    expect(atServer[0]?.destroyed).toBe(false);
  });

  test('what is frozen arrives when it thaws', async () => {
    const socket = await client();
    const got = received(socket);
    socket.write('before ');
    await got.until(7);
    proxy.set({ frozen: true });
    socket.write('after');
    await delay(30);
    expect(got.text()).toBe('before ');
    proxy.set({});
    await got.until(12);
    expect(got.text()).toBe('before after');
  });

  test('refuses connections', async () => {
    proxy.set({ refuseConnections: true });
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(proxy.struck['connection-refused']).toBe(1);
    expect(atServer.length).toBe(0);
  });
});

describe('the fault proxy on WebSockets', () => {
  let http: ReturnType<typeof createHttpServer>;
  let relay: WebSocketServer;
  let proxy: FaultProxy;
  const opened: WebSocket[] = [];
  const atServer: ServerSocket[] = [];

  beforeEach(async () => {
    atServer.length = 0;
    http = createHttpServer(({ url }, response) => {
      if (url !== '/stream') response.end('plain');
      else response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    relay = new WebSocketServer({ server: http });
    relay.on('connection', (socket) => {
      atServer.push(socket);
      socket.on('message', (data: Buffer) => socket.send(data.toString()));
    });
    proxy = await FaultProxy.inFrontOf(portOf(http), SEED);
  });
  afterEach(async () => {
    for (const socket of opened.splice(0)) socket.close();
    await proxy.close();
    for (const socket of atServer) socket.terminate();
    relay.close();
    http.closeAllConnections();
    http.close();
  });

  function open(): { socket: WebSocket; texts: string[]; closed: Promise<unknown>; ready: Promise<unknown> } {
    const socket = new WebSocket(proxy.url.replace('http', 'ws'));
    opened.push(socket);
    const texts: string[] = [];
    socket.onmessage = ({ data }: MessageEvent<string>) => texts.push(data);
    socket.onerror = () => undefined;
    return { socket, texts, closed: once(socket, 'close'), ready: once(socket, 'open') };
  }

  async function waitFor(texts: string[], length: number): Promise<void> {
    while (texts.length < length) await delay(2);
  }

  test('long, short and many frames pass unchanged', async () => {
    const { socket, texts, ready } = open();
    await ready;
    const sent = ['a', 'é'.repeat(200), 'x'.repeat(70_000), '', '{"b":1}'];
    for (const text of sent) socket.send(text);
    await waitFor(texts, sent.length);
    expect(texts).toEqual(sent);
  });

  test('drops, doubles and swaps frames by a rule, in either direction', async () => {
    const { socket, texts, ready } = open();
    await ready;
    proxy.set({
      frames: (direction, text) => {
        if (direction === 'up') return text === 'c' ? 'drop' : 'pass';
        if (text === 'd') return 'later';
        return text === 'b' ? 'twice' : 'pass';
      },
    });
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) socket.send(text);
    await waitFor(texts, 6);
    expect(texts).toEqual(['a', 'b', 'b', 'e', 'd', 'f']);
    expect(proxy.struck).toMatchObject({ 'frame-dropped': 1, 'frame-doubled': 1, 'frame-swapped': 1 });
  });

  test('refuses an upgrade and nothing else', async () => {
    proxy.set({ refuseUpgrade: true });
    await open().closed;
    expect(await (await fetch(proxy.url)).text()).toBe('plain');
    expect(proxy.struck['upgrade-refused']).toBe(1);
    expect(atServer.length).toBe(0);
  });

  test('refuses an upgrade on a connection that has carried other requests', async () => {
    proxy.set({ refuseUpgrade: true });
    const socket = connect(proxy.port, '127.0.0.1');
    const { text, until } = received(socket);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('HTTP/1.1 200 OK'.length);
    while (!text().includes('plain')) await delay(2);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(socket, 'close');
    expect(text()).toContain('HTTP/1.1 403 Forbidden');
    expect([proxy.struck['upgrade-refused'], atServer.length]).toEqual([1, 0]);
  });

  test('keeps a stream of events back, and no other answer', async () => {
    proxy.set({ keepStreams: true });
    const given = new AbortController();
    const kept = fetch(`${proxy.url}/stream`, { signal: given.signal }).then(
      () => 'answered',
      () => 'given up',
    );
    expect(await (await fetch(proxy.url)).text()).toBe('plain');
    while (proxy.struck['stream-kept'] === 0) await delay(2);
    given.abort();
    expect(await kept).toBe('given up');
  });

  test('lets an upgrade pass and is silent from then on', async () => {
    proxy.set({ silentAfterUpgrade: true });
    const { socket, texts, ready } = open();
    await ready;
    socket.send('anybody?');
    await delay(50);
    expect(texts).toEqual([]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(proxy.struck.silenced).toBe(1);
  });
});
