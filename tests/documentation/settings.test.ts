import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingsRoutes } from '../../server/src/transport/routes/settings-routes.ts';
import { SETTINGS_KINDS } from '../../sdk/src/shared.ts';
import { absolute } from '../../tools/generate-docs.ts';

const rows = readFileSync(absolute('docs/spec/settings.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('docs/spec/settings.md lists every kind, and who reads it', () => {
  const routes = settingsRoutes({ settings: {} as never });
  const readers = SETTINGS_KINDS.map((kind) => {
    const route = routes.find(({ method, path }) => method === 'get' && path === `/v1/${kind}`);
    return [`\`${kind}\``, `${route?.access}s`];
  });
  expect(rows.map(([, kind, , reader]) => [kind, reader])).toEqual(readers);
});
