import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GENERATED, absolute, formatted } from '../../tools/generate-docs.ts';

describe('generated documents', () => {
  test.each(GENERATED)('$path is what `npm run docs` writes', async ({ path, text }) => {
    expect(readFileSync(absolute(path), 'utf8')).toBe(await formatted(path, text()));
  });
});
