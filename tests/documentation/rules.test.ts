import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../tools/generate-docs.ts';

/** Rule ids: DL delivery, CO co-browse, FO forms, CB callback, CA call, RT routing, RC record, T threats. */
const RULE = /\[((?:DL|CO|FO|CB|CA|RT|RC|T)\d+)\]/g;

function rulesIn(paths: readonly string[], lines: (line: string) => boolean): Set<string> {
  const found = paths.flatMap((path) =>
    readFileSync(absolute(path), 'utf8')
      .split('\n')
      .filter(lines)
      .flatMap((line) => [...line.matchAll(RULE)].map((rule) => rule[1] ?? '')),
  );
  return new Set(found);
}

const glob = (pattern: string): string[] =>
  globSync(pattern, { cwd: absolute(''), exclude: ['**/node_modules/**'] });

const specified = rulesIn(glob('docs/spec/*.md'), (line) => line.startsWith('- **['));
const tested = rulesIn(
  glob('{sdk,widget,console,server,tests,tools}/**/*.test.{ts,tsx}').filter(
    (path) => !path.endsWith('rules.test.ts'),
  ),
  () => true,
);

describe('rules and tests', () => {
  test('there are rules', () => {
    expect(specified.size).toBeGreaterThan(10);
  });

  test('every rule of docs/spec has a test that carries its id', () => {
    expect([...specified.difference(tested)].sort()).toEqual([]);
  });

  test('every id that a test carries is a rule of docs/spec', () => {
    expect([...tested.difference(specified)].sort()).toEqual([]);
  });
});
