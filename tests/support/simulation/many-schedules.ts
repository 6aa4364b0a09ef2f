import type { RunOptions } from './schedule.ts';
import { runSchedule } from './schedule.ts';
import { Struck } from './struck.ts';

export interface ManyResult {
  struck: Struck;
  messages: number;
  slowestHealingMs: number;
  /** One line per seed whose promises were not kept. */
  failures: string[];
}

/** More of them add nothing to a report. */
const FAILURES_MAX = 5;

/** Runs `count` schedules from seed `first` on. */
export async function runMany(first: number, count: number, options: RunOptions = {}): Promise<ManyResult> {
  const result: ManyResult = { struck: new Struck(), messages: 0, slowestHealingMs: 0, failures: [] };
  for (let seed = first; seed < first + count && result.failures.length < FAILURES_MAX; seed++) {
    const { problems, struck, healedAfterMs, messages } = await runSchedule(seed, options);
    result.struck.add(struck);
    result.messages += messages;
    result.slowestHealingMs = Math.max(result.slowestHealingMs, healedAfterMs);
    if (problems.length > 0) result.failures.push(`seed ${seed}: ${problems.slice(0, 5).join(' · ')}`);
  }
  return result;
}

/** `SEED=7 SCHEDULES=1` in the environment runs what a report named; else the given range. */
export function rangeFromEnvironment(first: number, count: number): { first: number; count: number } {
  const { SEED, SCHEDULES } = process.env;
  return { first: Number(SEED ?? first), count: Number(SCHEDULES ?? count) };
}
