import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Counts, countsOfReport, NONE, type VitestReport } from './counts.ts';
import type { Stage } from './stages.ts';

/** What became of a stage. */
export interface StageResult {
  readonly counts: Counts;
  readonly ok: boolean;
  readonly seconds: number;
  /** Both outputs in the order they came; printed only when the stage failed. */
  readonly output: string;
}

async function reportOf(path: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as VitestReport;
  } catch {
    // Killed before it could write one; the counts say so.
    return undefined;
  }
}

function run(
  root: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = (): void => {
      child.kill('SIGTERM');
    };
    process.once('exit', stop);
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => parts.push(part));
    }
    child.once('error', (error) => parts.push(error.message));
    child.once('close', (exitCode) => {
      process.removeListener('exit', stop);
      resolve({ exitCode, output: parts.join('') });
    });
  });
}

/** Runs one stage to its end. `reports` is a folder for vitest's report. */
export async function runStage(
  root: string,
  stage: Stage,
  reports: string,
  environment: NodeJS.ProcessEnv,
): Promise<StageResult> {
  const begin = performance.now();
  const file = join(reports, `${stage.name}.json`);
  await rm(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const command = stage.suite ? [...stage.command, ...reporters] : stage.command;
  const { exitCode, output } = await run(root, command, { NO_COLOR: '1', ...environment });
  const counts = stage.suite
    ? countsOfReport(await reportOf(file), exitCode)
    : { ...NONE, ...(exitCode === 0 ? { passed: 1 } : { failed: 1 }) };
  return { counts, ok: counts.failed === 0, seconds: (performance.now() - begin) / 1000, output };
}
