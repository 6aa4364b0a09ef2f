import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { webSocketPort } from './socket-port.ts';

let server: WebSocketServer;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/relay`;
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** Opens a connection and waits for both of its ends. */
async function connect() {
  const frames: string[] = [];
  const closes: [number, string][] = [];
  let opened: () => void = () => undefined;
  let closed: () => void = () => undefined;
  const whenOpened = new Promise<void>((resolve) => (opened = resolve));
  const whenClosed = new Promise<void>((resolve) => (closed = resolve));
  const socket = webSocketPort(url, {
    opened,
    message: (text) => frames.push(text),
    closed: (code, reason) => {
      closes.push([code, reason]);
      closed();
    },
  });
  const [[far]] = (await Promise.all([once(server, 'connection'), whenOpened])) as [[ServerSocket], unknown];
  return { socket, far, frames, closes, whenClosed };
}

describe('a connection by WebSocket', () => {
  test('carries text both ways, in order', async () => {
    const { socket, far, frames } = await connect();
    const received: string[] = [];
    const three = new Promise<void>((resolve) => {
      far.on('message', (data: Buffer) => {
        if (received.push(data.toString()) === 3) resolve();
      });
    });
    for (const text of ['one', 'two', 'drei ß 💬']) socket.send(text);
    await three;
    expect(received).toEqual(['one', 'two', 'drei ß 💬']);
    far.send(Buffer.from('binary'), { binary: true });
    far.send('text');
    await vi.waitFor(() => expect(frames).toEqual(['text']), 5_000);
  });

  test('tells code and reason of a close, once', async () => {
    const { far, closes, whenClosed } = await connect();
    far.close(1013, 'retry-after=500');
    await whenClosed;
    expect(closes).toEqual([[1013, 'retry-after=500']]);
  });

  test('a connection that breaks is closed as 1006', async () => {
    const { socket, far, closes, whenClosed } = await connect();
    far.terminate();
    await whenClosed;
    expect(closes).toEqual([[1006, '']]);
    expect(() => socket.send('into the void')).not.toThrow();
  });

  test('closed by us, it says nothing any more', async () => {
    const { socket, far, closes } = await connect();
    socket.close();
    await once(far, 'close');
    expect(closes).toEqual([]);
  });

  test.for([
    ['nobody listens', 'http://127.0.0.1:1'],
    ['the address is none', 'http://'],
  ])('where %s, it is closed, and not within the call', async ([, address]) => {
    const closes: number[] = [];
    const closed = new Promise<void>((resolve) => {
      webSocketPort(address ?? '', {
        opened: () => undefined,
        message: () => undefined,
        closed: (code) => {
          closes.push(code);
          resolve();
        },
      });
    });
    expect(closes).toEqual([]);
    await closed;
    expect(closes).toEqual([1006]);
  });
});
