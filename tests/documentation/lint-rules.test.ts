import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const house = resolve(import.meta.dirname, '../..');
const SOURCE = 'sdk/src/protocol/schema.ts';
const LIBRARY = 'server/src/lib/node-version.ts';
const TEST = 'server/src/lib/node-version.test.ts';

const eslint = new ESLint({ cwd: house });

async function rulesAgainst(path: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${text}\n`, { filePath: resolve(house, path) });
  return result?.messages.map((message) => message.ruleId ?? message.message) ?? [];
}

/** The file it stands in, a line that the house refuses, and the rule that says so. */
const REFUSED: readonly [file: string, line: string, rule: string][] = [
  [SOURCE, 'export const now = (): number => Date.now();', 'no-restricted-syntax'],
  [SOURCE, 'export const today = new Date();', 'no-restricted-syntax'],
  [SOURCE, 'export const chance = (): number => Math.random();', 'no-restricted-syntax'],
  [SOURCE, 'setTimeout(() => undefined, 1);', 'no-restricted-globals'],
  [LIBRARY, 'export const port = process.env["PORT"];', 'no-restricted-syntax'],
  [LIBRARY, 'console.log(1);', 'no-console'],
  [SOURCE, 'export const f = (e: Element): void => { e.innerHTML = ""; };', 'no-restricted-syntax'],
  [TEST, 'export const f = (e: Element): void => { e.outerHTML = ""; };', 'no-restricted-syntax'],
  [
    SOURCE,
    'export const f = (e: Element): void => { e.insertAdjacentHTML("afterend", ""); };',
    'no-restricted-syntax',
  ],
  [SOURCE, 'document.write("");', 'no-restricted-syntax'],
  [SOURCE, 'export const props = { dangerouslySetInnerHTML: 1 };', 'no-restricted-syntax'],
  [SOURCE, 'export default 1;', 'no-restricted-syntax'],
  [SOURCE, '// FIX' + 'ME later', 'no-warning-comments'],
  [SOURCE, '// eslint-disable-next-line no-eval\neval("1");', 'house/reason-for-exception'],
  [SOURCE, 'export const a: any = 1;', '@typescript-eslint/no-explicit-any'],
  [LIBRARY, 'Promise.resolve(1);', '@typescript-eslint/no-floating-promises'],
  [
    LIBRARY,
    'import { Server } from "node:http"; export type S = Server;',
    '@typescript-eslint/consistent-type-imports',
  ],
  [
    LIBRARY,
    'export function f(x: "a" | "b"): void { switch (x) { case "a": break; } }',
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
];

const ALLOWED: readonly [file: string, line: string][] = [
  [LIBRARY, 'export const now = (): number => Date.now();'],
  [LIBRARY, 'setTimeout(() => undefined, 1);'],
  [SOURCE, 'export const at = (ms: number): Date => new Date(ms);'],
  [TEST, 'console.log(Date.now(), process.env["CI"]);'],
];

describe('lint rules', () => {
  test.each(REFUSED.map((row) => [row[2], ...row] as const))(
    '%s: %s may not have %j',
    async (rule, file, line) => {
      expect(await rulesAgainst(file, line)).toContain(rule);
    },
  );

  test.each(ALLOWED)('%s may have %j', async (file, line) => {
    expect(await rulesAgainst(file, line)).toEqual([]);
  });

  test('a file of more than 300 lines is refused', async () => {
    expect(await rulesAgainst(SOURCE, '\n'.repeat(300))).toContain('max-lines');
  });

  test('a file name that is not kebab-case is refused', async () => {
    expect(await rulesAgainst('demo-site/shop/BigShop.js', '')).toContain('house/kebab-case-file');
  });
});
