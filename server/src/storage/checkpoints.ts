import { Worker } from 'node:worker_threads';
import { type Report, oneLine } from '../lib/report.ts';

/**
 * Pages of the write-ahead log (16 MB) before they are moved into the file. A page that many messages touch is moved
 * once: with SQLite's own 1,000 pages an append costs a tenth more. A start after a crash reads them in some 20 ms.
 */
const PAGES_MAX = 4_000;
/** A look costs 2 µs; a commit writes 6 to 300 pages. */
const COMMITS_BETWEEN_LOOKS = 16;
/** So few pages the writer moves itself: about half a millisecond. */
const REST_MAX_PAGES = 64;
/** Each pass leaves what was written during it; the writer must end it, or the log would grow for ever. */
const PASSES_MAX = 4;
/** After a failure it is tried again when so many commits more were made. */
const COMMITS_AFTER_FAILURE = 1_000;

export interface MoveRequest {
  readonly path: string;
}

export interface MoveAnswer {
  readonly error?: string;
}

/** The connection whose log is moved. */
export interface CheckpointedStore {
  /** Pages of the log that are not in the file yet. */
  pagesLeft(): number;
  /** Moves them, alone with the connection: the next commit then begins the log anew. */
  moveRest(): Promise<void>;
}

export interface CheckpointOptions {
  readonly path: string;
  readonly report: Report;
  /** Tests want it sooner. */
  readonly pagesMax?: number;
}

interface Thread {
  readonly worker: Worker;
  settle: ((answer: MoveAnswer) => void) | undefined;
}

/**
 * Moves the write-ahead log into the file without holding up who writes: a thread with a connection of its own moves
 * all but what is written meanwhile, and the writer the few pages that are left. Done by the writer alone, as SQLite
 * does it within a commit, 4,000 pages took 20 to 50 ms, in which no message was answered.
 */
export class Checkpoints {
  readonly #store: CheckpointedStore;
  readonly #options: CheckpointOptions;
  readonly #pagesMax: number;
  #thread: Thread | undefined;
  #commits = 0;
  #isPaused = false;
  #running: Promise<void> | undefined;

  constructor(store: CheckpointedStore, options: CheckpointOptions) {
    this.#store = store;
    this.#options = options;
    this.#pagesMax = options.pagesMax ?? PAGES_MAX;
  }

  /** To be told after each commit. */
  committed(): void {
    this.#commits++;
    if (this.#commits < COMMITS_BETWEEN_LOOKS || this.#isPaused || this.#running) return;
    this.#commits = 0;
    if (this.#store.pagesLeft() < this.#pagesMax) return;
    this.#running = this.#move().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when no other connection is at the file; none will be until {@link resume}. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#running;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Ends for good. */
  async close(): Promise<void> {
    await this.pause();
    await this.#thread?.worker.terminate();
  }

  /** What fails stays in the log, where it is as safe as before; the log only grows. */
  async #move(): Promise<void> {
    try {
      for (let pass = 0; pass < PASSES_MAX; pass++) {
        const { error } = await this.#moveByThread();
        if (error !== undefined) throw new Error(error);
        if (this.#store.pagesLeft() <= REST_MAX_PAGES) break;
      }
      await this.#store.moveRest();
    } catch (error) {
      this.#commits = -COMMITS_AFTER_FAILURE;
      this.#options.report('checkpoint-failed', { error: oneLine(error) });
    }
  }

  #moveByThread(): Promise<MoveAnswer> {
    const thread = (this.#thread ??= this.#startThread());
    return new Promise((settle) => {
      thread.settle = settle;
      thread.worker.ref();
      const request: MoveRequest = { path: this.#options.path };
      thread.worker.postMessage(request);
    });
  }

  /** Only when it is needed: a thread costs 5 MB and 30 ms. */
  #startThread(): Thread {
    // Flags of the process (profiles, inspection) are not for it.
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { execArgv: [] });
    const thread: Thread = { worker, settle: undefined };
    const answered = (answer: MoveAnswer): void => {
      // Between two requests it keeps no process alive.
      worker.unref();
      thread.settle?.(answer);
      thread.settle = undefined;
    };
    const ended = (reason: string): void => {
      this.#thread = undefined;
      answered({ error: reason });
    };
    worker.on('message', answered);
    worker.on('error', (error) => ended(oneLine(error)));
    worker.on('exit', (code) => ended(`the thread ended with ${code}`));
    return thread;
  }
}
