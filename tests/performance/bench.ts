import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { absolute, formatted } from '../../tools/generate-docs.ts';
import { endWithUsage, optionsOf } from '../../tools/run/options.ts';
import { BUDGETS_DOCUMENT, BUDGETS_LINES, budgetsDocument } from './harness/budgets-document.ts';
import { profileInto } from './harness/measured-process.ts';
import { jsonLine, rowsOf, table } from './harness/report.ts';
import type { Row, RowModule } from './harness/row.ts';
import { MODULES } from './modules.ts';

const EFFORT_MAX = 10;
const HELP = `Measures the budgets and prints them as a table and as JSON lines.

  npm run bench -- [options]

  --only size,relay    some modules only
  --list               prints the names of the modules
  --json <file>        writes the JSON lines to a file too; rows that are not measured keep what the file says
  --publish            does that to docs/budgets.jsonl and makes docs/budgets.md of it
  --profile <folder>   leaves a CPU profile of each server and client there; figures are then not to be trusted
  --effort 0.2         makes fewer rounds, to try something out: more than 0, at most ${EFFORT_MAX} (1)
  --help               this text`;

const options = optionsOf(HELP, {
  only: { type: 'string' },
  json: { type: 'string' },
  effort: { type: 'string', default: '1' },
  publish: { type: 'boolean', default: false },
  profile: { type: 'string' },
  list: { type: 'boolean', default: false },
});
const effort = Number(options.effort);
if (!(effort > 0 && effort <= EFFORT_MAX)) {
  endWithUsage(`--effort is more than 0 and at most ${EFFORT_MAX}, not ${options.effort}`, HELP);
}

function chosen(): readonly RowModule[] {
  if (options.only === undefined) return MODULES;
  const names = options.only.split(',');
  const unknown = names.filter((name) => !MODULES.some((module) => module.name === name));
  if (unknown.length > 0) endWithUsage(`there is no module ${unknown.join(', ')}; see --list`, HELP);
  return MODULES.filter(({ name }) => names.includes(name));
}

/** Answers all that is in the file then. */
function write(file: string, rows: readonly Row[]): Row[] {
  const before = existsSync(file) ? rowsOf(readFileSync(file, 'utf8')) : [];
  const measured = new Map(rows.map((row) => [row.name, row]));
  const kept = before.map((row) => measured.get(row.name) ?? row);
  const added = rows.filter(({ name }) => !before.some((row) => row.name === name));
  const all = [...kept, ...added];
  writeFileSync(file, `${all.map(jsonLine).join('\n')}\n`);
  return all;
}

async function publish(rows: readonly Row[]): Promise<void> {
  const all = write(absolute(BUDGETS_LINES), rows);
  writeFileSync(absolute(BUDGETS_DOCUMENT), await formatted(BUDGETS_DOCUMENT, budgetsDocument(all)));
}

async function measureAll(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const module of chosen()) {
    const say = (line: string): void => console.error(`  ${module.name}: ${line}`);
    console.error(`measuring ${module.name} …`);
    const measured = await module.measure({ say, effort });
    rows.push(...measured);
    // At once, so that a run that is broken off has not measured for nothing.
    if (options.publish) await publish(measured);
  }
  return rows;
}

if (options.list) {
  console.log(MODULES.map(({ name }) => name).join('\n'));
} else {
  if (options.profile !== undefined) profileInto(resolve(options.profile));
  const rows = await measureAll();
  console.log(table(rows));
  console.log();
  for (const row of rows) console.log(jsonLine(row));
  if (options.json !== undefined) write(options.json, rows);
  const missed = rows.filter(({ verdict }) => verdict === 'missed').length;
  console.log(`\n${rows.length} rows, ${missed} budgets missed`);
  process.exitCode = missed > 0 ? 1 : 0;
}
