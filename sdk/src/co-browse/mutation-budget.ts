import type { Clock } from '../lib/clock.ts';
import type { IdleTimer } from './idle-timer.ts';
import { type ChangeBatch, type ChangeList, tellChanges } from './recorder-hooks.ts';
import { DECIDING_ATTRIBUTES } from './scrubber.ts';

/** What watching may cost the page: this share of its time, and so many milliseconds ahead of it. */
const SHARE = 0.2;
const DEGRADED_FROM_MS = 80;
const PAUSED_FROM_MS = 250;
/** How often texts and attributes are told of while that costs too much. */
const LATE_MS = 200;
const TURN_MS = 12;
const LATE_MAX = 20_000;
/** A pause ends when the page is calm for so long, or at the latest after the other. */
const CALM_MS = 500;
const CALM_RECORDS = 200;
const PAUSE_MAX_MS = 5_000;

/** `degraded`: texts and attributes come late. `paused`: nothing comes until the page is sent again. */
export type RecordingState = 'live' | 'degraded' | 'paused';

interface Parts {
  readonly clock: Clock;
  readonly idle: IdleTimer;
  /** The state changed. */
  readonly told: (state: RecordingState) => void;
  /** A pause is over: the page must be sent again. */
  readonly resync: () => void;
}

/**
 * Keeps what watching costs a page within bounds (CO12). Time is counted, and paid back with a share of the time that
 * passes. When too much is owed, texts and attributes wait and are told of once for many changes; when that is not
 * enough either, records are dropped until the page is calm, and the whole page is sent again.
 */
export class MutationBudget {
  readonly #parts: Parts;
  #state: RecordingState = 'live';
  #owedMs = 0;
  #countedAt: number;
  #late: (() => void)[] = [];
  #noted = new WeakMap<Node, Set<string | null>>();
  #lists = new Set<ChangeList>();
  #dropped = 0;
  #cancel: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#countedAt = parts.clock.monotonic();
  }

  stop(): void {
    this.#cancel?.();
    this.#late = [];
  }

  take(batches: readonly ChangeBatch[]): void {
    if (this.#state === 'paused') {
      for (const { records } of batches) this.#dropped += records.length;
      return;
    }
    const started = this.#parts.clock.monotonic();
    tellChanges(batches, (one, changes) => this.#waits(one, changes));
    this.#count(started);
  }

  /** The first record of several says what a viewer has; what is there now is read when it is told of. */
  #waits(one: MutationRecord, changes: ChangeList): boolean {
    const { target, attributeName } = one;
    if (this.#state === 'live') return false;
    // What decides on what may be seen never waits. Nor does `open`, which a dialog that became a modal one has as before.
    if (attributeName === 'open' || (attributeName !== null && DECIDING_ATTRIBUTES.has(attributeName)))
      return false;
    let names = this.#noted.get(target);
    if (!names) this.#noted.set(target, (names = new Set()));
    if (names.has(attributeName)) return true;
    names.add(attributeName);
    this.#lists.add(changes);
    this.#late.push(() => {
      names.delete(attributeName);
      changes.processMutation(one);
    });
    return true;
  }

  #count(started: number): void {
    const now = this.#parts.clock.monotonic();
    const paidBack = Math.max(0, started - this.#countedAt) * SHARE;
    this.#owedMs = Math.max(0, this.#owedMs - paidBack) + now - started;
    this.#countedAt = now;
    if (this.#owedMs > PAUSED_FROM_MS || this.#late.length > LATE_MAX) this.#pause();
    else if (this.#owedMs > DEGRADED_FROM_MS && this.#state === 'live') {
      this.#become('degraded');
      this.#after(LATE_MS, () => {
        this.#tellLate();
      });
    }
  }

  #become(state: RecordingState): void {
    this.#state = state;
    this.#parts.told(state);
  }

  /** After a while, when the page has time. */
  #after(milliseconds: number, then: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#parts.clock.after(milliseconds, () => {
      this.#cancel = this.#parts.idle.nextIdle(then);
    });
  }

  #tellLate(): void {
    const started = this.#parts.clock.monotonic();
    let told = 0;
    while (told < this.#late.length && this.#parts.clock.monotonic() - started < TURN_MS)
      this.#late[told++]?.();
    this.#late.splice(0, told);
    for (const changes of this.#lists) changes.emit();
    this.#count(started);
    if (this.#state !== 'degraded') return;
    if (this.#late.length === 0 && this.#owedMs < DEGRADED_FROM_MS / 2) {
      this.#lists.clear();
      this.#become('live');
      return;
    }
    this.#after(this.#late.length > 0 ? TURN_MS : LATE_MS, () => {
      this.#tellLate();
    });
  }

  #pause(): void {
    this.#late = [];
    this.#noted = new WeakMap();
    this.#become('paused');
    this.#await(PAUSE_MAX_MS);
  }

  #await(leftMs: number): void {
    this.#dropped = 0;
    this.#after(CALM_MS, () => {
      if (this.#dropped > CALM_RECORDS && leftMs > CALM_MS) {
        this.#await(leftMs - CALM_MS);
        return;
      }
      this.#owedMs = 0;
      this.#countedAt = this.#parts.clock.monotonic();
      this.#cancel = undefined;
      this.#become('live');
      this.#parts.resync();
    });
  }
}
