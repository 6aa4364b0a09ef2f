import { pathToFileURL } from 'node:url';
import type { Plugin } from 'rollup';
import type { JsonSchema } from '../../sdk/src/protocol/schema.ts';

/** Modules that only declare. */
const SDK = /[\\/]sdk[\\/]src[\\/]/;
/** Modules whose exports are replaced: schemas by their shapes, tables by their values. */
const FRAMES = /[\\/]sdk[\\/]src[\\/]protocol[\\/](visitor-down|duty-tables)\.ts$/;
/** What the host page's scripts can write to: its ids are looked at more closely. */
const STORED = /[\\/]sdk[\\/]src[\\/]connection[\\/](outbox|tab)-schema\.ts$/;

interface ObjectSchema {
  properties: Record<string, JsonSchema>;
  required: string[];
}

/** What the panel does without: a share is folded by the chunk that shares. */
const SHARE = /[\\/]sdk[\\/]src[\\/]co-browse[\\/]share-state\.ts$/;
const WITHOUT_SHARE = 'export const withShare = (state) => state;';
/** Tags are the agents' own. */
const TAGS = /[\\/]sdk[\\/]src[\\/]conversation[\\/]tags-state\.ts$/;
const WITHOUT_TAGS = 'export const withTags = (state) => state;';
/** So is which work item a sitting has. */
const DEFLECTION = /[\\/]sdk[\\/]src[\\/]conversation[\\/]deflection-state\.ts$/;
const WITHOUT_DEFLECTION = 'export const withDeflection = (state) => state;';

/** Fields that no visitor's client reads: whatever stands there does no harm. */
export const UNREAD: ReadonlySet<string> = new Set([
  ...['session', 'protocol', 'serverTime', 'accessLastsMs', 'conflict', 'openedAt', 'channel', 'share'],
  ...['tags', 'mentions'],
  // The chunk that shows them looks at them by itself (widget/src/shell/waiting.tsx).
  ...['opens', 'saysOnly', 'wait'],
  // Either something or nothing.
  ...['drafts'],
]);

/** Entries that the panel does not read, or is never sent: `unreadable` there, and not shown. */
const LEFT_OUT = /^(co-browse\.|agent\.looked$|conversation\.tagged$|sitting\.deflected)/;

/** In quotes, so that the minifier keeps it. */
const nameOf = (name: string): string => JSON.stringify(name);

/** The word by which a message is told apart. */
const wordOf = (schema: JsonSchema): unknown =>
  (schema as unknown as ObjectSchema).properties['type']?.['const'];

function objectShape(schema: JsonSchema, withPatterns: boolean, omitted = ''): string {
  const { properties, required } = schema as unknown as ObjectSchema;
  const fields = Object.entries(properties).flatMap(([name, each]) => {
    if ('const' in each || name === omitted || UNREAD.has(name)) return [];
    const shape = shapeOf(each, withPatterns);
    return `${nameOf(name)}:${required.includes(name) ? shape : `[${shape},0]`}`;
  });
  return `{${fields.join()}}`;
}

function unionShape(members: readonly JsonSchema[], withPatterns: boolean): string {
  const words = members.map(wordOf);
  if (words.every((word) => typeof word === 'string')) {
    const shapes = members.flatMap((each, index) => {
      const word = words[index] ?? '';
      return LEFT_OUT.test(word) ? [] : [`${nameOf(word)}:${objectShape(each, withPatterns)}`];
    });
    return `{type:{${shapes.join()}}}`;
  }
  const [entry, erased, ...more] = members;
  const body = (entry as ObjectSchema | undefined)?.properties['body'];
  if (!entry || !erased || !body || more.length > 0)
    throw new Error('a union that is neither messages nor entries');
  return `[${objectShape(entry, withPatterns, 'body')},${shapeOf(body, withPatterns)},${objectShape(erased, withPatterns)}]`;
}

/** The source of the shape (sdk/src/protocol/shape.ts) that stands for a schema. */
export function shapeOf(schema: JsonSchema, withPatterns: boolean): string {
  if (Array.isArray(schema['oneOf'])) return unionShape(schema['oneOf'] as JsonSchema[], withPatterns);
  switch (schema['type']) {
    case 'string':
      return withPatterns && typeof schema['pattern'] === 'string' ? `/${schema['pattern']}/` : "''";
    case 'integer':
      return '0';
    case 'boolean':
      return '!0';
    case 'array':
      return `[${shapeOf(schema['items'] as JsonSchema, withPatterns)}]`;
    case 'object':
      return objectShape(schema, withPatterns);
    default:
      throw new Error(`no shape for ${JSON.stringify(schema)}`);
  }
}

/** The source of a module with the same names, made of what the module exports. */
export async function lightModule(path: string, shapes: string): Promise<string> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, object>;
  const lines = Object.entries(module).map(([name, value]) => {
    if (!('decode' in value)) return `export const ${name} = ${JSON.stringify(value)};`;
    const schema = (value as unknown as { json: () => JsonSchema }).json();
    return `export const ${name} = /* @__PURE__ */ decoderOf(${shapeOf(schema, STORED.test(path))});`;
  });
  return [`import { decoderOf } from ${JSON.stringify(shapes)};`, ...lines].join('\n');
}

/** For the bundle that visitors fetch: decoders that know shapes only, see sdk/src/protocol/shape.ts. */
export function visitorWire(): Plugin {
  return {
    name: 'visitor-wire',
    load(id) {
      if (SHARE.test(id)) return WITHOUT_SHARE;
      if (TAGS.test(id)) return WITHOUT_TAGS;
      if (DEFLECTION.test(id)) return WITHOUT_DEFLECTION;
      if (FRAMES.test(id)) return lightModule(id, './shape.ts');
      return STORED.test(id) ? lightModule(id, '../protocol/shape.ts') : null;
    },
    // What package.json says of the sdk does not reach every module: whoever resolves it first decides, and that
    // changes from build to build.
    transform: (code, id) => (SDK.test(id) ? { code, map: null, moduleSideEffects: false } : null),
  };
}
