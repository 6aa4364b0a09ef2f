import { beforeAll, expect, test } from 'vitest';
import type { RunOptions } from './schedule.ts';
import { type ManyResult, rangeFromEnvironment, runMany } from './many-schedules.ts';

/** 10 ms of processor time each, on machines that do other things as well. */
const LASTS_AT_MOST_MS = 600_000;

/**
 * The tests of one range of schedules. They are in two files, so that two processors share them. A failure names
 * its seed: `SEED=… SCHEDULES=1 npx vitest run tests/properties/delivery-1` runs it alone.
 */
export function simulateDelivery(firstSeed: number, schedules: number, options: RunOptions = {}): void {
  const { first, count } = rangeFromEnvironment(firstSeed, schedules);
  const whole = count >= schedules;
  let result: ManyResult;

  beforeAll(async () => {
    result = await runMany(first, count, options);
    const { messages, slowestHealingMs, struck } = result;
    console.info(
      `seeds ${first} to ${first + count - 1}: ${messages} messages, healed after ${slowestHealingMs} ms at most\n` +
        [...struck.counts].map(([fault, times]) => `  ${times} × ${fault}`).join('\n'),
    );
  }, LASTS_AT_MOST_MS);

  test('[DL2] [DL3] [DL4] [DL5] [DL6] [DL11] every promise is kept under random faults', () => {
    expect(result.failures).toEqual([]);
  });

  test.runIf(whole)('every kind of fault really struck', () => {
    const absent = [...result.struck.counts].filter(([, times]) => times < count / 500);
    expect(absent).toEqual([]);
  });

  test.runIf(whole)('as much was said as the faults could break', () => {
    expect(result.messages).toBeGreaterThan(count * 5);
  });
}
