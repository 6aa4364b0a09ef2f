/** Takes the results of the last fault runs over into docs/reliability.json; `npm run docs` makes the page of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { PUBLISHED, type PublishedRun, type PublishedRuns } from './reliability-document.ts';

const RESULTS = resolve(import.meta.dirname, '../../test-output/faults');
const DAY_LENGTH = '2026-01-31'.length;

type Result = PublishedRun & { readonly long: boolean };

const number = ({ row }: PublishedRun): number => Number(row.slice(1));

const results = readdirSync(RESULTS)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result)
  .sort((one, other) => number(one) - number(other) || one.fault.localeCompare(other.fault));

const published: PublishedRuns = {
  day: new Date().toISOString().slice(0, DAY_LENGTH),
  machine: `${cpus().length} cores, ${process.platform}, Node ${process.versions.node}`,
  long: results.every(({ long }) => long),
  runs: results.map(({ long, ...run }) => run),
};
writeFileSync(PUBLISHED, `${JSON.stringify(published, undefined, 2)}\n`);
console.log(`published ${results.length} runs`);
