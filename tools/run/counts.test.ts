import { expect, test } from 'vitest';
import { closingLine, countsOfReport, plus, type VitestReport } from './counts.ts';

const GREEN: VitestReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
};

test('a green run counts what it says', () => {
  expect(countsOfReport(GREEN, 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

test('a file that could not be loaded is a failure', () => {
  const report = { ...GREEN, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(countsOfReport(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('an unhandled rejection is a failure although every test passed', () => {
  expect(countsOfReport(GREEN, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('a run that was killed has no report and is a failure', () => {
  expect(countsOfReport(undefined, null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('the closing line sums all runs and stands alone', () => {
  const sum = plus(countsOfReport(GREEN, 0), { passed: 1, failed: 2, skipped: 0 });
  expect(closingLine(sum)).toBe('4 passed, 2 failed, 2 skipped');
});
