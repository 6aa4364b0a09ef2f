import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../../../shared/corpus');

/** One step of a masking case. */
export interface Action {
  readonly do:
    'start' | 'js' | 'type' | 'fill' | 'click' | 'select' | 'upload' | 'paste' | 'snapshot' | 'wait';
  readonly sel?: string;
  readonly code?: string;
  readonly text?: string;
  readonly value?: string;
  readonly name?: string;
  readonly ms?: number;
}

/** A page, what somebody does on it, and what must not leave it. */
export interface MaskCase {
  readonly id: string;
  readonly level: 'always' | 'strict';
  readonly html: string;
  readonly head?: string;
  readonly url?: string;
  readonly referrer?: string;
  readonly actions: readonly Action[];
  readonly secret: string;
  readonly check?: 'literal' | 'sequence' | 'keypad' | 'length' | 'shape' | 'count';
  readonly surface?: string;
}

/** A payload that somebody hostile sends. */
export interface HostileCase {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly must_not: string;
  readonly detect?: readonly string[];
}

function cases(name: string): readonly unknown[] {
  const path = resolve(FOLDER, name);
  if (!existsSync(path)) return [];
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (Array.isArray(content)) return content as readonly unknown[];
  const lists = Object.values(content as Record<string, unknown>).filter((value) => Array.isArray(value));
  return (lists[0] ?? []) as readonly unknown[];
}

/** The shared masking cases, or none when they do not lie beside the repository. */
export const maskCases = (): readonly MaskCase[] => cases('mask-cases.json') as readonly MaskCase[];

/** The shared hostile payloads, or none when they do not lie beside the repository. */
export const hostileCases = (): readonly HostileCase[] => cases('hostile.json') as readonly HostileCase[];

const GENERATORS: Readonly<
  Record<string, (parameters: { readonly depth?: number; readonly n?: number }) => unknown>
> = {
  'deep-tree': ({ depth = 0 }) => deepTree(depth),
  'many-keys': ({ n = 0 }) => Object.fromEntries(Array.from({ length: n }, (_, index) => [`k${index}`, 'v'])),
};

/** The text of a page that nests `depth` elements; no program could write it from a tree. */
export function deepTree(depth: number): string {
  const open = (id: number, tag: string): string =>
    `{"type":2,"id":${id},"tagName":"${tag}","attributes":{},"childNodes":[`;
  const levels = Array.from({ length: depth }, (_, level) => open(level + 10, 'div')).join('');
  const page = `${open(3, 'html')}${open(5, 'body')}${levels}${']}'.repeat(depth + 2)}`;
  const snapshot = `{"node":{"type":0,"id":1,"childNodes":[${page}]},"initialOffset":{"top":0,"left":0}}`;
  return `[{"type":2,"timestamp":1001,"data":${snapshot}}]`;
}

/** A payload with its `$repeat`, `$concat` and `$gen` written out. */
export function writtenOut(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(writtenOut);
  if (typeof payload !== 'object' || payload === null) return payload;
  const fields = payload as Record<string, unknown>;
  if (Array.isArray(fields['$repeat'])) {
    const [unit, times] = fields['$repeat'] as [string, number];
    return unit.repeat(times);
  }
  if (Array.isArray(fields['$concat']))
    return (fields['$concat'] as unknown[]).map((part) => writtenOut(part)).join('');
  if (typeof fields['$gen'] === 'string') return GENERATORS[fields['$gen']]?.(fields);
  // By definition, not by assignment: a key named __proto__ is part of the attack.
  const written = {};
  for (const [key, value] of Object.entries(fields)) {
    Object.defineProperty(written, key, {
      value: writtenOut(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return written;
}
