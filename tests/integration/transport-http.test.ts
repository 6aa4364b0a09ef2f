// Over 300 lines: all plain HTTP of one server that is started once; a describe for each door.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LISTED_KINDS, SINGLE_KINDS } from '../../sdk/src/shared.ts';
import { Browser, type TestServer, say, startTestServer, welcomedVisitor } from './transport-harness.ts';

let server: TestServer;
let ana: Browser;
let sam: Browser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await new Browser(server).signIn('Ana');
  sam = await new Browser(server).signIn('Sam');
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers, redirect: 'manual' });

const errorOf = async (response: Response): Promise<{ status: number; code: string }> => {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).not.toBe('');
  return { status: response.status, code: error.code };
};

describe('the snippet and the assets', () => {
  test('the snippet is the loader with the site’s settings, cacheable for five minutes, for any page', async () => {
    const response = await get('/embed/demo.js');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('set-cookie')).toBeNull();
    const text = await response.text();
    const settings = /^\(function\(s\)\{\}\)\((.*)\)$/.exec(text)?.[1] ?? '';
    expect(JSON.parse(settings)).toMatchObject({ site: 'demo', name: 'Chat with us', corner: 'end' });
    const etag = response.headers.get('etag') ?? '';
    const again = request(`${server.url}/embed/demo.js`, { headers: { 'if-none-match': etag } }).end();
    const [answer] = (await once(again, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(304);
    answer.resume();
  });

  test('settings cannot break out of the script', async () => {
    const name = '</script>\u2028<!--"';
    await server.identity.sites.add({
      key: 'odd',
      name: 'Odd',
      settings: { name, corner: 'end' },
      origins: [],
    });
    const text = await (await get('/embed/odd.js')).text();
    expect(text).not.toMatch(/[<\u2028]/);
    expect(text).toContain('\\u003c/script>\\u2028');
  });

  test.each(['/embed/nowhere.js', '/embed/demo', '/embed/..%2fdemo.js', '/embed/DEMO.js'])(
    '%s is not found',
    async (path) => {
      expect(await errorOf(await get(path))).toEqual({ status: 404, code: 'not-found' });
    },
  );

  test('assets are kept for ever and may be loaded by any page', async () => {
    const response = await get('/assets/shell-abc123.js');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await get('/assets/other.js')).status).toBe(404);
    expect((await get('/assets/..%2floader.js')).status).toBe(404);
    expect((await get('/assets/%2e%2e/loader.js')).status).toBe(404);
    expect((await get('/assets/')).status).toBe(404);
    expect(await errorOf(await get('/assets/%ff'))).toEqual({ status: 400, code: 'malformed' });
  });

  test.each(['br', 'gzip', 'identity'])('assets come as small as %s allows', async (encoding) => {
    const asked = request(`${server.url}/assets/shell-abc123.js`, {
      headers: { 'accept-encoding': encoding },
    }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const chunks = (await answer.toArray()) as Buffer[];
    expect(answer.headers['content-encoding'] ?? 'identity').toBe(encoding);
    expect(answer.headers.vary).toBe('Accept-Encoding');
    expect(Buffer.concat(chunks).length < 100).toBe(encoding !== 'identity');
  });
});

describe('the console', () => {
  test('has its whole policy; in the demo it may stand in a frame of our own', async () => {
    const response = await get('/console/');
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    const { host } = new URL(server.url);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ws://${host}`,
      "frame-ancestors 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]) {
      expect(policy.split('; ')).toContain(part);
    }
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'origin-agent-cluster': '?1',
    });
    expect(response.headers.get('permissions-policy')).toContain('geolocation=()');
    expect((await get('/console')).headers.get('location')).toBe('/console/');
  });

  test('a Host header cannot add to the policy', async () => {
    const { consoleHeaders } = await import('../../server/src/transport/security-headers.ts');
    const policy = consoleHeaders({ https: true, demo: false }, "x; script-src 'unsafe-inline'", undefined);
    expect(policy['Content-Security-Policy']).not.toContain('unsafe-inline');
    expect(policy['Content-Security-Policy']).toContain("frame-ancestors 'none'");
  });
});

describe('the demo', () => {
  test('pages carry the snippet', async () => {
    const response = await get('/demo/');
    const html = await response.text();
    expect(html).toContain('<script async src="/embed/demo.js"></script>');
    expect(html).not.toContain('<!-- alongside');
    expect((await get('/demo/both')).status).toBe(200);
    expect((await get('/demo')).headers.get('location')).toBe('/demo/');
    expect((await get('/demo/shop/')).status).toBe(200);
    expect((await get('/demo/demo.css')).headers.get('content-type')).toContain('text/css');
  });

  test('a page with headers of its own gets them with a nonce of its own each time', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const response = await get('/demo/fixtures/strict-csp.html');
        const policy = response.headers.get('content-security-policy') ?? '';
        const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
        expect(nonce).toMatch(/^[\w+/]{22}==$/);
        const html = await response.text();
        expect(html).toContain(`<script async nonce="${nonce}" src="/embed/demo.js"></script>`);
        expect(html).not.toContain('{{NONCE}}');
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test.each([
    '/demo/..%2fpackage.json',
    '/demo/%2e%2e/package.json',
    '/demo/..%2f..%2fREADME.html',
    '/demo/none.html',
  ])('%s is not found', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('signs this browser in as Ana where nobody is, on this machine and from our own page only', async () => {
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.url}/demo/session`, { method: 'POST', headers });
    const first = await post({ origin: server.url, 'sec-fetch-site': 'same-origin' });
    expect(first.status).toBe(204);
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const me = await get('/v1/me', { cookie });
    expect(await me.json()).toMatchObject({ agent: { name: 'Ana' }, role: 'agent', site: { key: 'demo' } });
    expect((await post({ cookie })).headers.get('set-cookie')).toBeNull();
    expect(await errorOf(await post({ origin: 'https://evil.test' }))).toEqual({
      status: 403,
      code: 'forbidden',
    });
    expect(await errorOf(await post({ 'sec-fetch-site': 'cross-site' }))).toMatchObject({ status: 403 });
    const elsewhere = request(`${server.url}/demo/session`, {
      method: 'POST',
      headers: { host: 'evil.test' },
    }).end();
    const [answer] = (await once(elsewhere, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(403);
    answer.resume();
  });
});

describe('the API', () => {
  test('its OpenAPI document is valid and names every endpoint', async () => {
    const document = (await (await get('/v1/openapi.json')).json()) as { paths: Record<string, object> };
    const { valid, errors } = await new Validator().validate(document);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const rows = Object.entries(document.paths).flatMap(([path, row]) =>
      Object.keys(row).map((method) => `${method} ${path}`),
    );
    const settings = [
      ...LISTED_KINDS.flatMap((kind) => [`get /v1/${kind}`, `post /v1/${kind}`]),
      ...[...LISTED_KINDS, 'assignments'].flatMap((kind) => [
        `put /v1/${kind}/{id}`,
        `delete /v1/${kind}/{id}`,
      ]),
      ...SINGLE_KINDS.flatMap((kind) => ['get', 'put', 'delete'].map((method) => `${method} /v1/${kind}`)),
      ...['get /v1/assignments', 'get /v1/changes'],
    ];
    const others = rows.filter((row) => !settings.includes(row));
    expect(settings.filter((row) => !rows.includes(row))).toEqual([]);
    expect(others.sort()).toEqual([
      'get /v1/agents',
      'get /v1/co-browse-preview',
      'get /v1/conversations/{conversation}/entries',
      'get /v1/me',
      'get /v1/relay/stream',
      'get /v1/search',
      'get /v1/sites',
      'get /v1/sites/{site}',
      'get /v1/sites/{site}/co-browse',
      'get /v1/work-items/{item}/why-not',
      'patch /v1/agents/{agent}',
      'post /v1/agent/ticket',
      'post /v1/agents',
      'post /v1/agents/{agent}/sign-in-link',
      'post /v1/relay/flush',
      'post /v1/relay/send',
      'post /v1/sign-in',
      'post /v1/sign-out',
      'put /v1/sites/{site}',
    ]);
  });

  test('the cookie is out of reach for scripts and other sites', async () => {
    const code = (await server.app.signInLink('Ben')).split('#sign-in=')[1];
    const response = await new Browser(server).post('/v1/sign-in', { code });
    expect(response.headers.get('set-cookie')).toMatch(
      /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  test('history of a conversation comes in pages, to agents only', async () => {
    const visitor = await welcomedVisitor(server);
    for (let n = 1; n <= 5; n++) say(visitor.client, n, `message ${n}`);
    for (let n = 1; n <= 5; n++) await visitor.client.next('ack');
    const path = `/v1/conversations/${visitor.conversation}/entries`;
    const page = (await (await ana.get(`${path}?after=2&limit=2`)).json()) as { entries: { seq: number }[] };
    expect(page).toMatchObject({ head: 6, more: true });
    expect(page.entries.map(({ seq }) => seq)).toEqual([3, 4]);
    const last = (await (await ana.get(`${path}?before=6&limit=2`)).json()) as { entries: { seq: number }[] };
    expect(last.entries.map(({ seq }) => seq)).toEqual([4, 5]);
    expect(await errorOf(await get(path))).toEqual({ status: 401, code: 'unauthenticated' });
    expect(await errorOf(await get(path, { cookie: 'sid=x' }))).toMatchObject({ status: 401 });
    expect(await errorOf(await get(path, { cookie: `${ana.cookie}; ${sam.cookie}` }))).toMatchObject({
      status: 401,
    });
  });

  test.each([
    '/v1/conversations/cnv_1/entries',
    '/v1/conversations/cnv_00000000000000000000000000/entries?after=-1',
    '/v1/conversations/cnv_00000000000000000000000000/entries?after=1&after=2',
    '/v1/conversations/cnv_00000000000000000000000000/entries?limit=301',
    '/v1/conversations/%zz/entries',
    '/v1/search',
    '/v1/search?q=%20',
    `/v1/search?q=${'a'.repeat(201)}`,
    '/v1/search?q=%00',
    '/v1/search?q=a&limit=1e1',
  ])('GET %s is refused with the reason', async (path) => {
    const { status, code } = await errorOf(await ana.get(path));
    expect([status, code]).toEqual(status === 413 ? [413, 'too-large'] : [400, 'malformed']);
  });

  test('[T11] a conversation that is missing reads the same as one of another site', async () => {
    const response = await ana.get('/v1/conversations/cnv_00000000000000000000000000/entries');
    expect(await errorOf(response)).toEqual({ status: 404, code: 'not-found' });
  });

  test('agents cannot do what admins may', async () => {
    expect(await errorOf(await ana.get('/v1/agents'))).toEqual({ status: 403, code: 'forbidden' });
    expect(await errorOf(await ana.post('/v1/agents', { name: 'Eve', role: 'admin' }))).toMatchObject({
      status: 403,
    });
    expect(await errorOf(await ana.get('/v1/sites'))).toMatchObject({ status: 403 });
  });

  test('an admin adds somebody, who signs in by the link; an admin cannot lock themselves out', async () => {
    const added = (await (await sam.post('/v1/agents', { name: ' Eve ', role: 'agent' })).json()) as {
      id: string;
    };
    expect(added).toMatchObject({ name: 'Eve', role: 'agent', active: true });
    const answer = await sam.post(`/v1/agents/${added.id}/sign-in-link`);
    const { url } = (await answer.json()) as { url: string };
    const code = url.split(`${server.url}/console/#sign-in=`)[1];
    const eve = new Browser(server);
    expect(await (await eve.post('/v1/sign-in', { code })).json()).toMatchObject({ agent: { name: 'Eve' } });
    const me = (await (await sam.get('/v1/me')).json()) as { agent: { id: string } };
    const locked = await sam.post(`/v1/agents/${me.agent.id}`, { active: false }, {}, 'PATCH');
    expect(await errorOf(locked)).toEqual({ status: 422, code: 'invalid' });
    const sites: unknown = await (await sam.get('/v1/sites')).json();
    expect(sites).toMatchObject({ sites: [{ key: 'demo' }] });
  });

  test.each([
    ['another site', { origin: 'https://evil.test' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling’s request', { 'sec-fetch-site': 'same-site' }],
  ])('a request from %s changes nothing, even with the cookie', async (_name, headers) => {
    const response = await ana.post('/v1/sign-out', {}, headers);
    expect(await errorOf(response)).toEqual({ status: 403, code: 'forbidden' });
    expect((await ana.get('/v1/me')).status).toBe(200);
  });

  test('a form cannot post here', async () => {
    const response = await ana.post('/v1/sign-out', {}, { 'content-type': 'text/plain' });
    expect(await errorOf(response)).toEqual({ status: 400, code: 'malformed' });
    expect((await ana.get('/v1/me')).status).toBe(200);
  });

  const bodies: [string, string, number][] = [
    ['not JSON', '{', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['empty', '', 400],
    ['over 64 KB', JSON.stringify({ code: 'x'.repeat(70_000) }), 413],
    ['nested deep', `{"code":"x","a":${'['.repeat(40)}${']'.repeat(40)}}`, 413],
    ['with a forbidden key', '{"code":"x","__proto__":{"a":1}}', 400],
    ['with a code that is none', '{"code":" "}', 400],
  ];
  test.each(bodies)('a body that is %s is refused with a code', async (_name, body, status) => {
    const response = await fetch(`${server.url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect((await errorOf(response)).status).toBe(status);
  });

  test('a wrong method, path or letter case is not found', async () => {
    expect((await ana.post('/v1/me')).status).toBe(404);
    expect((await ana.get('/v1/ME')).status).toBe(404);
    expect((await ana.get('/v1/me/')).status).toBe(404);
    expect(await errorOf(await get('/nowhere'))).toEqual({ status: 404, code: 'not-found' });
  });

  test('nothing was logged as a fault', () => {
    expect(server.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});

describe('for who watches', () => {
  test('health, readiness and counts are told', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ ok: true });
    expect(await (await get('/readyz')).json()).toEqual({ ok: true });
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toMatch(/^alongside_connections\{role="visitor"\} \d+$/m);
    expect(text).toMatch(/^alongside_refused_total\{code="forbidden"\} [1-9]\d*$/m);
    expect(text).toMatch(/^alongside_commands_total [1-9]\d*$/m);
    expect(text).toMatch(/^alongside_ack_seconds_count [1-9]\d*$/m);
  });

  test('the log names nobody and holds no secret', () => {
    const log = server.lines.join('\n');
    for (const private_ of [ana.cookie, 'Ana', 'message 1', '127.0.0.1']) expect(log).not.toContain(private_);
  });
});

test('on https the cookie has its prefix, browsers are told to stay, and other origins are refused', async () => {
  const secure = await startTestServer({ mode: 'serve', environment: { PUBLIC_URL: 'https://chat.test' } });
  try {
    await secure.identity.sites.add({
      key: 'shop',
      name: 'Shop',
      settings: { name: 'Chat', corner: 'end' },
      origins: ['https://shop.test'],
    });
    const agent = await secure.identity.accounts.add({ site: 'shop', name: 'Zoe', role: 'agent' });
    const code = await secure.identity.agents.newLink(agent.id);
    const browser = new Browser(secure);
    expect((await browser.post('/v1/sign-in', { code }, { origin: secure.url })).status).toBe(403);
    const response = await browser.post('/v1/sign-in', { code }, { origin: 'https://chat.test' });
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-sid=.*; Path=\/; HttpOnly; SameSite=Strict; Secure/,
    );
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    const policy = (await browser.get('/console/')).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toContain("connect-src 'self' wss://chat.test");
    expect(policy.split('; ')).toContain("frame-ancestors 'none'");
    expect((await browser.get('/demo/')).status).toBe(404);
    expect((await browser.post('/demo/session')).status).toBe(404);
    expect(await (await browser.get('/embed/shop.js')).text()).toContain('"server":"https://chat.test"');
  } finally {
    await secure.stop();
  }
});
