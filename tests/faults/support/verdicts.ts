import type { Verdict } from './checker.ts';

export const NOTHING_YET: Verdict = {
  ...{ lost: [], duplicate: [], phantom: [], holes: [], broken: [], disorder: [] },
  ...{ wrongSeq: [], altered: [], refusedButStored: [] },
  ...{ invoked: 0, ok: 0, failed: 0, unknown: 0, stored: 0, convergenceMs: 0 },
};

/** Two runs as one: counts and findings added, the slower convergence. */
export function together(one: Verdict, other: Verdict): Verdict {
  const sum = { ...one } as Record<string, number | string[]>;
  for (const [name, value] of Object.entries(other) as [string, number | string[]][]) {
    const before = sum[name];
    if (Array.isArray(value)) sum[name] = [...(before as string[]), ...value];
    else
      sum[name] = name === 'convergenceMs' ? Math.max(before as number, value) : (before as number) + value;
  }
  return sum as unknown as Verdict;
}
