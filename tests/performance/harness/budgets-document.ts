import { markdownTable } from './report.ts';
import type { Row } from './row.ts';

/** Where a published run of the bench is kept, and the document that is made of it. */
export const BUDGETS_LINES = 'docs/budgets.jsonl';
export const BUDGETS_DOCUMENT = 'docs/budgets.md';

const INTRODUCTION = `# Budgets, measured

What Alongside may cost, and what it does. The table is made from \`docs/budgets.jsonl\`, which the last published run of the bench left:

\`\`\`sh
npm run build
npm run bench -- --publish
\`\`\`

\`npm run bench -- --only relay,ack --publish\` measures some rows anew and keeps the others. A row without a budget explains its neighbour. Times are processor time, or ratios to a baseline that was measured in the same run, taking turns; no unit test is timed. Bytes are bodies as served to a browser that accepts gzip, 1 KB = 1,000 B. The two sizes are also held by \`tests/documentation/size.test.ts\`.
`;

const NOTES = `## How each was measured
`;

/** The document of a run's rows. */
export function budgetsDocument(rows: readonly Row[]): string {
  const notes = rows.map(({ name, what, note }) => `- **${what}** (\`${name}\`): ${note}.`);
  return [INTRODUCTION, markdownTable(rows), '', NOTES, notes.join('\n'), ''].join('\n');
}
