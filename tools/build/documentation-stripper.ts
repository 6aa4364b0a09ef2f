import type { Plugin } from 'rollup';

const PROTOCOL = /[\\/]sdk[\\/]src[\\/]protocol[\\/][^\\/]+\.ts$/;
/** What only generators ask a schema for, as it stands in the source: `json: …` of an object. */
const JSON_IN_SOURCE = /(?<!readonly )\bjson: (?=\(|schema\b)/g;
/** How a sentence for docs/protocol.md is written in the source: `doc: '…'`, or the third argument of `message`. */
const IN_SOURCE = /\bdoc: *['"`]|\bmessage\(\s*['"`]/g;

interface Sentence {
  readonly start: number;
  readonly end: number;
  /** What stands in its place. */
  readonly replacement: string;
}

interface Node {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function isText(value: unknown): value is Node {
  if (!isNode(value)) return false;
  return value.type === 'TemplateLiteral' || (value.type === 'Literal' && typeof value['value'] === 'string');
}

const isNamed = (value: unknown, name: string): boolean => isNode(value) && value['name'] === name;

function sentenceOf(node: Node): Node | undefined {
  if (node.type === 'Property' && isNamed(node['key'], 'doc') && isText(node['value'])) return node['value'];
  if (node.type === 'CallExpression' && isNamed(node['callee'], 'message')) {
    const sentence = (node['arguments'] as unknown[])[2];
    if (isText(sentence)) return sentence;
  }
  return undefined;
}

/** The value of a schema's `json`: a function that only generators call. */
function generatorOf(node: Node): Node | undefined {
  const isJson = node.type === 'Property' && isNamed(node['key'], 'json') && node['shorthand'] !== true;
  return isJson && isNode(node['value']) && IS_EXPRESSION.test(node['value'].type)
    ? node['value']
    : undefined;
}

/** A pattern's `{ json }` is another kind of property. */
const IS_EXPRESSION = /^(ArrowFunctionExpression|MemberExpression)$/;

function collect(node: Node, found: Sentence[]): void {
  const sentence = sentenceOf(node);
  const generator = generatorOf(node);
  if (sentence) found.push({ start: sentence.start, end: sentence.end, replacement: "''" });
  if (generator) {
    found.push({ start: generator.start, end: generator.end, replacement: '0' });
    return;
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) collect(child, found);
    }
  }
}

function without(code: string, sentences: readonly Sentence[]): string {
  let stripped = code;
  for (const { start, end, replacement } of sentences.toSorted((a, b) => b.start - a.start)) {
    stripped = `${stripped.slice(0, start)}${replacement}${stripped.slice(end)}`;
  }
  return stripped;
}

function countOf(code: string, pattern: RegExp): number {
  return code.match(pattern)?.length ?? 0;
}

/**
 * Replaces the wire's sentences by '' and the schemas' `json` by 0 in browser bundles: only generators read them. It counts them in the source
 * too and fails when a way of writing them escapes it, because the bundle would silently grow.
 */
export function documentationStripper(): Plugin[] {
  const written = new Map<string, number>();
  return [
    {
      name: 'documentation-counter',
      transform: {
        order: 'pre',
        handler(code, id) {
          if (PROTOCOL.test(id)) written.set(id, countOf(code, IN_SOURCE) + countOf(code, JSON_IN_SOURCE));
        },
      },
    },
    {
      name: 'documentation-stripper',
      transform(code, id) {
        const expected = written.get(id);
        if (expected === undefined) return null;
        const found: Sentence[] = [];
        collect({ ...this.parse(code) }, found);
        if (found.length !== expected) {
          this.error(`${id} has ${expected} sentences of documentation, but ${found.length} were stripped`);
        }
        return { code: without(code, found), map: null };
      },
    },
  ];
}
