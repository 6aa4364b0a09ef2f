import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ended, endWithUs, stopChild } from '../../support/child.ts';
import { startServer } from '../../support/server-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median } from '../harness/statistics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ROUNDS = 7;
const BUDGET_READY_SECONDS = 1;
const BUDGET_AGAIN_SECONDS = 2;
const READY = /^Alongside ready on /;

/** Seconds from the server's start on an empty folder to its ready line. */
async function secondsToReady(): Promise<number> {
  const server = await startServer();
  await server.remove();
  return server.startMs / 1_000;
}

/** Seconds that Node alone takes to start and end. */
async function secondsOfNode(): Promise<number> {
  const begin = performance.now();
  await ended(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }));
  return (performance.now() - begin) / 1_000;
}

/** Seconds from `npm start` to the ready line, on a folder that was used before and with nothing to build. */
async function secondsOfNpmStart(dataFolder: string): Promise<number> {
  const begin = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataFolder },
    stdio: ['ignore', 'pipe', 'ignore'],
    // npm, its shell and the server are one group, so that all of them can be ended.
    detached: true,
  });
  endWithUs(child);
  try {
    return await new Promise<number>((resolvePromise, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (READY.test(line)) resolvePromise((performance.now() - begin) / 1_000);
      });
      child.once('exit', (code) => reject(new Error(`npm start ended with ${String(code)}`)));
    });
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await stopChild(child);
  }
}

async function measure(context: BenchContext): Promise<Row[]> {
  const folder = await temporaryFolder('bench-start');
  try {
    const [node, ready, again]: [number[], number[], number[]] = [[], [], []];
    // The first one builds and seeds.
    await secondsOfNpmStart(folder.path);
    for (let round = 0; round < rounds(context, ROUNDS); round++) {
      node.push(await secondsOfNode());
      ready.push(await secondsToReady());
      again.push(await secondsOfNpmStart(folder.path));
    }
    const baseline = `Node alone ${figure(median(node))} s`;
    const peers = '–';
    return [
      judged({
        ...{ baseline, peers, unit: 's' },
        name: 'start-to-ready',
        what: 'start to ready, embedded store, after build',
        budgetMax: BUDGET_READY_SECONDS,
        measured: median(ready),
        note: 'demo mode on an empty folder, tables and seeds included, until the ready line',
      }),
      judged({
        ...{ baseline, peers, unit: 's' },
        name: 'npm-start-again',
        what: 'a second npm start, nothing to build',
        budgetMax: BUDGET_AGAIN_SECONDS,
        measured: median(again),
        note: 'npm, the version check, the look at the inputs of the build, and the start',
      }),
    ];
  } finally {
    await folder.remove();
  }
}

export const start: RowModule = { name: 'start', measure };
