/**
 * Combinators from which a message's type, its decoder, its row in docs/protocol.md, its JSON Schema and the
 * wire's version hash all derive. They are small because the widget carries them: what is only read by
 * generators (JSON Schema) is built on demand.
 *
 * A decoder picks the fields it names and drops all others, so that an unknown field is ignored and never stored.
 */

/** The subset of JSON Schema (2020-12, the dialect of OpenAPI 3.1) that these combinators produce. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Decodes an untrusted value, or throws a {@link DecodeError} that names the path of what is wrong. */
export interface Schema<T> {
  readonly decode: (value: unknown, path: string) => T;
  readonly json: () => JsonSchema;
  /** True where the key may be absent from the object that holds it. */
  readonly optional?: true;
}

/** What a schema decodes to. */
export type Infer<S> = S extends { readonly decode: (value: unknown, path: string) => infer T } ? T : never;

/** Why a value was refused: `path` is dotted (`body.text`, `events[3].seq`), `''` for the whole value. */
export class DecodeError extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super((path || 'value') + ' ' + problem);
    this.path = path;
  }
}

function fail(path: string, problem: string): never {
  throw new DecodeError(path, problem);
}

const LONE_SURROGATE_OR_NUL = /[\ud800-\udfff\0]/u;

/**
 * Text of at most `max` UTF-16 units that every store can keep: no NUL, no lone surrogate (neither survives
 * Postgres or UTF-8).
 */
/* @__NO_SIDE_EFFECTS__ */
export function string(max: number, pattern?: RegExp, min = 0): Schema<string> {
  return {
    decode: (value, path) => {
      if (typeof value !== 'string') fail(path, 'is not text');
      if (value.length > max) fail(path, `is longer than ${max}`);
      if (value.length < min) fail(path, `is shorter than ${min}`);
      if (LONE_SURROGATE_OR_NUL.test(value)) fail(path, 'is not well-formed text');
      if (pattern && !pattern.test(value)) fail(path, 'does not have the expected form');
      return value;
    },
    json: () => ({
      type: 'string',
      maxLength: max,
      ...(min > 0 && { minLength: min }),
      ...(pattern && { pattern: pattern.source }),
    }),
  };
}

/** A whole number from `min` to `max`, both within the range that JSON carries exactly. */
/* @__NO_SIDE_EFFECTS__ */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Schema<number> {
  return {
    decode: (value, path) => {
      if (!Number.isInteger(value)) fail(path, 'is not a whole number');
      const number = value as number;
      if (number < min || number > max) fail(path, `is not between ${min} and ${max}`);
      return number;
    },
    json: () => ({ type: 'integer', minimum: min, maximum: max }),
  };
}

/** true or false. */
export const boolean: Schema<boolean> = {
  decode: (value, path) => (typeof value === 'boolean' ? value : fail(path, 'is not true or false')),
  json: () => ({ type: 'boolean' }),
};

/** One of the given words. */
/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const T extends readonly string[]>(...words: T): Schema<T[number]> {
  return {
    decode: (value, path) =>
      words.includes(value as string) ? (value as T[number]) : fail(path, 'is not a known word'),
    json: () => ({ type: 'string', enum: words }),
  };
}

/** A key that may be absent; `null` counts as present and is decoded by `schema`. */
/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> & { readonly optional: true } {
  return {
    optional: true,
    decode: (value, path) => (value === undefined ? undefined : schema.decode(value, path)),
    json: schema.json,
  };
}

/** A list of at most `max` items. */
/* @__NO_SIDE_EFFECTS__ */
export function list<T>(item: Schema<T>, max: number): Schema<T[]> {
  return {
    decode: (value, path) => {
      if (!Array.isArray(value)) fail(path, 'is not a list');
      if (value.length > max) fail(path, `has more than ${max} items`);
      return value.map((each, index) => item.decode(each, `${path}[${index}]`));
    },
    json: () => ({ type: 'array', maxItems: max, items: item.json() }),
  };
}

/** Fields of an object, by name. */
export type Fields = { readonly [name: string]: Schema<unknown> };

type OptionalName<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly optional: true } ? K : never;
}[keyof F];

type Flat<T> = { [K in keyof T]: T[K] };

/** The type that a set of fields decodes to: an optional field is an optional key. */
export type ObjectOf<F extends Fields> = Flat<
  { [K in Exclude<keyof F, OptionalName<F>>]: Infer<F[K]> } & {
    [K in OptionalName<F>]?: Exclude<Infer<F[K]>, undefined>;
  }
>;

/** An object of exactly these fields; others are dropped. */
/* @__NO_SIDE_EFFECTS__ */
export function object<const F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  const entries = Object.entries(fields);
  return {
    decode: (value, path) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        fail(path, 'is not an object');
      }
      const decoded: Record<string, unknown> = {};
      for (const [name, schema] of entries) {
        const field = (value as Record<string, unknown>)[name];
        if (field === undefined && schema.optional) continue;
        decoded[name] = schema.decode(field, path ? `${path}.${name}` : name);
      }
      return decoded as ObjectOf<F>;
    },
    json: () => ({
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, schema]) => [name, schema.json()])),
      required: entries.filter(([, schema]) => !schema.optional).map(([name]) => name),
    }),
  };
}

/** One message of the wire, or one command, event or signal inside of one: told apart by `type`. */
export interface Message<Type extends string, F extends Fields> extends Schema<
  Flat<{ type: Type } & ObjectOf<F>>
> {
  readonly type: Type;
  /** The protocol version that brought it. */
  readonly since: number;
  /** One sentence for docs/protocol.md; the browser build replaces it by ''. */
  readonly doc: string;
  readonly fields: F;
}

/** Declares a message: its word, the protocol version that brought it, one sentence, and its fields. */
/* @__NO_SIDE_EFFECTS__ */
export function message<const Type extends string, const F extends Fields>(
  type: Type,
  since: number,
  doc: string,
  fields: F,
): Message<Type, F> {
  const { decode, json } = object(fields);
  return {
    type,
    since,
    doc,
    fields,
    decode: (value, path) => Object.assign({ type }, decode(value, path)),
    json: () => {
      const shape = json() as { properties: object; required: string[] };
      return {
        type: 'object',
        properties: { type: { const: type }, ...shape.properties },
        required: ['type', ...shape.required],
      };
    },
  };
}

/** Any message, where only its word and its decoder matter. */
export type AnyMessage = Schema<{ type: string }> & {
  readonly type: string;
  readonly since: number;
  readonly doc: string;
  readonly fields: Fields;
};

/** A closed set of messages, told apart by `type`. */
export interface Union<M extends AnyMessage> extends Schema<Infer<M>> {
  readonly messages: readonly M[];
}

/** The problem that a union reports for a `type` it does not know; answered with the error `unknown-type`. */
export const UNKNOWN_TYPE = 'is not a known type';

/** Decodes by `type`; one that is not in the set fails with {@link UNKNOWN_TYPE} at the path `….type`. */
/* @__NO_SIDE_EFFECTS__ */
export function union<const List extends readonly AnyMessage[]>(...messages: List): Union<List[number]> {
  type M = List[number];
  const byType = new Map<unknown, M>(messages.map((each) => [each.type, each]));
  return {
    messages,
    decode: (value, path) => {
      if (typeof value !== 'object' || value === null) fail(path, 'is not an object');
      const found = byType.get((value as { type?: unknown }).type);
      if (!found) fail(path ? `${path}.type` : 'type', UNKNOWN_TYPE);
      return found.decode(value, path) as Infer<M>;
    },
    json: () => ({ oneOf: messages.map((each) => each.json()) }),
  };
}
