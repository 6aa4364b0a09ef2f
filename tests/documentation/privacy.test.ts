import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALWAYS } from '../../console/src/co-browse/privacy-words.ts';
import { absolute } from '../../tools/generate-docs.ts';

test('docs/privacy.md names each rule that always holds as the settings do, and no other', () => {
  const [, part = ''] = readFileSync(absolute('docs/privacy.md'), 'utf8').split('## What the agent sees');
  const named = [...part.matchAll(/^- ([A-Z].+)$/gm)].map(([, words]) => words);
  expect(named).toEqual(Object.values(ALWAYS));
});
