/** Random choices that a seed repeats. */
export interface Seeded {
  readonly seed: number;
  /** From 0 (included) to 1 (excluded). */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  /** Another source that depends on this seed and a name, and not on what was drawn here before. */
  child(name: string | number): Seeded;
}

/** Mulberry32: 32 bits of state, good enough to choose faults, and nothing else. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    fraction,
    integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    pick: (choices) => choices[Math.floor(fraction() * choices.length)] ?? choices[0],
    chance: (probability) => fraction() < probability,
    child: (name) => seeded(hash(`${seed} ${name}`)),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}

/** The seed of this run: `FAULT_SEED` repeats one that failed; each run prints its own. */
export function seedOfRun(): number {
  const given = process.env['FAULT_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given) >>> 0;
}
