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

/** The cases of a shared corpus, or none when it does not lie beside the repository. */
export function corpus<T>(name: string): readonly T[] {
  const path = resolve(FOLDER, name);
  if (!existsSync(path)) return [];
  const content = JSON.parse(readFileSync(path, 'utf8')) as
    readonly T[] | { readonly [key: string]: readonly T[] };
  if (Array.isArray(content)) return content as readonly T[];
  return Object.values(content).find((value) => Array.isArray(value)) ?? [];
}
