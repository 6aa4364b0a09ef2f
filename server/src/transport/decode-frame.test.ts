import fc from 'fast-check';
import { chatSend, fetchPage, list, string, visitorUp } from '@alongside/sdk/protocol';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../lib/limits.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';

const problemOf = (json: string): string | undefined => shapeProblem(JSON.parse(json), defaultLimits)?.code;

describe('the shape of a value', () => {
  test('[T4] is measured at its limits', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(problemOf(nested(16))).toBeUndefined();
    expect(problemOf(nested(17))).toBe('too-large');
    expect(problemOf(nested(30_000))).toBe('too-large');
    const keys = (count: number): string =>
      `{${Array.from({ length: count }, (_, at) => `"k${at}":0`).join()}}`;
    expect(problemOf(keys(200))).toBeUndefined();
    expect(problemOf(keys(201))).toBe('too-large');
    const items = (count: number): string => `[${Array.from({ length: count }, () => 0).join()}]`;
    expect(problemOf(items(5_000))).toBeUndefined();
    expect(problemOf(items(5_001))).toBe('too-large');
  });

  test.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])('[T6] has no key %s', (key) => {
    expect(problemOf(`{"${key}":1}`)).toBe('malformed');
    expect(problemOf(`[{"a":[{"${key}":{}}]}]`)).toBe('malformed');
    expect(problemOf(`["${key}"]`)).toBeUndefined();
  });

  test('is judged without throwing, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 25 }), (value) => void shapeProblem(value, defaultLimits)),
    );
  });
});

describe('what a decoder threw', () => {
  const problemFrom = (decode: () => unknown): unknown => {
    try {
      return decode();
    } catch (error) {
      return decodeProblem(error);
    }
  };

  test('keeps its path and gets the code that fits', () => {
    const { decode } = visitorUp;
    expect(problemFrom(() => decode({ type: 'x' }, ''))).toEqual({
      code: 'unknown-type',
      message: 'type is not a known type',
    });
    expect(problemFrom(() => chatSend.decode({ text: 'x'.repeat(8_001) }, 'body'))).toEqual({
      code: 'too-large',
      message: 'body.text is longer than 8000',
    });
    expect(problemFrom(() => list(string(1), 2).decode(['', '', ''], 'a'))).toMatchObject({
      code: 'too-large',
    });
    expect(problemFrom(() => fetchPage.decode({ request: 'one' }, ''))).toEqual({
      code: 'malformed',
      message: 'request is not a whole number',
    });
  });

  test('a fault of ours is thrown on', () => {
    expect(() => decodeProblem(new TypeError('planted'))).toThrow('planted');
  });
});
