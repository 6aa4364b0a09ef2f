import { LRUCache } from 'lru-cache';
import type { Fold, StreamState } from './log.ts';
import { type Heads, NO_HEADS } from './rows.ts';

/**
 * A stream in memory: its folded state and where it stands. It runs ahead of the store while a batch is being
 * written; a batch that fails drops it.
 */
export interface LiveStream {
  readonly id: string;
  readonly site: string;
  /** What the store calls it by; 0 until it has a row there. */
  number: number;
  readonly fold: Fold<unknown>;
  epoch: string;
  state: unknown;
  heads: Heads;
  /** Number of the newest event in the stored snapshot; 0 where there is none. */
  snapshotSeq: number;
}

/** A stream to which nothing was appended yet. */
export function newStream(id: string, site: string, fold: Fold<unknown>, epoch: string): LiveStream {
  return { id, site, number: 0, fold, epoch, state: fold.empty(), heads: NO_HEADS, snapshotSeq: 0 };
}

export function stateOf(live: LiveStream, now: number): StreamState<unknown> {
  return { epoch: live.epoch, state: live.state, heads: live.heads, site: live.site, now };
}

/** Streams kept in memory; a conversation costs 2 to 12 KB. */
export const LIVE_STREAMS_MAX = 4_000;

/**
 * After how many events a snapshot is stored. A conversation's state is small, and many are loaded: at most 19
 * events to fold cost less than a page of history. The desk of a site is one large state that is loaded once, when
 * a process starts, so it is written rarely.
 */
export const SNAPSHOT_EVERY_EVENTS: Readonly<Record<Fold<unknown>['kind'], number>> = {
  conversation: 20,
  desk: 500,
};

export type LiveStreams = LRUCache<string, LiveStream>;

export function liveStreams(max = LIVE_STREAMS_MAX): LiveStreams {
  return new LRUCache({ max });
}
