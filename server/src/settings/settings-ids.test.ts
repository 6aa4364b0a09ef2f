import { expect, test } from 'vitest';
import { settingsId } from '@alongside/sdk/shared';
import { freeId } from './settings-ids.ts';

test.each([
  ['Sales', 'sales'],
  ['  Büro Nord!  ', 'buro-nord'],
  ['C++ & C#', 'c-c'],
  ['x'.repeat(80), 'x'.repeat(40)],
])('%j becomes the id %j', (name, id) => {
  expect(freeId(name, () => false)).toBe(id);
});

test('a taken one gets a number', () => {
  expect(freeId('Sales', (id) => ['sales', 'sales-2'].includes(id))).toBe('sales-3');
});

test.each(['投诉', '!!', '', undefined])('%j gets one of its own, which is an id all the same', (name) => {
  const id = freeId(name, () => false);
  expect(settingsId.decode(id, 'id')).toBe(id);
});
