import type { SettingsChange } from '@alongside/sdk/shared';

type Difference = SettingsChange['fields'][number];

const DIFFERENCES_MAX = 100;
const FIELD_MAX_LENGTH = 200;
const VALUE_MAX_LENGTH = 400;

/**
 * What differs between two values of a setting, field by field, as people read a change: an entry that was put into
 * a list is one difference, whatever came after it. Undefined is a value that was not there.
 */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  return differences(before, after, '').slice(0, DIFFERENCES_MAX);
}

function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path);
  const isObjectBefore = isRecord(before);
  if ((isObjectBefore || before === undefined) && (isRecord(after) || after === undefined)) {
    const left = isObjectBefore ? before : {};
    const right = isRecord(after) ? after : {};
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].flatMap((name) =>
      differences(left[name], right[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return [differenceOf(path, before, after)];
}

/** Entries that both lists begin or end with are the same ones; what is between is compared in its order. */
function inLists(before: readonly unknown[], after: readonly unknown[], path: string): Difference[] {
  const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && same(before[first], after[first])) first++;
  let tail = 0;
  while (tail < shorter - first && same(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const left = before.slice(first, before.length - tail);
  const right = after.slice(first, after.length - tail);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    differenceOf(`${path}[${first + index}]`, left[index], right[index]),
  );
}

function differenceOf(path: string, before: unknown, after: unknown): Difference {
  return {
    field: path.slice(0, FIELD_MAX_LENGTH),
    ...(before !== undefined && { before: spell(before) }),
    ...(after !== undefined && { after: spell(after) }),
  };
}

function spell(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.length <= VALUE_MAX_LENGTH) return text;
  // Not in the middle of a character of two units.
  return `${text.slice(0, VALUE_MAX_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
