import { figure } from './statistics.ts';
import type { Row } from './row.ts';

/** One JSON object, for machines. */
export function jsonLine(row: Row): string {
  return JSON.stringify(row);
}

/** Reads what {@link jsonLine} wrote, one row a line. */
export function rowsOf(lines: string): Row[] {
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const row = JSON.parse(line) as Omit<Row, 'measured'> & { measured: number | null };
      // JSON has no NaN: what was skipped has no figure.
      return { ...row, measured: row.measured ?? Number.NaN };
    });
}

/** The budget in words: `≤ 3.5 ×`. */
export function budgetText({ budgetMax, budgetMin, unit }: Row): string {
  if (budgetMax === 0) return 'none';
  if (budgetMax !== undefined) return `≤ ${figure(budgetMax)} ${unit}`;
  if (budgetMin !== undefined) return `≥ ${figure(budgetMin)} ${unit}`;
  return '–';
}

function measuredText(row: Row): string {
  return row.verdict === 'skipped' ? '–' : `${figure(row.measured)} ${row.unit}`;
}

const HEADINGS = ['', 'what', 'budget', 'measured', 'baseline in the same run', 'peers'];
const MARKS: Record<Row['verdict'], string> = { met: 'met', missed: 'MISSED', info: '', skipped: 'skipped' };

function cells(row: Row): string[] {
  return [MARKS[row.verdict], row.what, budgetText(row), measuredText(row), row.baseline, row.peers];
}

/** The table that the bench prints. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return text.join('\n');
}

/** The table of docs/budgets.md. */
export function markdownTable(rows: readonly Row[]): string {
  const escape = (cell: string): string => cell.replaceAll('|', '\\|');
  const line = (each: readonly string[]): string => `| ${each.map(escape).join(' | ')} |`;
  return [line(HEADINGS), line(HEADINGS.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n');
}
