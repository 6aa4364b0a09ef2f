import type { Clock } from '../lib/clock.ts';
import { type ErrorCode, dutyOf } from '../protocol/index.ts';
import type { Frame } from './relay-connection.ts';

/** A command outside of the outbox that found no answer for this long, reconnects included, is given up. */
export const COMMAND_LASTS_MS = 30_000;

/** Whether a command was taken, may be given again, or never will be taken. */
export function takenOf(answer: Frame | undefined): 'taken' | 'later' | 'never' {
  if (answer?.type === 'ack') return 'taken';
  const code = (answer as { code?: ErrorCode } | undefined)?.code;
  return code !== undefined && dutyOf(code) === 'stop' ? 'never' : 'later';
}

interface Question {
  frame: Frame;
  /** Asked again after a reconnect. */
  lasting: boolean;
  answered: (answer: Frame | undefined) => void;
}

/** Frames that wait for their answer, by command id or request number. */
export class Answers<Answer extends Frame> {
  readonly #send: (frame: Frame) => void;
  readonly #clock: Clock;
  readonly #questions = new Map<string | number, Question>();
  #request = 0;

  constructor(send: (frame: Frame) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Asks with a request number; undefined when the connection was lost before the answer. */
  request(frame: Frame): Promise<Answer | undefined> {
    const request = ++this.#request;
    return this.#ask(request, { ...frame, request }, false);
  }

  /**
   * Gives a command; it is repeated under its id after a reconnect, since a lost answer says nothing. Undefined
   * when `lastsMs` have passed without an answer.
   */
  async command(frame: Frame & { id: string }, lastsMs: number): Promise<Answer | undefined> {
    const stop = this.#clock.after(lastsMs, () => this.#answer(frame.id, undefined));
    const answer = await this.#ask(frame.id, frame, true);
    stop();
    return answer;
  }

  #ask(key: string | number, frame: Frame, lasting: boolean): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.#questions.set(key, {
        frame,
        lasting,
        answered: resolve as (answer: Frame | undefined) => void,
      });
      this.#send(frame);
    });
  }

  /** Passes on an answer; false where nobody here asked. */
  received(answer: Answer & { id?: string; request?: number }): boolean {
    return this.#answer(answer.id ?? answer.request, answer);
  }

  #answer(key: string | number | undefined, answer: Answer | undefined): boolean {
    const question = key === undefined ? undefined : this.#questions.get(key);
    if (key === undefined || !question) return false;
    this.#questions.delete(key);
    question.answered(answer);
    return true;
  }

  online(): void {
    for (const { frame, lasting } of this.#questions.values()) if (lasting) this.#send(frame);
  }

  lost(): void {
    for (const [key, { lasting }] of [...this.#questions]) if (!lasting) this.#answer(key, undefined);
  }

  stop(): void {
    for (const key of [...this.#questions.keys()]) this.#answer(key, undefined);
  }
}
