import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IS_LONG, RESULTS_FOLDER } from './report.ts';

/** Where a long run stands, so that one that was stopped goes on; deleted when it is through. */
export class Progress<State extends object> {
  readonly #path: string;
  readonly #name: string;
  readonly #begin = performance.now();
  state: State;

  /** Goes on from what was kept, or begins with `fresh`. */
  constructor(name: string, fresh: State) {
    this.#name = name;
    this.#path = join(RESULTS_FOLDER, 'unfinished', `${name.replace(/[^a-z0-9]+/gi, '-')}.json`);
    // The bounded share begins anew each time.
    this.state = (IS_LONG && this.#kept()) || fresh;
  }

  /** Keeps the state and prints one line. */
  step(state: State, done: number, of: number): void {
    this.state = state;
    if (IS_LONG) this.#keep(state);
    const seconds = Math.round((performance.now() - this.#begin) / 1_000);
    console.log(`${this.#name}: ${done} of ${of} after ${seconds} s`);
  }

  finished(): void {
    rmSync(this.#path, { force: true });
  }

  #keep(state: State): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(`${this.#path}.new`, JSON.stringify(state));
    renameSync(`${this.#path}.new`, this.#path);
  }

  #kept(): State | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
