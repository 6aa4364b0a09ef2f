import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Shape, decoderOf } from '../../sdk/src/protocol/shape.ts';
import { type AnyMessage, type JsonSchema, CLOSE_CODES, ERRORS, visitorDown } from '@alongside/sdk/protocol';
import * as stored from '../../sdk/src/connection/outbox-schema.ts';
import { UNREAD, lightModule, shapeOf } from './visitor-wire.ts';

const sdk = join(import.meta.dirname, '../../sdk/src');

interface Decoder {
  decode(value: unknown, path?: string): unknown;
}

/** The decoder as the bundle has it. */
async function light(schema: { json: () => JsonSchema }, withPatterns = false): Promise<Decoder> {
  const source = `export default ${shapeOf(schema.json(), withPatterns)}`;
  const { default: shape } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
    default: Shape;
  };
  return decoderOf(shape);
}

const lightDown = await light(visitorDown);

/** A value of a schema; `whole` with all that may be absent. */
function sample(schema: JsonSchema, whole: boolean): unknown {
  if ('const' in schema) return schema['const'];
  if (schema['enum'] !== undefined) return (schema['enum'] as unknown[])[0];
  if (schema['oneOf'] !== undefined) return sample((schema['oneOf'] as JsonSchema[])[0] ?? {}, whole);
  switch (schema['type']) {
    case 'array':
      return [sample(schema['items'] as JsonSchema, whole)];
    case 'boolean':
      return true;
    case 'integer':
      return (schema['minimum'] as number) + 1;
    case 'string':
      return textFor(String(schema['pattern']));
    default: {
      const fields = Object.entries(schema['properties'] as Record<string, JsonSchema>);
      const required = schema['required'] as string[];
      const there = fields.filter(([name]) => whole || required.includes(name));
      return Object.fromEntries(there.map(([name, each]) => [name, sample(each, whole)]));
    }
  }
}

function textFor(pattern: string): string {
  const prefix = /^\^(\w{3})_\[/.exec(pattern)?.[1];
  if (prefix !== undefined) return `${prefix}_${'0'.repeat(26)}`;
  return pattern.includes('-7[') ? '01234567-89ab-7fff-bfff-ffffffffffff' : 'abc';
}

/** Every value that differs from `value` by one field that somebody reads: absent, null, or of another kind. */
function broken(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [
      null,
      undefined,
      {},
      [],
      typeof value === 'string' ? 7 : 'seven',
      typeof value === 'boolean' ? 0 : true,
    ];
  }
  const wrongs: unknown[] = [null, 'text', Array.isArray(value) ? {} : []];
  if (Array.isArray(value)) return [...wrongs, ...broken(value[0]).map((each) => [each])];
  for (const [name, field] of Object.entries(value)) {
    if (UNREAD.has(name)) continue;
    for (const each of broken(field)) wrongs.push({ ...value, [name]: each });
  }
  return wrongs;
}

const outcome = (decoder: Decoder | typeof visitorDown, value: unknown): unknown => {
  try {
    return decoder.decode(structuredClone(value), '');
  } catch {
    return 'refused';
  }
};

const kinds = visitorDown.messages as readonly AnyMessage[];

describe('the decoder that visitors fetch', () => {
  test.each(kinds.map((each) => [each.type, each] as const))('takes every frame %s', (_type, each) => {
    for (const whole of [true, false]) {
      const frame = sample(each.json(), whole);
      const decoded = visitorDown.decode(frame, '');
      if (whole) expect(decoded).toEqual(frame);
      expect(lightDown.decode(frame)).toEqual(decoded);
    }
  });

  test('answers every frame with one broken field like the whole decoder: refused, or one unreadable entry', () => {
    let [refused, unreadable] = [0, 0];
    for (const each of kinds) {
      for (const frame of broken(sample(each.json(), true))) {
        const expected = outcome(visitorDown, frame);
        const got = outcome(lightDown, frame);
        expect({ frame, is: got }).toEqual({ frame, is: expected === 'refused' ? expected : got });
        expect(JSON.stringify(got).includes('unreadable')).toBe(
          JSON.stringify(expected).includes('unreadable'),
        );
        if (got === 'refused') refused++;
        else if (JSON.stringify(got).includes('unreadable')) unreadable++;
      }
    }
    expect(refused).toBeGreaterThan(200);
    expect(unreadable).toBeGreaterThan(10);
  });

  test('an entry of a kind that is not known yet is unreadable, one that was erased stays', () => {
    const entry = { seq: 2, prev: 1, at: 1, author: { kind: 'system' }, audience: 'everyone' };
    const frame = (each: object): object => ({ type: 'entry', conversation: textFor('^cnv_['), entry: each });
    expect(lightDown.decode(frame({ ...entry, body: { type: 'call.rang' } }))).toEqual(
      frame({ ...entry, body: { type: 'unreadable' } }),
    );
    expect(lightDown.decode(frame({ ...entry, body: { type: 'toString' } }))).toEqual(
      frame({ ...entry, body: { type: 'unreadable' } }),
    );
    const erased = frame({ seq: 2, prev: 1, erased: true });
    expect(lightDown.decode(structuredClone(erased))).toEqual(erased);
  });

  test.each([null, 7, 'hello', [], {}, { type: 'toString' }, { type: { welcome: 1 } }, { type: 'hello' }])(
    'refuses %j',
    (frame) => {
      expect(outcome(lightDown, frame)).toBe('refused');
    },
  );

  test.each(Object.entries(stored))(
    'what stands in the browser’s store is checked by %s',
    async (_name, schema) => {
      const value = sample(schema.json(), true);
      const decoder = await light(schema, true);
      expect(decoder.decode(value)).toEqual(schema.decode(value, ''));
      for (const each of broken(value)) {
        if (outcome(schema, each) === 'refused')
          expect([each, outcome(decoder, each)]).toEqual([each, 'refused']);
      }
    },
  );
});

describe('the tables that visitors fetch', () => {
  test('hold their values and no sentence', async () => {
    const source = await lightModule(join(sdk, 'protocol/duty-tables.ts'), './shape.ts');
    expect(source).toContain('"rate-limited":"retry"');
    expect(source).toContain('"4002":{"name":"version","duty":"stop"}');
    for (const { doc } of [...Object.values(ERRORS), ...Object.values(CLOSE_CODES)])
      expect(source).not.toContain(doc);
  });
});
