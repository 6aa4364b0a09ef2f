import type { StoredEffect } from './outbox-store.ts';

/** Effects of one stream and kind, in order; only the first is at work, or the first few. */
export interface EffectLine {
  readonly key: string;
  /** Those at work are not among them. */
  readonly effects: StoredEffect[];
  /** Ready to run, running, or waiting for its next try. */
  state: 'ready' | 'running' | 'waiting';
}

/** What became of an effect: when to try it again, that it is done, or that it is left in the store. */
export type Fate = 'done' | 'left' | { againAfter: number };

/** Effects that were at work together, by what became of each; `againAfter` is the longest wait of any, in ms. */
export function sorted(
  effects: readonly StoredEffect[],
  fates: readonly Fate[],
): { done: number[]; left: number[]; again: StoredEffect[]; againAfter: number } {
  const found = { done: [] as number[], left: [] as number[], again: [] as StoredEffect[], againAfter: 0 };
  for (const [place, effect] of effects.entries()) {
    const fate = fates[place];
    if (typeof fate === 'object') {
      found.again.push(effect);
      found.againAfter = Math.max(found.againAfter, fate.againAfter);
    } else found[fate ?? 'left'].push(effect.id);
  }
  return found;
}
