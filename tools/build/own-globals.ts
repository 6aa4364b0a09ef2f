import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '../../widget/src/loader/own-globals.ts');

/** The names in the loader's list, in its order. */
export const OWN_GLOBALS: readonly string[] = (
  /= \[(?<names>[^\]]+)\];/.exec(readFileSync(SOURCE, 'utf8'))?.groups?.['names'] ?? ''
)
  .split(',')
  .map((name) => name.trim())
  .filter((name) => name !== '');
if (!OWN_GLOBALS.includes('JSON.parse')) throw new Error(`no list of globals in ${SOURCE}`);

const variableOf = (index: number): string => `__alongsideOwn${index}`;

/** For esbuild's `define`: the shell says its own names instead of the page's. */
export const ownGlobalNames = Object.fromEntries(OWN_GLOBALS.map((name, index) => [name, variableOf(index)]));

const KEPT = OWN_GLOBALS.map((_, index) => variableOf(index)).join();

/** At the top of each chunk that needs it: what the loader kept. */
export function ownGlobalsIntro({ modules }: { modules: Record<string, { code: string | null }> }): string {
  const isNeeded = Object.values(modules).some(({ code }) => code?.includes(variableOf(0).slice(0, -1)));
  return isNeeded ? `const [${KEPT}] = alongside.own;` : '';
}
