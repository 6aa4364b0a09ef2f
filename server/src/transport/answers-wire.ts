import type { Wire } from './wire.ts';

/** An answer as a client would read it. */
type Answer = { type: string };

/** A {@link Wire} that keeps what is written: for frames that came in one request, whose answer is all of it. */
export class AnswersWire implements Wire {
  readonly answers: Answer[] = [];
  readonly unsentBytes = 0;
  readonly isPaused = false;
  canSend = true;
  #then: (answer: Answer | undefined) => void = () => undefined;

  /** Resolves with what is written next; `undefined` where the connection is closed instead. */
  next(): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.#then = resolve;
    });
  }

  write(frame: Buffer, flushed?: () => void): void {
    const answer = JSON.parse(frame.toString()) as Answer;
    this.answers.push(answer);
    flushed?.();
    this.#then(answer);
  }

  close(): void {
    this.terminate();
  }

  terminate(): void {
    this.canSend = false;
    this.#then(undefined);
  }

  // What is written is here at once, and no more than one frame waits.
  cork(): void {
    return;
  }

  uncork(): void {
    return;
  }

  pause(): void {
    return;
  }

  resume(): void {
    return;
  }
}
