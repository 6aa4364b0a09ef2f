import type { PageIncrement, StyleRuleAdd } from './page-events.ts';
import { type Fields, fieldsOf, idOf, itemsOf, numberOf, textOf } from './reading.ts';

const RULES_MAX = 5_000;
const SHEETS_MAX = 1_000;
const NESTING_MAX = 32;
const INDEX_MAX = 1_000_000;
/** An index must not move because a rule was left out. */
const NO_RULE = 'x{}';

type FilterRule = (rule: string) => string;
type FilterProperty = (property: string, value: string) => string | undefined;

const indexOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? numberOf(value, 0, INDEX_MAX) : undefined;

/** A place in a sheet: a number, or one per level of nested rules. */
function placeOf(value: unknown): number | readonly number[] | undefined {
  if (!Array.isArray(value)) return indexOf(value);
  const path = itemsOf(value, NESTING_MAX).map(indexOf);
  return path.length > 0 && path.every((step) => step !== undefined) ? path : undefined;
}

/** The one sheet that is meant, by its element or by its own number. */
function sheetOf(data: Fields): { id?: number; styleId?: number } | undefined {
  const [id, styleId] = [idOf(data['id']), idOf(data['styleId'])];
  if (id === undefined && styleId === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), ...(styleId === undefined ? {} : { styleId }) };
}

function rulesOf(items: unknown, filter: FilterRule): StyleRuleAdd[] {
  return itemsOf(items, RULES_MAX).map((item) => {
    const { rule, index } = fieldsOf(item);
    const place = placeOf(index);
    const text = filter(textOf(rule) ?? '') || NO_RULE;
    return { rule: text, ...(place === undefined ? {} : { index: place }) };
  });
}

/** Rules that were put in or taken out. */
export function scrubStyleRules(data: Fields, filter: FilterRule): PageIncrement | undefined {
  const sheet = sheetOf(data);
  if (!sheet) return undefined;
  const [replace, replaceSync] = [textOf(data['replace']), textOf(data['replaceSync'])];
  const removes = itemsOf(data['removes'], RULES_MAX).flatMap((item) => {
    const index = placeOf(fieldsOf(item)['index']);
    return index === undefined ? [] : [{ index }];
  });
  const adds = rulesOf(data['adds'], filter);
  return {
    source: 8,
    ...sheet,
    ...(adds.length === 0 ? {} : { adds }),
    ...(removes.length === 0 ? {} : { removes }),
    ...(replace === undefined ? {} : { replace: filter(replace) }),
    ...(replaceSync === undefined ? {} : { replaceSync: filter(replaceSync) }),
  };
}

/** A property of a rule that was set or taken away. */
export function scrubStyleDeclaration(data: Fields, filter: FilterProperty): PageIncrement | undefined {
  const sheet = sheetOf(data);
  const place = placeOf(data['index']);
  if (!sheet || !Array.isArray(place)) return undefined;
  const index = place as readonly number[];
  const { property: removed } = fieldsOf(data['remove']);
  const { property, value, priority } = fieldsOf(data['set']);
  if (typeof removed === 'string' && filter(removed, 'inherit') !== undefined) {
    return { source: 13, ...sheet, index, remove: { property: removed } };
  }
  if (typeof property !== 'string') return undefined;
  const filtered = value === null ? null : filter(property, textOf(value) ?? '');
  if (filtered === undefined) return undefined;
  const important = priority === 'important' ? { priority: 'important' as const } : {};
  return { source: 13, ...sheet, index, set: { property, value: filtered, ...important } };
}

/** The constructed sheets of a document or shadow root. */
export function scrubStyleSheets(data: Fields, filter: FilterRule): PageIncrement | undefined {
  const id = idOf(data['id']);
  if (id === undefined) return undefined;
  const styles = itemsOf(data['styles'], SHEETS_MAX).flatMap((item) => {
    const { styleId, rules } = fieldsOf(item);
    const known = idOf(styleId);
    return known === undefined ? [] : [{ styleId: known, rules: rulesOf(rules, filter) }];
  });
  const styleIds = itemsOf(data['styleIds'], SHEETS_MAX).flatMap((styleId) => idOf(styleId) ?? []);
  return { source: 15, id, styleIds, ...(styles.length === 0 ? {} : { styles }) };
}
