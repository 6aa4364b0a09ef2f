import { backoff, fraction } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import { type ErrorCode, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, dutyOf } from '../protocol/index.ts';

export interface OpeningPorts {
  /** Asks once; undefined where no answer came, which the next welcome sees to. */
  ask: () => Promise<
    { type: 'opened' } | { type: 'refused'; code: ErrorCode; retryAfter?: number } | undefined
  >;
  /** The server will not show it. */
  refused: (code: ErrorCode) => void;
  clock: Pick<Clock, 'after'>;
  random: RandomBytes;
}

/** Asks for a conversation until the server shows it or says that it will not, less often from time to time. */
export class Opening {
  readonly #ports: OpeningPorts;
  readonly #hindered = new Cell<ErrorCode | undefined>(undefined);
  #cancel: () => void = () => undefined;
  #round = 0;
  #misses = 0;

  constructor(ports: OpeningPorts) {
    this.#ports = ports;
  }

  /** Why it is not shown at present, while it is asked for again. */
  get hindered(): Observable<ErrorCode | undefined> {
    return this.#hindered;
  }

  /** With each welcome: what was asked on the connection before is not answered any more. */
  start(): void {
    this.stop();
    this.#misses = 0;
    void this.#ask(this.#round);
  }

  /** The connection is gone, or the conversation is closed. */
  stop(): void {
    this.#cancel();
    this.#round += 1;
  }

  async #ask(round: number): Promise<void> {
    const { ask, refused, clock, random } = this.#ports;
    const answer = await ask();
    if (round !== this.#round || !answer) return;
    if (answer.type === 'opened' || dutyOf(answer.code) === 'stop') {
      this.#hindered.value = undefined;
      if (answer.type === 'refused') refused(answer.code);
      return;
    }
    this.#hindered.value = answer.code;
    this.#misses += 1;
    const own = backoff(this.#misses, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, fraction(random));
    this.#cancel = clock.after((answer.retryAfter ?? 0) + own, () => void this.#ask(round));
  }
}
