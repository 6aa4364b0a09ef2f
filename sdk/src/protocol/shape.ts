/**
 * The visitor's browser checks what the server sends by its shape alone: the build makes shapes of the schemas
 * (tools/build/visitor-wire.ts), so that limits, patterns and the path of what is wrong, which only the server
 * needs, are not fetched by every visitor. What stays is the guarantee that nothing broken gets past the decoder:
 * a frame of another shape is refused, an entry with another body is `unreadable`.
 *
 * Entries of shared pages stay as they came: the chunk that knows them decodes them by itself.
 *
 * '' text · 0 number · true · a pattern that the text must match · `[x]` a list · `[x, 0]` may be absent ·
 * `[envelope, body, erased]` an entry of a log · `{ type: { word: … } }` told apart by `type` · else an object.
 */
export type Shape =
  string | number | boolean | RegExp | readonly Shape[] | { readonly [name: string]: Shape };

type Fields = Record<string, unknown>;

function fitsEntry(envelope: Shape, body: Shape, erased: Shape, entry: Fields): boolean {
  if (entry['erased'] === true) return fits(erased, entry);
  if (!fits(body, entry['body'])) entry['body'] = { type: 'unreadable' };
  return fits(envelope, entry);
}

/** Whether a value out of JSON has this shape; bodies of entries that have not become `unreadable` in place. */
export function fits(shape: Shape, value: unknown): boolean {
  if (typeof shape !== 'object') return typeof value === typeof shape;
  if (shape instanceof RegExp) return typeof value === 'string' && shape.test(value);
  if (shape instanceof Array) {
    const [first, second, third] = shape as Shape[];
    if (first === undefined) return false;
    if (second === undefined) return value instanceof Array && value.every((each) => fits(first, each));
    if (third === undefined) return value === undefined || fits(first, value);
    return typeof value === 'object' && value !== null && fitsEntry(first, second, third, value as Fields);
  }
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  const { type: words, ...others } = shape as Record<string, Shape>;
  if (typeof words === 'object') {
    const word = String(fields['type']);
    // Entries of shared pages: the chunk that draws them is fetched where there are any, and decodes by itself.
    return Object.hasOwn(words, word)
      ? fits((words as Record<string, Shape>)[word] ?? '', value)
      : word.startsWith('co-');
  }
  return Object.entries(others).every(([name, each]) => fits(each, fields[name]));
}

/** In place of a schema's decoder: the value itself, where it fits. */
export function decoderOf(shape: Shape): { decode(value: unknown): unknown } {
  return {
    decode(value) {
      if (!fits(shape, value)) throw new TypeError('unexpected shape');
      return value;
    },
  };
}
