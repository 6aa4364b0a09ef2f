import { describe, expect, test } from 'vitest';
import { runMany } from '../support/simulation/many-schedules.ts';
import type { ModelDefects } from '../support/simulation/model-log.ts';
import { NaiveVisitor } from '../support/simulation/naive-visitor.ts';
import { runSchedule } from '../support/simulation/schedule.ts';

/** Enough for every defect to show. */
const SCHEDULES = 150;

/** A verdict that cannot fail proves nothing: each kind of wrong server, and a wrong client, must be found out. */
describe('the verdicts of the delivery simulation can fail', () => {
  const defects: [string, ModelDefects, RegExp][] = [
    ['[DL1] a server that acknowledges before it stores', { answersEarly: true }, /lost:/],
    ['[DL11] a server that shows what it has not stored', { showsEarly: true }, /phantom:|not converged/],
    ['[DL2] a server that forgets which commands it knows', { forgetsCommands: true }, /duplicate:|ack/],
    ['[DL3] a server that takes commands in any order', { ignoresCounters: true }, /order:/],
    ['[DL3] a server that leaves numbers out', { skipsNumbers: true }, /hole:/],
    ['[DL4] a server that shows notes to visitors', { showsNotes: true }, /leak:/],
  ];
  test.for(defects)('%s is noticed', async ([, defect, expected]) => {
    const { failures } = await runMany(1, SCHEDULES, { defects: defect });
    expect(failures.join('\n')).toMatch(expected);
  });

  test('[DL4] a client that does not look at prev is noticed', async () => {
    const { failures } = await runMany(1, SCHEDULES, { visitor: NaiveVisitor });
    expect(failures.join('\n')).toMatch(/hole:/);
  });

  test('a seed repeats its schedule to the last frame', async () => {
    const traces = [];
    for (let times = 0; times < 2; times++) {
      const lines: string[] = [];
      await runSchedule(42, { trace: (line) => lines.push(line) });
      traces.push(lines.join('\n'));
    }
    expect(traces[0]).toBe(traces[1]);
  });
});
