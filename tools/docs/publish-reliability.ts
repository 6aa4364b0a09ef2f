/** Takes the results of the last fault runs over into docs/reliability.json; `npm run docs` makes the page of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { PUBLISHED, type PublishedRun, type PublishedRuns } from './reliability-document.ts';

const RESULTS = resolve(import.meta.dirname, '../../test-output/faults');
const DAY_LENGTH = '2026-01-31'.length;

/** Rows of the contract's table by number, others after them. */
const number = ({ row }: PublishedRun): number => Number(/^R(\d+)$/.exec(row)?.[1] ?? 1_000);

const byFault = new Map<string, PublishedRun>();
for (const name of readdirSync(RESULTS).filter((each) => each.endsWith('.json'))) {
  const run = JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as PublishedRun;
  const key = `${run.row} ${run.fault}`;
  // A run of full count says more than the bounded one of the same fault.
  if (run.long || !byFault.has(key)) byFault.set(key, run);
}
const published: PublishedRuns = {
  day: new Date().toISOString().slice(0, DAY_LENGTH),
  machine: `${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`,
  runs: [...byFault.values()].sort(
    (one, other) => number(one) - number(other) || one.fault.localeCompare(other.fault),
  ),
};
writeFileSync(PUBLISHED, `${JSON.stringify(published, undefined, 2)}\n`);
console.log(`published ${published.runs.length} runs`);
