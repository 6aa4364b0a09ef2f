import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../tools/generate-docs.ts';

const ROOT = absolute('');
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));
const documents = tracked.filter((path) => path.endsWith('.md'));

/** Words in backticks that look like a path of this repository: they contain a slash or end as a source file does. */
function pathsNamedIn(text: string): string[] {
  const words = text.matchAll(/`([A-Za-z0-9._@-]+(?:\/[A-Za-z0-9._@-]*)+)`/g);
  return [...words].map((word) => word[1] ?? '').filter((path) => ROOT_FOLDERS.test(path));
}

const ROOT_FOLDERS = /^(sdk|widget|console|server|demo-site|tests|tools|docs|\.ci)\//;

/** Relative targets of Markdown links, without their fragment. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map((link) => link[1] ?? '');
}

describe('documents tell the truth about the tree', () => {
  test('there are documents to check', () => {
    expect(documents).toContain('ARCHITECTURE.md');
    expect(pathsNamedIn(readFileSync(absolute('ARCHITECTURE.md'), 'utf8')).length).toBeGreaterThan(20);
  });

  test.each(documents)('every path that %s names exists', (document) => {
    const missing = pathsNamedIn(readFileSync(absolute(document), 'utf8')).filter(
      (path) => !existsSync(absolute(path)),
    );
    expect(missing).toEqual([]);
  });

  test.each(documents)('every link of %s leads somewhere', (document) => {
    const missing = linksIn(readFileSync(absolute(document), 'utf8')).filter(
      (link) => !existsSync(join(dirname(absolute(document)), link)),
    );
    expect(missing).toEqual([]);
  });
});
