// Over 300 lines: all settings over plain HTTP, on one server; a describe for each of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_ASSIGNMENT, DEFAULT_QUEUE_SETTINGS, SETTINGS_KINDS } from '../../sdk/src/shared.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type Answered, Person, command, rowOf } from './settings-people.ts';

let server: ServerProcess;
let sam: Person;
let ana: Person;
let sue: Person;
beforeAll(async () => {
  server = await startServer();
  sam = await Person.signIn(server, server.signInLinks.get('Sam'));
  ana = await Person.signIn(server, server.signInLinks.get('Ana'));
  const added = await sam.ask('POST', '/v1/agents', { name: 'Sue', role: 'supervisor' });
  const link = await sam.ask('POST', `/v1/agents/${String(added.body['id'])}/sign-in-link`, {});
  sue = await Person.signIn(server, link.body['url'] as string);
});
afterAll(() => server.remove());

const errorOf = ({ status, body }: Answered) => {
  const { code, field } = body['error'] as { code: string; message: string; field?: string };
  return { status, code, ...(field !== undefined && { field }) };
};
const messageOf = ({ body }: Answered) => (body['error'] as { message: string }).message;
const itemOf = ({ body }: Answered) => body['item'] as { id: string; version: number; value: object };
const queue = (more: object = {}) => ({ ...DEFAULT_QUEUE_SETTINGS, name: 'Sales', ...more });

/** The version that a change has to name. */
async function versionOf(kind: string, id: string): Promise<number> {
  const { items } = (await sam.ask('GET', `/v1/${kind}`)).body as {
    items: { id: string; version: number }[];
  };
  return items.find((each) => each.id === id)?.version ?? 0;
}

describe('who may read and change settings', () => {
  const readByAgents = [
    ...['queues', 'canned-replies', 'tags', 'wrap-up-codes', 'site-options', 'co-browse-policy'],
  ];

  test.each([...SETTINGS_KINDS])('%s: read by whom it concerns, changed by admins', async (kind) => {
    const path = `/v1/${kind}`;
    const single = kind === 'site-options' || kind === 'co-browse-policy';
    expect((await ana.ask('GET', path)).status).toBe(readByAgents.includes(kind) ? 200 : 403);
    expect((await sue.ask('GET', path)).status).toBe(200);
    expect((await fetch(server.url + path)).status).toBe(401);
    for (const somebody of [ana, sue]) {
      const place = single ? path : `${path}/x`;
      expect(errorOf(await somebody.ask('PUT', place, { version: 0, value: {} }))).toMatchObject({
        code: 'forbidden',
      });
      expect((await somebody.ask('DELETE', `${place}?version=0`)).status).toBe(403);
    }
  });

  test('the change log and the people are read by supervisors too, and changed by admins', async () => {
    for (const path of ['/v1/changes', '/v1/agents']) {
      expect((await ana.ask('GET', path)).status).toBe(403);
      expect((await sue.ask('GET', path)).status).toBe(200);
    }
    expect((await sue.ask('POST', '/v1/agents', { name: 'Eve', role: 'admin' })).status).toBe(403);
  });
});

describe('a value that cannot be meant is refused, with its field', () => {
  beforeAll(async () => {
    await sam.ask('POST', '/v1/skills', { id: 'chinese', value: { name: 'Chinese' } });
  });

  const hours = (more: object) => ({
    value: {
      name: 'Office',
      zone: 'Europe/Berlin',
      weekly: [{ day: 1, from: '09:00', to: '17:00' }],
      exceptions: [],
      ...more,
    },
  });
  const asks = (level: number) => [{ skill: 'chinese', level }];

  test.each<[string, string, object, string | undefined, RegExp]>([
    ['a name of nothing', 'queues', { value: queue({ name: ' ' }) }, 'value.name', /form/],
    ['a name that is taken', 'queues', { value: queue({ name: 'chats' }) }, 'value.name', /there already/],
    ['an id that is taken', 'queues', { id: 'default', value: queue() }, 'id', /taken/],
    [
      'a skill that is not there',
      'queues',
      { value: queue({ requirements: [{ skill: 'x', level: 1 }] }) },
      'value.requirements[0].skill',
      /no skill “x”/,
    ],
    [
      'a level beyond 5',
      'queues',
      { value: queue({ requirements: asks(6) }) },
      'value.requirements[0].level',
      /between 1 and 5/,
    ],
    [
      'a step that raises',
      'queues',
      { value: queue({ requirements: asks(2), relaxation: [{ afterSeconds: 30, requirements: asks(3) }] }) },
      'value.relaxation[0].requirements',
      /raises Chinese from 2 to 3/,
    ],
    [
      'a step that adds',
      'queues',
      { value: queue({ relaxation: [{ afterSeconds: 30, requirements: asks(1) }] }) },
      'value.relaxation[0].requirements',
      /raises Chinese from 0 to 1/,
    ],
    [
      'a step before its time',
      'queues',
      {
        value: queue({
          requirements: asks(3),
          relaxation: [
            { afterSeconds: 30, requirements: asks(2) },
            { afterSeconds: 30, requirements: [] },
          ],
        }),
      },
      'value.relaxation[1].afterSeconds',
      /later/,
    ],
    [
      'a time box without its time',
      'queues',
      { value: queue({ wrapUp: { mode: 'time-boxed' } }) },
      'value.wrapUp.seconds',
      /needs/,
    ],
    [
      'help from nowhere',
      'queues',
      { value: queue({ overflow: { offer: [], second: { queue: 'x', afterSeconds: 60 } } }) },
      'value.overflow.second.queue',
      /no queue/,
    ],
    ['an unknown zone', 'hours', hours({ zone: 'Europe/Atlantis' }), 'value.zone', /Atlantis/],
    [
      'hours that overlap',
      'hours',
      hours({
        weekly: [
          { day: 1, from: '09:00', to: '12:00' },
          { day: 1, from: '11:00', to: '17:00' },
        ],
      }),
      'value.weekly[1]',
      /overlaps/,
    ],
    [
      'a day that is not',
      'hours',
      hours({ exceptions: [{ date: '2027-02-30', intervals: [] }] }),
      'value.exceptions[0].date',
      /no 2027-02-30/,
    ],
    [
      'a variable that is none',
      'canned-replies',
      { value: { shortcut: 'hi', title: 'Hi', text: 'Hi {{visitor.phone}}' } },
      'value.text',
      /visitor\.phone/,
    ],
    [
      'a shortcut that is taken',
      'canned-replies',
      { value: { shortcut: 'hello', title: 'Hi', text: 'Hi' } },
      'value.shortcut',
      /taken/,
    ],
    [
      'a code of no queue',
      'wrap-up-codes',
      { value: { name: 'Sold', queue: 'x' } },
      'value.queue',
      /no queue/,
    ],
  ])('%s', async (_what, kind, body, field, message) => {
    const answer = await sam.ask('POST', `/v1/${kind}`, body);
    expect(errorOf(answer)).toMatchObject({ field });
    expect([400, 413, 422]).toContain(answer.status);
    expect(messageOf(answer)).toMatch(message);
  });

  test('of an agent’s work', async () => {
    const { items } = (await sam.ask('GET', '/v1/assignments')).body as { items: { id: string }[] };
    const put = (value: object) =>
      sam.ask('PUT', `/v1/assignments/${items[0]?.id}`, {
        version: 0,
        value: { ...DEFAULT_ASSIGNMENT, ...value },
      });
    const member = { queue: 'default', tier: 1, delaySeconds: 0 };
    expect(errorOf(await put({ memberships: [member, member] }))).toMatchObject({
      field: 'value.memberships[1].queue',
    });
    expect(errorOf(await put({ memberships: [{ ...member, queue: 'x' }] }))).toMatchObject({
      code: 'invalid',
    });
    expect(errorOf(await put({ skills: [{ skill: 'x', level: 1 }] }))).toMatchObject({
      field: 'value.skills[0].skill',
    });
    const nobody = await sam.ask('PUT', '/v1/assignments/agt_00000000000000000000000000', {
      version: 0,
      value: DEFAULT_ASSIGNMENT,
    });
    expect(errorOf(nobody)).toMatchObject({ status: 404 });
  });

  test('[CO4] a selector that protects nothing, and an address that is no origin', async () => {
    const version = (await sam.ask('GET', '/v1/co-browse-policy')).body['version'] as number;
    const { value } = (await sam.ask('GET', '/v1/co-browse-policy')).body as { value: object };
    const put = (more: object) =>
      sam.ask('PUT', '/v1/co-browse-policy', { version, value: { ...value, ...more } });
    const badSelector = await put({ mask: ['.price', 'a > > b'] });
    expect(errorOf(badSelector)).toEqual({ status: 422, code: 'invalid', field: 'value.mask[1]' });
    expect(messageOf(badSelector)).toContain('not written as a selector');
    expect(errorOf(await put({ assetOrigins: ['https://cdn.test/path'] }))).toMatchObject({
      field: 'value.assetOrigins[0]',
    });
    expect(errorOf(await put({ allow: ['[type=submit'] }))).toMatchObject({ field: 'value.allow[0]' });
    expect((await sam.ask('GET', '/v1/co-browse-policy')).body['version']).toBe(version);
  });
});

test('[CO3] balanced is taken from whoever has looked at a page, holds for its pages, and goes with the policy', async () => {
  interface Policy {
    version: number;
    value: { preset: string; seen?: string; allow?: string[]; show: string[] };
  }
  const read = async () => (await sam.ask('GET', '/v1/co-browse-policy')).body as unknown as Policy;
  const shown = async () =>
    (await (await fetch(`${server.url}/v1/sites/demo/co-browse`)).json()) as Record<string, unknown>;
  const before = await read();
  const gone = await sam.ask('DELETE', `/v1/co-browse-policy?version=${before.version}`);
  expect(gone.status).toBe(204);
  expect(await read()).toMatchObject({ version: 0, value: { preset: 'strict' } });
  expect(await shown()).toMatchObject({ preset: 'strict', show: [], allow: [] });

  const { seen, ...unseen } = before.value;
  expect(seen).toBeDefined();
  const put = (version: number, value: object) => sam.ask('PUT', '/v1/co-browse-policy', { version, value });
  expect(errorOf(await put(0, unseen))).toEqual({ status: 422, code: 'invalid', field: 'value.preset' });
  expect(await shown()).toMatchObject({ preset: 'strict' });

  const value = { ...unseen, seen: 'https://shop.test/checkout', allow: ['#search button'] };
  const saved = await put(0, value);
  expect(saved.status).toBe(200);
  expect(await read()).toMatchObject({ value });
  const policy = await shown();
  expect(policy).toMatchObject({ preset: 'balanced', allow: ['#search button'], show: unseen.show });
  expect(policy).not.toHaveProperty('seen');
  const { changes } = (await sue.ask('GET', '/v1/changes?limit=1')).body as {
    changes: { fields: { field: string; after?: string }[] }[];
  };
  expect(changes[0]?.fields.find(({ field }) => field === 'seen')?.after).toContain('shop.test/checkout');
});

test('where an owner looks at pages is told to admins only', async () => {
  expect((await ana.ask('GET', '/v1/co-browse-preview')).status).toBe(403);
  expect((await sue.ask('GET', '/v1/co-browse-preview')).status).toBe(403);
  const { body } = await sam.ask('GET', '/v1/co-browse-preview');
  expect(body).toMatchObject({ anyLoopbackOrigin: true });
  expect(body['viewer']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/view\/demo$/);
});

describe('what is saved and will hardly be meant is said', () => {
  test('a queue without members, a skill that nobody has', async () => {
    const skill = await sam.ask('POST', '/v1/skills', { value: { name: 'Welsh' } });
    expect(skill.body['warnings']).toMatchObject([{ id: 'welsh', message: 'nobody has the skill “Welsh”' }]);
    const made = await sam.ask('POST', '/v1/queues', { value: queue({ name: 'Nobody’s' }) });
    expect(made.body['warnings']).toMatchObject([{ id: 'nobody-s', field: '' }]);
    const asks = await sam.ask('PUT', '/v1/queues/default', {
      version: await versionOf('queues', 'default'),
      value: { ...DEFAULT_QUEUE_SETTINGS, requirements: [{ skill: 'welsh', level: 2 }] },
    });
    expect(asks.body['warnings']).toMatchObject([
      { field: 'requirements', message: expect.stringContaining('Welsh 2') as string },
    ]);
    await sam.ask('PUT', '/v1/queues/default', {
      version: itemOf(asks).version,
      value: DEFAULT_QUEUE_SETTINGS,
    });
    const used = await sam.ask('DELETE', `/v1/queues/nobody-s?version=${itemOf(made).version}`);
    expect(used.status).toBe(204);
  });
});

test('of two admins the slower one is told, and sees what the other did', async () => {
  const made = itemOf(await sam.ask('POST', '/v1/tags', { value: { name: 'Refund' } }));
  const first = await sam.ask('PUT', '/v1/tags/refund', {
    version: made.version,
    value: { name: 'Refunds' },
  });
  expect(first.status).toBe(200);
  const second = await sam.ask('PUT', '/v1/tags/refund', {
    version: made.version,
    value: { name: 'Money back' },
  });
  expect(errorOf(second)).toEqual({ status: 409, code: 'stale' });
  expect(errorOf(await sam.ask('DELETE', `/v1/tags/refund?version=${made.version}`))).toMatchObject({
    code: 'stale',
  });
  const { changes } = (await sue.ask('GET', '/v1/changes?limit=2')).body as { changes: object[] };
  expect(changes).toMatchObject([
    {
      action: 'changed',
      kind: 'tags',
      object: 'refund',
      by: { kind: 'agent', name: 'Sam' },
      fields: [{ field: 'name', before: '"Refund"', after: '"Refunds"' }],
    },
    { action: 'created', kind: 'tags', name: 'Refund' },
  ]);
});

test('[CO3] the demo has a saved policy that shows names and addresses', async () => {
  const { version, value } = (await ana.ask('GET', '/v1/co-browse-policy')).body as {
    version: number;
    value: { preset: string; show: string[] };
  };
  expect(version).toBeGreaterThan(0);
  expect(value.preset).toBe('balanced');
  expect(value.show).toContain('[autocomplete~="street-address"]');
});

test('people are added, renamed and sent away, which stands in the log; one admin stays', async () => {
  const added = (await sam.ask('POST', '/v1/agents', { name: 'Tom', role: 'agent' })).body as { id: string };
  expect(errorOf(await sam.ask('POST', '/v1/agents', { name: 'tom', role: 'agent' }))).toMatchObject({
    field: 'name',
  });
  const path = `/v1/agents/${added.id}`;
  expect((await sam.ask('PATCH', path, { name: 'Thomas' })).body).toMatchObject({
    name: 'Thomas',
    active: true,
  });
  const link = await sam.ask('POST', `${path}/sign-in-link`, {});
  const tom = await Person.signIn(server, link.body['url'] as string);
  expect((await sam.ask('PATCH', path, { active: false })).status).toBe(200);
  expect((await tom.ask('GET', '/v1/me')).status).toBe(401);
  expect((await sam.ask('POST', `${path}/sign-in-link`, {})).status).toBe(422);
  const { changes } = (await sue.ask('GET', '/v1/changes?limit=4')).body as { changes: { action: string }[] };
  expect(changes.map(({ action }) => action)).toEqual(['changed', 'link-made', 'changed', 'created']);
  const demoted = await command(server, ['agent', 'change', 'demo', 'Sam', '--role', 'agent']);
  expect(demoted).toMatchObject({ code: 2, problem: 'somebody must stay who may change settings.' });
});

test('[T11] an admin of another site sees and changes their own only', async () => {
  const site = ['site', 'add', 'other', '--origin', 'https://other.test'];
  expect((await command(server, site)).code).toBe(0);
  const { out } = await command(server, ['agent', 'add', 'other', 'Olga', '--role', 'admin']);
  const olga = await Person.signIn(server, out.split(': ')[1]);
  const made = await sam.ask('POST', '/v1/tags', { value: { name: 'Ours' } });
  expect((await olga.ask('GET', '/v1/tags')).body).toEqual({ items: [], warnings: [] });
  const put = await olga.ask('PUT', '/v1/tags/ours', {
    version: itemOf(made).version,
    value: { name: 'Mine' },
  });
  expect(put.status).toBe(404);
  const { changes } = (await olga.ask('GET', '/v1/changes')).body as { changes: { name: string }[] };
  expect(changes.map(({ name }) => name)).toEqual(['Olga', 'Olga']);
  // The server was not told of the site: it finds it, and Olga has a desk.
  const desk = olga.connect();
  expect(await rowOf(desk, 'me')).toMatchObject({ agent: { name: 'Olga' } });
  await desk.stop();
});
