import type { Clock } from '@alongside/sdk/shared';
import type { Log } from '../events/log.ts';
import type { Report } from '../lib/report.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import { shareEnds } from './co-browse-machine.ts';
import type { SharePipes } from './share-pipes.ts';
import { decide } from './share-watchers.ts';

export interface AbsenceOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: ShareLimits;
  readonly report: Report;
  readonly conversation: string;
  readonly site: string;
  readonly share: string;
  /** Undefined where no other process can have the page. */
  readonly pipes: SharePipes | undefined;
  /** It was waited for long enough, whatever came of it. */
  readonly onOver: () => void;
}

/** A share whose visitor has gone for good is over: no page here for two minutes, and at no other process either. */
export class ShareAbsence {
  readonly #options: AbsenceOptions;
  #cancel: (() => void) | undefined;

  constructor(options: AbsenceOptions) {
    this.#options = options;
  }

  /** A page was here lately, and is waited for. */
  get isAwaited(): boolean {
    return this.#cancel !== undefined;
  }

  begins(): void {
    const { clock, limits } = this.#options;
    this.ends();
    this.#cancel = clock.after(limits.pageReturnsMs, () => void this.#isOver());
  }

  ends(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Nobody here may remember a page, as after a restart: then it is waited for from now on. */
  async look(hasPage: () => boolean): Promise<void> {
    const { conversation, share, pipes } = this.#options;
    // Where other processes cannot be asked, nobody knows.
    if (pipes && (!pipes.works || (await pipes.find(conversation, share)) !== undefined)) return;
    if (!hasPage() && !this.isAwaited) this.begins();
  }

  async #isOver(): Promise<void> {
    const { conversation, share, pipes, onOver } = this.#options;
    const isHere = pipes === undefined || (pipes.works && !(await pipes.find(conversation, share)));
    // Where other processes cannot be asked, somebody else ends it.
    if (isHere && this.isAwaited) {
      const author = { kind: 'system' as const };
      await decide(this.#options, this.#options, (header) =>
        shareEnds(header, { share, scope: 'view', reason: 'left', author }),
      );
    }
    this.ends();
    onOver();
  }
}
