/**
 * Old libraries and hostile pages put functions of their own in place of `Array.from` and `Array.isArray` (R28), and
 * rrweb would mend the page's `Array.from`, which is not ours to do (slim-rrweb.ts takes that out). The panel, the
 * recorder and rrweb in it ask for neither: what they make arrays of can be iterated, and their arrays are of this page.
 */
export const ownArrayNames = { 'Array.from': 'ownArrayFrom', 'Array.isArray': 'isOwnArray' };

const INTRO = `const ownArrayFrom = (items, map) => map ? [...items].map((item) => map(item)) : [...items];
const isOwnArray = (value) => value instanceof Array;`;

/** At the top of each chunk that needs it. */
export function ownArrayIntro({ modules }: { modules: Record<string, { code: string | null }> }): string {
  const isNeeded = Object.values(modules).some(({ code }) => /\bArray\.(?:from|isArray)\b/.test(code ?? ''));
  return isNeeded ? INTRO : '';
}
