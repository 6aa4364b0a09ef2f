import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWithUs, stopChild } from '../../support/child.ts';
import type { Memory, Usage } from './answer-parent.ts';

/** A process that uses less than this of the time between two looks has nothing to do. */
const LOOK_MS = 40;
const IDLE_MICROS = 2_500;
const LOOKS_MAX = 500;
/** A question that takes longer will not be answered any more, and the bench must end. */
const ANSWER_MAX_MS = 5 * 60_000;

const PROCESSES = join(import.meta.dirname, '../processes');

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

let profileFolder: string | undefined;

/** From now on each process leaves a CPU profile in `folder` when it ends. */
export function profileInto(folder: string): void {
  profileFolder = folder;
}

/**
 * V8's young generation grows in steps of many MB while objects are made; kept small in all processes alike, what
 * memory grows by is what the connections hold.
 */
const SMALL_YOUNG_GENERATION = ['--min-semi-space-size=1', '--max-semi-space-size=1'];

function nodeOptions(script: string, hasSmallHeap: boolean): string[] {
  if (hasSmallHeap) return ['--expose-gc', ...SMALL_YOUNG_GENERATION];
  if (profileFolder === undefined) return ['--expose-gc'];
  const name = `--cpu-prof-name=${script}-${process.hrtime.bigint()}.cpuprofile`;
  return ['--expose-gc', '--cpu-prof', `--cpu-prof-dir=${profileFolder}`, name];
}

/** A script of `processes/` in a process of its own, asked over the channel that Node gives parent and child. */
export class MeasuredProcess {
  readonly #script: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended: Error | undefined;

  /** `script` without its ending. It can collect its garbage when it is asked for its memory. */
  constructor(script: string, { hasSmallHeap = false } = {}) {
    this.#script = script;
    this.#child = fork(join(PROCESSES, `${script}.ts`), [], {
      execArgv: nodeOptions(script, hasSmallHeap),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    endWithUs(this.#child);
    this.#child.on('message', (answer: Answer) => this.#answered(answer));
    this.#child.once('exit', (code, signal) => {
      this.#ended = new Error(`${script} ended with ${String(code ?? signal)}`);
      for (const { reject, timer } of this.#waiting.values()) {
        clearTimeout(timer);
        reject(this.#ended);
      }
      this.#waiting.clear();
    });
  }

  /** Asks by name; rejects with the child's error, when the child has ended, or where it never answers. */
  ask<T>(name: string, argument?: unknown): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = (this.#asked += 1);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${this.#script} did not answer ${name} within ${ANSWER_MAX_MS} ms`));
      }, ANSWER_MAX_MS);
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      this.#child.send({ id, name, argument });
    });
  }

  usage(): Promise<Usage> {
    return this.ask<Usage>('usage');
  }

  memory(): Promise<Memory> {
    return this.ask<Memory>('memory');
  }

  /** Microseconds of processor time that the process used during `work`. */
  async cpuDuring(work: () => Promise<unknown>): Promise<number> {
    const before = await this.usage();
    await work();
    const after = await this.usage();
    return after.cpuMicros - before.cpuMicros;
  }

  /** Resolves when it has nothing to do any more: what a load left behind is done. */
  async settled(): Promise<void> {
    for (let look = 0; look < LOOKS_MAX; look++) {
      if ((await this.cpuDuring(() => delay(LOOK_MS))) < IDLE_MICROS) return;
    }
    throw new Error('a process of the bench did not come to rest');
  }

  async stop(): Promise<void> {
    await stopChild(this.#child);
  }

  #answered({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
