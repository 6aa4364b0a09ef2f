import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS_FOLDER } from './report.ts';

/** Where a long run stands, so that one that was stopped goes on; deleted when it is through. */
export class Progress<State extends object> {
  readonly #path: string;
  readonly #name: string;
  readonly #begin = performance.now();
  state: State;

  /** Goes on from what was kept, or begins with `fresh`. */
  constructor(name: string, fresh: State) {
    const folder = join(RESULTS_FOLDER, 'unfinished');
    mkdirSync(folder, { recursive: true });
    this.#name = name;
    this.#path = join(folder, `${name.replace(/[^a-z0-9]+/gi, '-')}.json`);
    this.state = this.#kept() ?? fresh;
  }

  /** Keeps the state and prints one line. */
  step(state: State, done: number, of: number): void {
    this.state = state;
    writeFileSync(`${this.#path}.new`, JSON.stringify(state));
    renameSync(`${this.#path}.new`, this.#path);
    const seconds = Math.round((performance.now() - this.#begin) / 1_000);
    console.log(`${this.#name}: ${done} of ${of} after ${seconds} s`);
  }

  finished(): void {
    rmSync(this.#path, { force: true });
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
