import { type Report, oneLine } from '../lib/report.ts';
import { DamagedError } from './damage.ts';
import type { Appended } from './log.ts';

/** Damage is said once per row; so many rows are remembered. */
const SAID_MAX = 1_000;

/** Tells listeners of appends and the operator of faults. */
export class Announcer {
  readonly #report: Report;
  readonly #listeners = new Set<(appended: Appended) => void>();
  readonly #said = new Set<string>();

  constructor(report: Report) {
    this.#report = report;
  }

  onAppended(then: (appended: Appended) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  /** A listener that fails does not keep the others from hearing it. */
  tell(appended: Appended): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(appended);
      } catch (error) {
        this.#report('listener-failed', { stream: appended.stream, error: oneLine(error) });
      }
    }
  }

  snapshotUnusable(stream: string): void {
    this.#report('snapshot-unusable', { stream });
  }

  fault(problem: string, stream: string, error: unknown): void {
    if (error instanceof DamagedError) this.damage(error);
    else this.#report(problem, { stream, error: oneLine(error) });
  }

  damage(error: DamagedError): void {
    const what = `${error.stream} ${error.part}`;
    if (this.#said.has(what)) return;
    if (this.#said.size >= SAID_MAX) this.#said.clear();
    this.#said.add(what);
    this.#report('damaged-row', { stream: error.stream, part: error.part });
  }
}
