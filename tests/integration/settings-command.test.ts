import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { DEFAULT_ASSIGNMENT, DEFAULT_QUEUE_SETTINGS, systemClock } from '../../sdk/src/shared.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { command } from './settings-people.ts';

let folder: TemporaryFolder;
let here: { dataFolder: string };
const run = (words: string, input?: unknown) => command(here, words.split(' '), input);
const shown = async (words: string): Promise<unknown> =>
  JSON.parse((await run(`settings show ${words}`)).out);

beforeAll(async () => {
  folder = await temporaryFolder('settings-command');
  here = { dataFolder: join(folder.path, 'data') };
  await run('site add shop --origin https://shop.test');
  await run('agent add shop Ana');
});
afterAll(() => folder.remove());

describe('settings by the command line', () => {
  test('what nobody has decided is shown as it holds', async () => {
    expect(await shown('shop queues')).toEqual([
      { id: 'default', version: 0, value: DEFAULT_QUEUE_SETTINGS },
    ]);
    expect(await shown('shop assignments Ana')).toMatchObject({ version: 0, value: DEFAULT_ASSIGNMENT });
    expect(await shown('shop co-browse-policy')).toMatchObject({ version: 0, value: { preset: 'strict' } });
  });

  test('[CO3] balanced by the command line names the page that was looked at', async () => {
    const before = (await shown('shop co-browse-policy')) as { version: number; value: object };
    const balanced = { ...before, value: { ...before.value, preset: 'balanced' } };
    const refused = await run('settings set shop co-browse-policy', balanced);
    expect(refused.problem).toContain('`seen`');
    expect(refused.code).not.toBe(0);
    const value = { ...balanced.value, seen: 'https://shop.test/' };
    expect(await run('settings set shop co-browse-policy', { ...before, value })).toMatchObject({ code: 0 });
    expect(await shown('shop co-browse-policy')).toMatchObject({ value });
  });

  test('one is made, shown, given back changed, and removed', async () => {
    const made = await run('settings set shop tags', { value: { name: 'Big order' } });
    expect(made).toMatchObject({ code: 0, problem: '' });
    const tag = (await shown('shop tags big-order')) as { version: number; value: object };
    const changed = await run('settings set shop tags big-order', { ...tag, value: { name: 'Large order' } });
    expect(JSON.parse(changed.out)).toMatchObject({ id: 'big-order', value: { name: 'Large order' } });
    const late = await run('settings set shop tags big-order', { ...tag, value: { name: 'Mine' } });
    expect(late).toMatchObject({ code: 1, problem: 'somebody has changed it since you saw it; look again.' });
    expect(await run('settings remove shop tags big-order')).toMatchObject({ code: 0 });
    expect(await shown('shop tags')).toEqual([]);
  });

  test('an agent’s work goes by their name, and back to the default', async () => {
    await run('settings set shop skills', { value: { name: 'Welsh' } });
    const value = { ...DEFAULT_ASSIGNMENT, skills: [{ skill: 'welsh', level: 4 }] };
    expect(await run('settings set shop assignments Ana', { value })).toMatchObject({ code: 0 });
    expect(await shown('shop assignments Ana')).toMatchObject({ value });
    await run('settings remove shop assignments Ana');
    expect(await shown('shop assignments Ana')).toMatchObject({ version: 0, value: DEFAULT_ASSIGNMENT });
  });

  test('a file will do, and warnings are notes', async () => {
    const file = join(folder.path, 'queue.json');
    await writeFile(file, JSON.stringify({ value: { ...DEFAULT_QUEUE_SETTINGS, name: 'Returns' } }));
    const made = await run(`settings set shop queues returns --file ${file}`);
    expect(made).toMatchObject({
      code: 0,
      problem: 'Note: “Returns” has no members: what waits there is offered to nobody.',
    });
  });

  test.each<[string, string, unknown, string]>([
    ['a word that is no kind', 'settings set shop cues', {}, 'kind is not a known word.'],
    ['a site that is not there', 'settings show nowhere tags', undefined, 'There is no site nowhere.'],
    ['no JSON', 'settings set shop tags', '{', 'Standard input cannot be read as JSON'],
    ['a missing field', 'settings set shop tags', { value: {} }, 'value.name is not text.'],
    [
      'an unknown zone',
      'settings set shop hours',
      { value: { name: 'Office', zone: 'Mars', weekly: [], exceptions: [] } },
      'zone: “Mars” is not a known time zone',
    ],
    [
      'an id that is none',
      'settings set shop tags Big!',
      { value: { name: 'x' } },
      'id does not have the expected form.',
    ],
    [
      'what is not there',
      'settings show shop tags nothing',
      undefined,
      'there is none of this name among tags.',
    ],
    ['too many lines', 'settings changes shop --limit 0', undefined, '--limit is a number from 1 to 200.'],
  ])('%s is one line and no success', async (_what, words, input, line) => {
    const { code, problem, out } = await run(words, input);
    expect(code).toBeGreaterThan(0);
    expect(problem).toContain(line);
    expect([problem.split('\n').length, out]).toEqual([1, '']);
  });

  test('people are listed and changed, and all of it stands in the log as the operator’s', async () => {
    await run('agent change shop Ana --name Anna --role supervisor');
    expect(JSON.parse((await run('agent list shop')).out)).toMatchObject({
      name: 'Anna',
      role: 'supervisor',
    });
    const { out } = await run('settings changes shop --limit 2');
    const [first] = out.split('\n').map((line) => JSON.parse(line) as object);
    expect(first).toMatchObject({
      by: { kind: 'operator' },
      action: 'changed',
      kind: 'agents',
      name: 'Anna',
      fields: [
        { field: 'name', before: '"Ana"', after: '"Anna"' },
        { field: 'role', before: '"agent"', after: '"supervisor"' },
      ],
    });
  });

  test('[RC9] the doctor says what was changed in the log behind its back', async () => {
    expect((await run('doctor')).out).toContain('the data is whole');
    const storage = await openStorage(here, { clock: systemClock, report: () => undefined, beside: true });
    await storage.kysely
      .updateTable('audit')
      .set({ details: '{"name":"somebody else"}' })
      .where('id', '=', 1)
      .execute();
    await storage.close();
    const ill = await run('doctor');
    expect(ill.code).toBe(1);
    expect(ill.out).toContain('BAD   Line 1 of the audit was changed.');
  });
});
