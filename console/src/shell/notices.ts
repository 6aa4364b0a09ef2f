import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@alongside/sdk/shared';

const SHOWN_MS = 6_000;
const PROBLEM_SHOWN_MS = 12_000;
const SHOWN_MAX = 3;

/** One sentence that stands for a few seconds. */
export interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
}

/** Sentences about what just happened; each goes by itself. */
export class Notices {
  readonly #clock: Clock;
  readonly #shown = signal<readonly Notice[]>([]);
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get shown(): ReadonlySignal<readonly Notice[]> {
    return this.#shown;
  }

  say(text: string, tone: Notice['tone'] = 'plain'): void {
    const notice = { id: ++this.#last, text, tone };
    const others = this.#shown.value.filter((each) => each.text !== text);
    this.#shown.value = [...others, notice].slice(-SHOWN_MAX);
    this.#clock.after(tone === 'problem' ? PROBLEM_SHOWN_MS : SHOWN_MS, () => {
      this.dismiss(notice.id);
    });
  }

  /** Takes a sentence back that is no longer so. */
  withdraw(text: string): void {
    this.#shown.value = this.#shown.value.filter((each) => each.text !== text);
  }

  dismiss(id: number): void {
    this.#shown.value = this.#shown.value.filter((each) => each.id !== id);
  }
}
