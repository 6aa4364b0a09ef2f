import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute, formatted } from '../../tools/generate-docs.ts';
import { BUDGETS_DOCUMENT, BUDGETS_LINES, budgetsDocument } from '../performance/harness/budgets-document.ts';
import { rowsOf } from '../performance/harness/report.ts';
import { judged } from '../performance/harness/row.ts';

const rows = rowsOf(readFileSync(absolute(BUDGETS_LINES), 'utf8'));

describe('docs/budgets.md', () => {
  test('is made from the last published run of the bench', async () => {
    const expected = await formatted(BUDGETS_DOCUMENT, budgetsDocument(rows));
    expect(readFileSync(absolute(BUDGETS_DOCUMENT), 'utf8')).toBe(expected);
  });

  test('says of each row what its figure says', () => {
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows.filter(({ verdict }) => verdict !== 'skipped')) expect(judged(row)).toEqual(row);
  });
});
