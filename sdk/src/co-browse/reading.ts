/** Reads fields of values that somebody else made; what is not of the asked kind does not exist. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NONE: Fields = Object.freeze(Object.create(null) as Record<string, never>);

/** The fields of a value; of anything else none. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : NONE);

/** The items of a list, at most `max`; of anything else none. */
export const itemsOf = (value: unknown, max: number): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]).slice(0, max) : [];

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A number that is one: finite and inside of the bounds. */
export function numberOf(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && value >= min && value <= max ? value : undefined;
}

/** The id of a node, as rrweb counts them. */
export function idOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}
