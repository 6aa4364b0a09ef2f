import type { Clock, RandomBytes } from '@alongside/sdk/shared';
import type { Report } from '../lib/report.ts';
import { type Refused, refusal } from './batch.ts';
import type { StoredEffect } from './outbox-store.ts';

export interface LogOptions {
  clock: Clock;
  report: Report;
  random?: RandomBytes;
  /** Told of effects once they are stored. */
  effects?: EffectSink;
  /** Streams kept in memory. */
  liveStreamsMax?: number;
}

export interface EffectSink {
  /** `effects` are stored and claimed for this process until {@link EFFECT_LEASE_MS} from their storing. */
  committed(effects: readonly StoredEffect[]): void;
  /** Up to `max` effects that are done: a commit takes them out of the store on its way, and then says so. */
  takeDone?(max: number): readonly number[];
  /** What became of those that {@link takeDone} answered. */
  tookOut?(effects: readonly number[], isStored: boolean): void;
}

/** How long a process has an effect in hand before others may take it. */
export const EFFECT_LEASE_MS = 20_000;

/** Jobs that wait; beyond it the process is slower than what it is asked, and says so. */
export const QUEUE_MAX_JOBS = 20_000;

const UNAVAILABLE_RETRY_AFTER_MS = 1_000;

/** Cannot be stored at present; nothing is known to be stored. */
export function unavailable(): Refused {
  return {
    ...refusal('unavailable', 'Cannot be stored at present.'),
    retryAfter: UNAVAILABLE_RETRY_AFTER_MS,
  };
}

/** A fault of this code. */
export function internal(): Refused {
  return refusal('internal', 'A fault of the server; nothing was stored.');
}
