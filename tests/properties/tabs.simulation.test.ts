import { describe, expect, test } from 'vitest';
import { runMany } from '../support/simulation/many-schedules.ts';
import { simulateDelivery } from '../support/simulation/simulate-delivery.ts';
import type { TabDefects } from '../support/simulation/shared-tabs.ts';

const SCHEDULES = 3_000;
/** Enough for each defect to show. */
const DEFECT_SCHEDULES = 150;

simulateDelivery(1, SCHEDULES, { tabs: {} });

describe('[DL8] the verdicts find', () => {
  const defects: [string, TabDefects, RegExp][] = [
    ['a lock that everybody is granted', { lockIsShared: true }, /connections:|identity:/],
    ['a leader that does not learn of what others saved', { losesSaved: true }, /still has/],
    [
      'a leader that tells nobody what it receives',
      { losesDown: true },
      /does not see|has come to|still has/,
    ],
  ];
  test.each(defects)('%s', async (_name, tabs, verdict) => {
    const { failures } = await runMany(1, DEFECT_SCHEDULES, { tabs });
    expect(failures.join('\n')).toMatch(verdict);
  });
});
