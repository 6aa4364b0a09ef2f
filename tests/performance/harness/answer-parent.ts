/**
 * The child's side of {@link MeasuredProcess}: a script of the bench that runs in a process of its own, so that its
 * processor time and memory are its own, and that answers its parent's questions by name.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** What a process used since its start. */
export interface Usage {
  /** Processor time of all its threads, in microseconds, user and system. */
  readonly cpuMicros: number;
}

/** Memory in bytes, after the garbage was collected. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

const COLLECTIONS = 4;
const BETWEEN_COLLECTIONS_MS = 60;

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system };
}

/** Collects until nothing more is freed; needs `--expose-gc`. */
async function memory(): Promise<Memory> {
  for (let count = 0; count < COLLECTIONS; count++) {
    globalThis.gc?.();
    await delay(BETWEEN_COLLECTIONS_MS);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}

async function answer(answers: Answers, { id, name, argument }: Question): Promise<void> {
  try {
    const answerer = answers[name];
    if (!answerer) throw new Error(`nobody answers ${name}`);
    process.send?.({ id, value: await answerer(argument as never) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** Answers the parent until it goes away; `usage` and `memory` are always there. */
export function answerParent(own: Answers): void {
  const answers: Answers = { usage, memory, ...own };
  process.on('message', (question: Question) => void answer(answers, question));
  // An exit of its own is what writes a profile.
  process.on('SIGTERM', () => process.exit());
  // Without its parent nobody would stop it.
  process.on('disconnect', () => process.exit());
}
