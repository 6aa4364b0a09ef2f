import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../sdk/src/shared.ts';
import { systemClock } from '../../sdk/src/shared.ts';
import {
  Browser,
  type TestServer,
  agentHello,
  newDevice,
  say,
  startTestServer,
  visitorHello,
  welcomedVisitor,
} from './transport-harness.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The wall clock is the test's; timers and the monotonic clock stay the machine's. */
let shift = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + shift };

let server: TestServer;
beforeEach(async () => {
  shift = 0;
  server = await startTestServer({ clock });
});
afterEach(() => server.stop());

/** The close code that a hello with these tokens gets, or the welcome's frame. */
async function greet(more: object, headers: Record<string, string> = {}) {
  const client = await server.connect(headers);
  client.send(visitorHello(more));
  const answer = await client.next((frame) => frame.type === 'welcome' || frame.type === 'error');
  return answer.type === 'welcome'
    ? { welcome: answer, tokens: answer['tokens'] as { access: string; refresh: string } | undefined }
    : { code: (await client.closed).code };
}

test('[T10] an access token is good for 10 minutes, then the refresh token decides', async () => {
  const { tokens, conversation } = await welcomedVisitor(server);
  const { access, refresh } = tokens;
  shift = 9 * MINUTE_MS;
  const again = await greet({ access });
  expect(again.welcome).toMatchObject({ opened: { conversation } });
  expect(again.tokens).toBeUndefined();
  shift = 11 * MINUTE_MS;
  expect(await greet({ access })).toEqual({ code: 4001 });
  const refreshed = await greet({ access, refresh });
  expect(refreshed.welcome).toMatchObject({ opened: { conversation } });
  expect(refreshed.tokens?.refresh).not.toBe(refresh);
});

test('[T10] an access token is good for its site and its origin only, and is not to be changed', async () => {
  const origin = 'http://localhost:8080';
  const { tokens } = await welcomedVisitor(server, {}, { origin });
  const { access } = tokens;
  expect((await greet({ access }, { origin })).welcome).toBeDefined();
  expect(await greet({ access }, { origin: 'http://localhost:8081' })).toEqual({ code: 4001 });
  await server.identity.sites.add({
    key: 'other',
    name: 'Other',
    settings: { name: 'Chat', corner: 'end' },
    origins: [origin],
  });
  expect(await greet({ access, site: 'other' }, { origin })).toEqual({ code: 4001 });
  const [head = '', body = '', signature = ''] = access.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...claims, exp: 9e9 })).toString('base64url');
  expect(await greet({ access: [head, forged, signature].join('.') }, { origin })).toEqual({ code: 4001 });
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
  expect(await greet({ access: [none, body, ''].join('.') }, { origin })).toEqual({ code: 4001 });
});

test('[T10] a refresh token is replaced at each use; the one before stays good until its successor was used', async () => {
  const { tokens } = await welcomedVisitor(server);
  const first = tokens.refresh;
  const second = (await greet({ refresh: first })).tokens?.refresh;
  const lost = (await greet({ refresh: first })).tokens?.refresh;
  expect(lost).toBe(second);
  const third = (await greet({ refresh: second })).tokens?.refresh;
  expect(third).not.toBe(second);
  expect((await greet({ refresh: third })).welcome).toBeDefined();
});

test('[T10] an older refresh token ends the whole family, and its live sockets within a second', async () => {
  const { tokens, client } = await welcomedVisitor(server);
  const first = tokens.refresh;
  const second = (await greet({ refresh: first })).tokens;
  const third = (await greet({ refresh: second?.refresh })).tokens;
  const begun = performance.now();
  expect(await greet({ refresh: first })).toEqual({ code: 4001 });
  expect(await client.closed).toMatchObject({ code: 4010 });
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(await greet({ refresh: third?.refresh })).toEqual({ code: 4001 });
  expect(await greet({ access: third?.access })).toEqual({ code: 4001 });
  expect(server.lines.join('')).not.toContain(first);
});

test('[T10] a refresh token ends after 30 days without use, and with another site', async () => {
  const { tokens } = await welcomedVisitor(server);
  shift = 29 * DAY_MS;
  const next = (await greet({ refresh: tokens.refresh })).tokens?.refresh;
  expect(next).toBeDefined();
  shift += 31 * DAY_MS;
  expect(await greet({ refresh: next })).toEqual({ code: 4001 });
});

test('[T10] two tabs that refresh at once both get in, and both successors are the same', async () => {
  const { tokens, conversation } = await welcomedVisitor(server);
  const { refresh } = tokens;
  const answers = await Promise.all([greet({ refresh }), greet({ refresh }), greet({ refresh })]);
  expect(new Set(answers.map((answer) => answer.tokens?.refresh)).size).toBe(1);
  for (const { welcome } of answers) expect(welcome).toMatchObject({ opened: { conversation } });
});

test('[T10] the store keeps no secret that could be used', async () => {
  const { tokens } = await welcomedVisitor(server);
  const ana = await new Browser(server).signIn('Ana');
  const ticket = await ana.ticket();
  const { readFile, readdir } = await import('node:fs/promises');
  const secrets = [
    tokens.refresh,
    tokens.refresh.split('.')[1] ?? '',
    ana.cookie.split('=')[1] ?? '',
    ticket,
  ];
  for (const name of await readdir(server.dataFolder)) {
    const content = await readFile(`${server.dataFolder}/${name}`, 'latin1');
    for (const secret of secrets) expect(content).not.toContain(secret);
  }
});

test.each([
  ['http://localhost:3000', true],
  ['http://127.0.0.1:1', true],
  ['http://[::1]:8080', true],
  ['https://localhost', true],
  ['https://localhost.evil.test', false],
  ['https://evil.test', false],
  ['http://127.0.0.1.evil.test', false],
  ['null', false],
  ['file://', false],
  ['chrome-extension://abc', false],
  ['http://localhost:3000/', false],
])('[T9] the demo’s site on a page of %s: %s', async (origin, accepted) => {
  const answer = await greet({}, { origin });
  expect('welcome' in answer).toBe(accepted);
  if (!accepted) expect(answer).toEqual({ code: 4003 });
});

test.each([
  ['https://shop.test', true],
  ['https://shop.test:444', false],
  ['http://shop.test', false],
  ['https://www.shop.test', false],
  ['https://shop.test.evil.test', false],
  ['https://evilshop.test', false],
  ['http://localhost:3000', false],
])('[T9] a site that lists https://shop.test on a page of %s: %s', async (origin, accepted) => {
  await server.identity.sites.add({
    key: 'shop',
    name: 'Shop',
    settings: { name: 'Chat', corner: 'end' },
    origins: ['https://shop.test'],
  });
  const answer = await greet({ site: 'shop' }, { origin });
  expect('welcome' in answer).toBe(accepted);
});

test('[T9] a socket with cookies and without an origin is no browser’s, and is refused', async () => {
  expect(await greet({}, { cookie: 'sid=x' })).toEqual({ code: 4003 });
});

test('[T9] an agent’s socket needs the ticket, the cookie of the same session and our own origin', async () => {
  const ana = await new Browser(server).signIn('Ana');
  const ben = await new Browser(server).signIn('Ben');
  const attempt = async (ticket: string, headers: Record<string, string>): Promise<number> => {
    const client = await server.connect(headers);
    client.send(agentHello(ticket));
    const frame = await client.next(() => true);
    return frame.type === 'welcome' ? 0 : (await client.closed).code;
  };
  const origin = server.url;
  expect(await attempt(await ana.ticket(), { origin, cookie: ana.cookie })).toBe(0);
  expect(await attempt(await ana.ticket(), { origin })).toBe(4001);
  expect(await attempt(await ana.ticket(), { origin, cookie: ben.cookie })).toBe(4001);
  expect(await attempt('nonsense', { origin, cookie: ana.cookie })).toBe(4001);
  expect(await attempt(await ana.ticket(), { origin: 'https://evil.test', cookie: ana.cookie })).toBe(4003);
  expect(await attempt(await ana.ticket(), { origin: 'http://localhost:1', cookie: ana.cookie })).toBe(4003);
  expect(await attempt(await ana.ticket(), { cookie: ana.cookie })).toBe(4003);
  expect(await attempt(await ana.ticket(), {})).toBe(0);
});

test('[T10] a ticket is good once and for 30 seconds', async () => {
  const ana = await new Browser(server).signIn('Ana');
  const use = async (ticket: string): Promise<string> => {
    const client = await server.connect();
    client.send(agentHello(ticket));
    return (await client.next(() => true)).type;
  };
  const ticket = await ana.ticket();
  const answers = await Promise.all([use(ticket), use(ticket), use(ticket)]);
  expect(answers.sort()).toEqual(['error', 'error', 'welcome']);
  const late = await ana.ticket();
  shift = 31_000;
  expect(await use(late)).toBe('error');
});

test('[T10] a sign-in link is good once; its session lasts 12 hours', async () => {
  const browser = new Browser(server);
  const code = (await server.app.signInLink('Ana')).split('#sign-in=')[1];
  expect((await browser.post('/v1/sign-in', { code })).status).toBe(200);
  expect((await new Browser(server).post('/v1/sign-in', { code })).status).toBe(401);
  shift = 12 * 60 * MINUTE_MS - 1_000;
  expect((await browser.get('/v1/me')).status).toBe(200);
  shift += 2_000;
  expect((await browser.get('/v1/me')).status).toBe(401);
});

test('[T24] signing out closes that session’s sockets within a second, and nobody else’s', async () => {
  const ana = await new Browser(server).signIn('Ana');
  const otherAna = await (await new Browser(server).signIn('Ana')).socket();
  const socket = await ana.socket();
  const begun = performance.now();
  expect((await ana.post('/v1/sign-out')).status).toBe(204);
  expect(await socket.closed).toMatchObject({ code: 4010 });
  expect(performance.now() - begun).toBeLessThan(1_000);
  otherAna.send({ type: 'ping' });
  await otherAna.next('pong');
  expect((await ana.get('/v1/me')).status).toBe(401);
});

test('[T24] a changed role or account ends the sessions within a second, and holds from then on', async () => {
  const sam = await new Browser(server).signIn('Sam');
  const ben = await new Browser(server).signIn('Ben');
  const socket = await ben.socket();
  const { agents } = (await (await sam.get('/v1/agents')).json()) as {
    agents: { id: string; name: string }[];
  };
  const id = agents.find(({ name }) => name === 'Ben')?.id ?? '';
  const answer = await sam.post(`/v1/agents/${id}`, { active: false }, {}, 'PATCH');
  expect(await answer.json()).toMatchObject({ id, active: false });
  expect(await socket.closed).toMatchObject({ code: 4010 });
  expect((await ben.get('/v1/me')).status).toBe(401);
  const link = (await server.app.signInLink('Ben')).split('#sign-in=')[1];
  expect((await new Browser(server).post('/v1/sign-in', { code: link })).status).toBe(401);
});

test('a visitor whose socket the server does not know any more loses nothing by coming back', async () => {
  const device = newDevice();
  const first = await welcomedVisitor(server, { device });
  say(first.client, 1, 'one');
  await first.client.next('ack');
  first.client.socket.terminate();
  const again = await welcomedVisitor(server, { device, refresh: first.tokens.refresh });
  expect(again.welcome).toMatchObject({ counter: 1, opened: { head: 2, resumed: false } });
});
