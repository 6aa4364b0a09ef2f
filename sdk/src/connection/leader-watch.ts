import type { Clock } from '../lib/clock.ts';

/** A timer this late says that it was us who slept. */
const LATE_MS = 500;
/** Asked this often whether the leader is there, if it was not heard otherwise. */
const ASK_EVERY_MS = 5_000;

interface Questions {
  /** Asks the leader for a sign of life. */
  ask: () => void;
  /** How long it may take to answer. */
  silenceMaxMs: () => number;
  /** It did not answer. */
  silent: () => void;
}

/** Notices that the page that leads does not answer: a frozen page keeps its lock and its socket. */
export class LeaderWatch {
  readonly #clock: Clock;
  readonly #questions: Questions;
  #stopSilence: (() => void) | undefined;
  #stopAsking: (() => void) | undefined;

  constructor(clock: Clock, questions: Questions) {
    this.#clock = clock;
    this.#questions = questions;
  }

  /** Asks, unless an answer is awaited already. */
  ask(): void {
    if (this.#stopSilence) return;
    this.#questions.ask();
    const wait = this.#questions.silenceMaxMs();
    const due = this.#clock.monotonic() + wait;
    this.#stopSilence = this.#clock.after(wait, () => {
      this.#stopSilence = undefined;
      if (this.#clock.monotonic() > due + LATE_MS) this.ask();
      else this.#questions.silent();
    });
  }

  /** The leader gave a sign of life. */
  heard(): void {
    this.stop();
    this.#stopAsking = this.#clock.after(ASK_EVERY_MS, () => this.ask());
  }

  stop(): void {
    this.#stopSilence?.();
    this.#stopSilence = undefined;
    this.#stopAsking?.();
  }
}
