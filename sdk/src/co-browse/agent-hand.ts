import type { Clock } from '../lib/clock.ts';
import type { ActionKind, CoBrowseAgentDown, CoBrowseAgentUp, RefusalReason } from '../protocol/index.ts';

/** A mark is sent at most this often: 60 times a second. */
const MARK_EVERY_MS = 17;
/** An action that the page has not answered by then is given up. */
const ACTION_LASTS_MS = 10_000;

type Up<Type extends CoBrowseAgentUp['type']> = Extract<CoBrowseAgentUp, { type: Type }>;

/** What the page did with an action: done, refused with a reason, or no answer came. */
export type ActionOutcome =
  | { kind: 'done'; version?: number; editor?: number }
  | { kind: 'refused'; reason: RefusalReason; version?: number }
  | { kind: 'lost' };

/** An action on the page: where, and what of its kind. */
export type PageAction = Pick<Up<'act'>, 'at' | 'edit' | 'option' | 'by'> & {
  kind: Exclude<ActionKind, 'navigate'>;
};
export type PageMark = Omit<Up<'mark'>, 'type'>;

/** The agent's hand on a shared page: marks, of which only the newest matters, and actions, of which each is answered. */
export class AgentHand {
  readonly #clock: Clock;
  readonly #send: (frame: Up<'mark'> | Up<'act'>) => void;
  readonly #actions = new Map<number, (outcome: ActionOutcome) => void>();
  readonly #marks = new Map<PageMark['kind'], PageMark>();
  #requests = 0;
  #stopMarks: (() => void) | undefined;

  constructor(clock: Clock, send: (frame: Up<'mark'> | Up<'act'>) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** The newest of a kind wins; none waits longer than a picture. */
  mark(mark: PageMark): void {
    this.#marks.set(mark.kind, mark);
    this.#stopMarks ??= this.#clock.after(MARK_EVERY_MS, () => {
      this.#stopMarks = undefined;
      for (const each of this.#marks.values()) this.#send({ type: 'mark', ...each });
      this.#marks.clear();
    });
  }

  act(action: PageAction, grant: string, stream: string): Promise<ActionOutcome> {
    const request = ++this.#requests;
    return new Promise((resolve) => {
      const stop = this.#clock.after(ACTION_LASTS_MS, () => this.#answer(request, { kind: 'lost' }));
      this.#actions.set(request, (outcome) => {
        stop();
        resolve(outcome);
      });
      this.#send({ type: 'act', request, grant, stream, ...action });
    });
  }

  acted({ request, refused, version, editor }: Extract<CoBrowseAgentDown, { type: 'acted' }>): void {
    const at = version !== undefined && { version };
    this.#answer(
      request,
      refused === undefined
        ? { kind: 'done', ...at, ...(editor !== undefined && { editor }) }
        : { kind: 'refused', reason: refused, ...at },
    );
  }

  /** The connection is gone: whether it was done is not known. */
  lost(): void {
    for (const request of [...this.#actions.keys()]) this.#answer(request, { kind: 'lost' });
  }

  stop(): void {
    this.#stopMarks?.();
    this.#stopMarks = undefined;
    this.lost();
  }

  #answer(request: number, outcome: ActionOutcome): void {
    const answer = this.#actions.get(request);
    this.#actions.delete(request);
    answer?.(outcome);
  }
}
