import { afterEach, expect, test } from 'vitest';
import { retryAfterOf } from '../../sdk/src/protocol/index.ts';
import {
  Browser,
  RawClient,
  type TestServer,
  newCommand,
  newDevice,
  say,
  startTestServer,
  visitorHello,
  welcomedVisitor,
} from './transport-harness.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

let server: TestServer | undefined;
let running: ServerProcess | undefined;
afterEach(async () => {
  await server?.stop();
  await running?.remove();
  server = running = undefined;
});

test('[DL13] what is on its way is answered before everybody is sent away with a time to come back', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  server = await startTestServer({ beforeCommand: () => held });
  const { client } = await welcomedVisitor(server);
  const idle = await welcomedVisitor(server);
  const silent = await server.connect();
  const first = say(client, 1, 'on its way');
  const second = say(client, 2, 'right behind it');
  client.send({ type: 'ping' });
  await client.next('pong');
  const closing = server.app.close();
  expect((await fetch(`${server.url}/readyz`).catch(() => undefined))?.status).not.toBe(200);
  release();
  expect(await client.next('ack')).toMatchObject({ id: first.id, seq: 2 });
  expect(await client.next('ack')).toMatchObject({ id: second.id, seq: 3 });
  for (const each of [client, idle.client, silent]) {
    const { code, reason } = await each.closed;
    expect(code).toBe(1001);
    expect(retryAfterOf(reason)).toBeLessThan(250);
  }
  await closing;
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  server = undefined;
});

test('[DL13] a command that the store never answers, and a client that never leaves, do not hold the end up', async () => {
  const never = new Promise<void>(() => undefined);
  server = await startTestServer({
    beforeCommand: () => never,
    limits: { drainCommandsMs: 200, drainCloseMs: 200 },
  });
  const { client } = await welcomedVisitor(server);
  const stuck = await welcomedVisitor(server);
  say(client, 1, 'never answered');
  client.send({ type: 'ping' });
  await client.next('pong');
  stuck.client.socket.pause();
  const begun = performance.now();
  await server.app.close();
  expect(performance.now() - begun).toBeLessThan(2_000);
  server = undefined;
});

test('[DL13] SIGTERM while messages come: every acknowledged one is there after the restart, and it ends with 0', async () => {
  running = await startServer({ environment: { LOG_LEVEL: 'info' } });
  const client = new RawClient(`${running.url.replace('http', 'ws')}/v1/relay`, {});
  await client.opened;
  const device = newDevice();
  client.send(visitorHello({ device }));
  const welcome = await client.next('welcome');
  const sent = Array.from({ length: 200 }, (_, index) => say(client, index + 1, `message ${index + 1}`).id);
  await client.next('ack');
  const exit = running.stop();
  const { code } = await client.closed;
  expect(code).toBe(1001);
  expect(await exit).toEqual({ code: 0, signal: null });
  const acknowledged = client.frames.filter(({ type }) => type === 'ack').map(({ id }) => id);
  expect(acknowledged).toEqual(sent.slice(0, acknowledged.length));

  const again = await startServer({ dataFolder: running.dataFolder });
  try {
    const { access } = welcome['tokens'] as { access: string };
    const back = new RawClient(`${again.url.replace('http', 'ws')}/v1/relay`, {});
    await back.opened;
    back.send(visitorHello({ device, access }));
    const { counter, opened } = (await back.next('welcome')) as unknown as {
      counter: number;
      opened: { conversation: string };
    };
    expect(counter).toBeGreaterThanOrEqual(acknowledged.length);
    back.send({ type: 'fetch', request: 1, conversation: opened.conversation, after: 0, limit: 300 });
    const { entries } = (await back.next('page')) as unknown as { entries: { command?: string }[] };
    const stored = entries.map(({ command }) => command);
    for (const id of acknowledged) expect(stored).toContain(id);
    back.socket.terminate();
  } finally {
    await again.stop();
  }
});

test('a request that is being answered is finished, and idle connections are ended', async () => {
  server = await startTestServer();
  const ana = await new Browser(server).signIn('Ana');
  expect((await ana.get('/v1/me')).status).toBe(200);
  const begun = performance.now();
  await server.app.close();
  expect(performance.now() - begun).toBeLessThan(2_000);
  server = undefined;
  expect(newCommand()).toHaveLength(36);
});
