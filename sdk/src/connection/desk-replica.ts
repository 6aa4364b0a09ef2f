import { Cell } from '../lib/observable.ts';
import type { DeskRow, Infer, desk, deskPatch } from '../protocol/index.ts';

/** An agent's copy of the desk: whole, then in step by versions; a version that is missing asks for it whole. */
export class DeskReplica {
  readonly rows = new Cell<ReadonlyMap<string, DeskRow>>(new Map());
  readonly #ask: () => void;
  /** Undefined while the whole desk is asked for. */
  #version: number | undefined;

  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** Asks for the whole desk; patches that come before it are contained in it, or come after it. */
  open(): void {
    this.#version = undefined;
    this.#ask();
  }

  whole({ version, rows }: Infer<typeof desk>): void {
    this.#version = version;
    this.rows.value = new Map(rows.map((row) => [row.key, row]));
  }

  /** The server has sent this version: what is missing up to it was lost on the way. */
  versionIs(version: number): void {
    if (this.#version !== undefined && version > this.#version) this.open();
  }

  patch({ from, version, put, remove }: Infer<typeof deskPatch>): void {
    if (this.#version === undefined || version <= this.#version) return;
    if (from !== this.#version) {
      this.open();
      return;
    }
    const rows = new Map(this.rows.value);
    for (const key of remove) rows.delete(key);
    for (const row of put) rows.set(row.key, row);
    this.#version = version;
    this.rows.value = rows;
  }
}
