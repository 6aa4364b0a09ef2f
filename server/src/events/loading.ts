import type { EventRow, StreamRow } from '../storage/schema.ts';
import { DamagedError } from './damage.ts';
import { type LiveStream, newStream } from './live-stream.ts';
import type { Fold, StoredEvent } from './log.ts';
import { eventOfRow, headsAfter, headsOfRow, sameHeads, snapshotChecksum } from './rows.ts';

/** A stored snapshot. */
export interface StoredSnapshot {
  seq: number;
  state: string;
  checksum: number;
}

/** The state of a snapshot; undefined where it cannot be used: the state is then folded from the first event. */
function restored(
  row: StreamRow,
  snapshot: StoredSnapshot | undefined,
  fold: Fold<unknown>,
): { state: unknown; seq: number } | undefined {
  if (!snapshot || snapshot.seq > row.head) return undefined;
  if (snapshot.checksum !== snapshotChecksum(row.id, snapshot.seq, snapshot.state)) return undefined;
  try {
    return { state: fold.restore(snapshot.state), seq: snapshot.seq };
  } catch {
    // Written by another release, or damaged in a way that the checksum let pass.
    return undefined;
  }
}

/**
 * A stream as its snapshot has it; the events after `heads.staff` are still to be folded, by {@link catchUp}.
 * Where `usedSnapshot` is false, a snapshot was there and could not be used.
 */
export function fromSnapshot(
  row: StreamRow,
  snapshot: StoredSnapshot | undefined,
  fold: Fold<unknown>,
): { live: LiveStream; usedSnapshot: boolean } {
  const live = newStream(row.id, row.site, fold, row.epoch);
  live.number = row.number;
  const from = restored(row, snapshot, fold);
  if (from) {
    live.state = from.state;
    live.snapshotSeq = from.seq;
    // Only the number matters until the next event is folded: it brings the other two in its `prev`.
    live.heads = { ...live.heads, staff: from.seq };
  }
  return { live, usedSnapshot: from !== undefined || snapshot === undefined };
}

/**
 * Folds the events that lie between `live` and the stream's row.
 * @throws DamagedError where they are not one gapless run that ends at the row's heads
 */
export function catchUp(live: LiveStream, row: StreamRow, rows: readonly EventRow[]): StoredEvent[] {
  const events = rows.map((each) => eventOfRow(each, row));
  for (const event of events) {
    if (event.seq !== live.heads.staff + 1) throw new DamagedError(row.id, `event ${live.heads.staff + 1}`);
    live.state = live.fold.apply(live.state, event);
    live.heads = headsAfter(event.prev, event.audience, event.seq);
  }
  const heads = headsOfRow(row);
  if (live.heads.staff !== heads.staff) throw new DamagedError(row.id, `event ${live.heads.staff + 1}`);
  if (events.length > 0 && !sameHeads(live.heads, heads)) throw new DamagedError(row.id, 'heads');
  live.heads = heads;
  live.epoch = row.epoch;
  return events;
}
