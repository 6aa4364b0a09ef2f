import { DecodeError, type ErrorCode, UNKNOWN_TYPE } from '@alongside/sdk/protocol';
import type { Limits } from '../lib/limits.ts';

/** Why a frame or body is refused: our code and a sentence that names the path. */
export interface Problem {
  code: ErrorCode;
  message: string;
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const PROBLEM_MAX_LENGTH = 300;
const OVER_A_LIMIT = / (is longer than|has more than) \d+( items)?$/;

export type ShapeLimits = Pick<Limits, 'jsonDepthMax' | 'jsonKeysMax' | 'jsonItemsMax'>;

/**
 * What is wrong with the shape of a parsed JSON value, whatever it means: too deep, too many keys or items, or a
 * key that would reach a prototype when somebody copied it (T6). Undefined where nothing is.
 */
export function shapeProblem(value: unknown, limits: ShapeLimits, depth = 1): Problem | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > limits.jsonDepthMax) return tooLarge(`is nested deeper than ${limits.jsonDepthMax}`);
  if (Array.isArray(value)) {
    if (value.length > limits.jsonItemsMax) return tooLarge(`has a list of more than ${limits.jsonItemsMax}`);
    return firstProblem(value, limits, depth);
  }
  const keys = Object.keys(value);
  if (keys.length > limits.jsonKeysMax) return tooLarge(`has more than ${limits.jsonKeysMax} keys`);
  if (keys.some((key) => FORBIDDEN_KEYS.has(key))) {
    return { code: 'malformed', message: 'value has a key that is not allowed' };
  }
  return firstProblem(Object.values(value), limits, depth);
}

function firstProblem(values: unknown[], limits: ShapeLimits, depth: number): Problem | undefined {
  for (const value of values) {
    const problem = shapeProblem(value, limits, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

function tooLarge(problem: string): Problem {
  return { code: 'too-large', message: `value ${problem}` };
}

/** What a decoder threw, in the wire's words; anything but a {@link DecodeError} is thrown on. */
export function decodeProblem(error: unknown): Problem {
  if (!(error instanceof DecodeError)) throw error;
  const message = error.message.slice(0, PROBLEM_MAX_LENGTH);
  if (message.endsWith(UNKNOWN_TYPE)) return { code: 'unknown-type', message };
  return { code: OVER_A_LIMIT.test(message) ? 'too-large' : 'malformed', message };
}
