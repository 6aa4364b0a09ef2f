import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Website } from '../../sdk/src/shared.ts';
import { command } from './settings-people.ts';
import { Browser, type TestServer, startTestServer, visitorHello } from './transport-harness.ts';

interface Answer {
  item: { id: string; version: number; value: Website };
  warnings: { field: string; message: string }[];
  error: { code: string; message: string; field?: string };
}

const OTHER = 'https://www.other.test';
let server: TestServer;
let sam: Browser;
beforeAll(async () => {
  server = await startTestServer();
  sam = await new Browser(server).signIn('Sam');
});
afterAll(() => server.stop());

const read = async (who = sam): Promise<Answer> => answerOf(await who.get('/v1/sites/demo'));
const answerOf = async (response: Response): Promise<Answer> => (await response.json()) as Answer;
async function change(more: Partial<Website>, version?: number): Promise<Answer> {
  const { item } = await read();
  const body = { version: version ?? item.version, value: { ...item.value, ...more } };
  return answerOf(await sam.post('/v1/sites/demo', body, {}, 'PUT'));
}

/** How a page of this origin is answered: welcomed, or the code of the close. */
async function helloFrom(origin: string): Promise<'welcome' | number> {
  const client = await server.connect({ origin });
  client.send(visitorHello());
  return Promise.race([
    client.next('welcome').then(() => 'welcome' as const),
    client.closed.then(({ code }) => code),
  ]);
}

test('[T9] an origin that is added or taken away counts at the next hello, and the snippet has the new look', async () => {
  expect(await helloFrom(OTHER)).toBe(4003);
  const { value } = (await read()).item;
  const widget = { ...value.widget, accent: '#0a7d5a', greeting: 'Hello</script>' };
  const saved = await change({ name: ' The cycles ', origins: [`${OTHER}/`], widget });
  expect(saved).toMatchObject({
    item: { id: 'demo', value: { name: 'The cycles', origins: [OTHER], widget } },
    warnings: [],
  });
  expect(await helloFrom(OTHER)).toBe('welcome');
  const snippet = await (await fetch(`${server.url}/embed/demo.js`)).text();
  expect(snippet).toContain('"accent":"#0a7d5a"');
  expect(snippet).toContain('Hello\\u003c/script');
  expect(await (await sam.get('/v1/me')).json()).toMatchObject({ site: { name: 'The cycles' } });
  await change({ origins: [] });
  expect(await helloFrom(OTHER)).toBe(4003);
});

test('[RC9] each change stands in the change log, field by field, and one that changes nothing does not', async () => {
  const before = (await read()).item;
  await change({ name: 'Hollow Lane' });
  const after = await change({ name: 'Hollow Lane' });
  expect(after.item.version).toBe(before.version + 1);
  const { changes } = (await (await sam.get('/v1/changes?limit=1')).json()) as { changes: object[] };
  expect(changes).toMatchObject([
    {
      action: 'changed',
      kind: 'website',
      object: 'demo',
      by: { kind: 'agent', name: 'Sam' },
      fields: [{ field: 'name', before: '"The cycles"', after: '"Hollow Lane"' }],
    },
  ]);
  const doctor = await command(server, ['doctor']);
  expect(doctor.out).toContain('the data is whole');
});

test('of two admins the slower one is told', async () => {
  const { version } = (await read()).item;
  await change({ name: 'Sam’s' });
  expect((await change({ name: 'Late' }, version)).error).toMatchObject({ code: 'stale' });
});

test.each<[string, Partial<Website>, string, RegExp]>([
  ['a path', { origins: ['https://shop.test/path'] }, 'value.origins[0]', /not one origin/],
  ['a star', { origins: [OTHER, 'https://*.shop.test'] }, 'value.origins[1]', /no \*/],
  ['no address at all', { origins: ['null'] }, 'value.origins[0]', /not one origin/],
  ['the same twice', { origins: [OTHER, `${OTHER}/`] }, 'value.origins[1]', /twice/],
  ['a name of nothing', { name: ' ' }, 'value.name', /form/],
  [
    'a colour that is none',
    { widget: { name: 'Chat', corner: 'end', accent: 'green' } },
    'value.widget.accent',
    /form/,
  ],
  [
    'a language that is none',
    { widget: { name: 'Chat', corner: 'end', locale: 'x-' } },
    'value.widget.locale',
    /no language/,
  ],
])('[T19] %s is refused with its field', async (_what, more, field, message) => {
  const { version } = (await read()).item;
  const { error } = await change(more);
  expect(error).toMatchObject({ field, message: expect.stringMatching(message) as string });
  expect((await read()).item.version).toBe(version);
});

test('what will hardly be meant is said', async () => {
  const { warnings } = await change({ origins: ['http://shop.test', 'http://localhost:8080'] });
  expect(warnings).toMatchObject([
    { field: 'origins[0]', message: 'http://shop.test is not https: others can read along' },
  ]);
});

test('[T11] agents see no site, and an admin of one site no other', async () => {
  const ana = await new Browser(server).signIn('Ana');
  expect((await ana.get('/v1/sites/demo')).status).toBe(403);
  expect((await ana.post('/v1/sites/demo', {}, {}, 'PUT')).status).toBe(403);
  await command(server, ['site', 'add', 'other', '--origin', OTHER]);
  expect((await sam.get('/v1/sites/other')).status).toBe(404);
  const value = { name: 'Mine', origins: [], widget: { name: 'Chat', corner: 'end' } };
  expect((await sam.post('/v1/sites/other', { version: 0, value }, {}, 'PUT')).status).toBe(404);
});

test('the command line does the same, beside the server and without a restart', async () => {
  const changed = await command(server, [
    ...['site', 'change', 'demo', '--label', 'Ask us', '--greeting', '', '--theme', 'dark'],
    ...['--origin', OTHER, 'http://shop.test'],
  ]);
  expect(changed).toMatchObject({
    code: 0,
    problem: 'Note: http://shop.test is not https: others can read along.',
  });
  const shown = JSON.parse((await command(server, ['site', 'show', 'demo'])).out) as Answer['item'];
  expect(shown.value).toMatchObject({
    origins: [OTHER, 'http://shop.test'],
    widget: { name: 'Ask us', theme: 'dark' },
  });
  expect(shown.value.widget).not.toHaveProperty('greeting');
  await expect.poll(() => helloFrom(OTHER), { timeout: 30_000 }).toBe('welcome');
  expect((await command(server, ['site', 'list'])).out).toContain(`${OTHER} http://shop.test`);
  const { changes } = (await (await sam.get('/v1/changes?limit=1')).json()) as { changes: object[] };
  expect(changes).toMatchObject([{ kind: 'website', by: { kind: 'operator' } }]);
  expect(await command(server, ['site', 'change', 'demo', '--origin', 'shop.test'])).toMatchObject({
    code: 2,
    problem: expect.stringContaining('origins[0]: “shop.test” is not one origin') as string,
  });
  expect(await command(server, ['site', 'show', 'nowhere'])).toMatchObject({ code: 1 });
});
