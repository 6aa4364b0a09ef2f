import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Verdict } from './checker.ts';

/** Set by `npm run test:long`: full counts instead of a share that takes minutes. */
export const IS_LONG = process.env['ALONGSIDE_LONG'] === '1';

/** Where runs leave their results; `npm run docs` makes `docs/reliability.md` of those that were published. */
export const RESULTS_FOLDER = resolve(import.meta.dirname, '../../../test-output/faults');

/** One fault run, as the table of `docs/reliability.md` shows it. */
export interface FaultRun {
  /** Row of the table in the delivery contract, `R1`. */
  readonly row: string;
  /** What was done, in words. */
  readonly fault: string;
  /** How often each fault really happened. */
  readonly struck: Readonly<Record<string, number>>;
  readonly seed?: number;
  readonly verdict: Verdict;
}

/** Keeps a run's result. Call it before the assertions: a failed run is a result too. */
export function report(run: FaultRun): void {
  const { row, fault, struck, seed, verdict } = run;
  const { invoked, ok, failed, unknown, stored, convergenceMs } = verdict;
  const counts = Object.entries(verdict).filter((entry): entry is [string, string[]] =>
    Array.isArray(entry[1]),
  );
  const result = {
    ...{ row, fault, struck, long: IS_LONG, ...(seed !== undefined && { seed }) },
    ...{ invoked, ok, failed, unknown, stored, convergenceMs: Math.round(convergenceMs) },
    ...Object.fromEntries(counts.map(([name, found]) => [name, found.length])),
  };
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const name = `${row} ${fault}${IS_LONG ? ' in full' : ''}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  writeFileSync(join(RESULTS_FOLDER, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}
