import { backoff } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { RECONNECT_MAX_MS } from '../protocol/index.ts';

/** Marks that come in this time go out together. */
const RECEIPT_DEBOUNCE_MS = 300;

/** How far a side has come; numbers of entries. */
export interface Marks {
  delivered: number;
  read: number;
}

export interface ReceiptsPorts {
  clock: Clock;
  /** Resolves to whether the server took it, or whether it may be asked again. */
  tell(marks: Marks): Promise<'taken' | 'later' | 'never'>;
}

/** Tells the other side how far this one has come: debounced, only ever forward, and again where it was lost. */
export class Receipts {
  readonly #ports: ReceiptsPorts;
  #wanted: Marks = { delivered: 0, read: 0 };
  #told: Marks = { delivered: 0, read: 0 };
  #stopTimer: (() => void) | undefined;
  #telling = false;
  #misses = 0;

  constructor(ports: ReceiptsPorts) {
    this.#ports = ports;
  }

  mark(marks: Partial<Marks>): void {
    this.#wanted = forward(this.#wanted, marks);
    this.#schedule();
  }

  /** The log says that the own side has come this far. */
  known(marks: Marks): void {
    this.#told = forward(this.#told, marks);
  }

  /** Another conversation, or another incarnation of it, begins. */
  reset(): void {
    this.stop();
    this.#wanted = this.#told = { delivered: 0, read: 0 };
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #schedule(): void {
    if (this.#stopTimer || this.#telling || !this.#ahead()) return;
    const wait = this.#misses > 0 ? backoff(this.#misses, 1_000, RECONNECT_MAX_MS, 1) : RECEIPT_DEBOUNCE_MS;
    this.#stopTimer = this.#ports.clock.after(wait, () => {
      this.#stopTimer = undefined;
      void this.#tell();
    });
  }

  #ahead(): boolean {
    return this.#wanted.read > this.#told.read || this.#wanted.delivered > this.#told.delivered;
  }

  async #tell(): Promise<void> {
    if (!this.#ahead()) return;
    const marks = this.#wanted;
    this.#telling = true;
    const outcome = await this.#ports.tell(marks);
    this.#telling = false;
    this.#misses = outcome === 'later' ? this.#misses + 1 : 0;
    if (outcome !== 'later') this.known(marks);
    this.#schedule();
  }
}

function forward(marks: Marks, more: Partial<Marks>): Marks {
  const read = Math.max(marks.read, more.read ?? 0);
  return { read, delivered: Math.max(marks.delivered, more.delivered ?? 0, read) };
}
