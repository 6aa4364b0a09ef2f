import type { RandomBytes } from '../lib/ids.ts';
import { newId } from '../lib/ids.ts';
import { type ErrorCode, type Infer, type Schema, MESSAGE_TEXT_MAX_LENGTH } from '../protocol/index.ts';
import { outboxDevice, outboxEntry, outboxLane } from './outbox-schema.ts';

/** Lanes of which the counter is remembered; a forgotten one costs a round trip, nothing else. */
const LANES_MAX = 200;

/**
 * What was written and is not acknowledged. `lane` is what it counts in: `n` runs from 1 without a gap per device
 * and lane (a conversation, and who writes in it). `refused`: it used up its `n`, is not sent any more and waits
 * for "Try again" or "Delete".
 */
export type OutboxEntry = Infer<typeof outboxEntry>;
export type OutboxBody = OutboxEntry['body'];

type Lane = Infer<typeof outboxLane>;

/** All that an outbox keeps: made with its device id, so that one store is one device. */
export interface OutboxBox {
  device: string;
  lanes: Lane[];
  /** In the order of their writing. */
  entries: OutboxEntry[];
}

export function emptyBox(random: RandomBytes): OutboxBox {
  return { device: newId('dev', random), lanes: [], entries: [] };
}

/** Reads a stored box. The host page's scripts can write there, so that what does not decode is left out. */
export function readBox(stored: unknown, random: RandomBytes): OutboxBox {
  const { device, lanes, entries } = (stored ?? {}) as Record<keyof OutboxBox, unknown>;
  return {
    device: readable(outboxDevice, [{ id: device }])[0]?.id ?? emptyBox(random).device,
    lanes: readable(outboxLane, lanes),
    entries: readable(outboxEntry, entries),
  };
}

/** One entry of a stored box; undefined where it does not decode. */
export function readEntry(stored: unknown): OutboxEntry | undefined {
  return readable(outboxEntry, [stored])[0];
}

/** A copy that a change may do with as it likes: lanes are changed in place, entries are not. */
export function copyOf({ device, lanes, entries }: OutboxBox): OutboxBox {
  return { device, lanes: lanes.map((each) => ({ ...each })), entries: [...entries] };
}

function readable<T>(schema: Schema<T>, list: unknown): T[] {
  if (!(list instanceof Array)) return [];
  return list.flatMap((each: unknown) => {
    try {
      return [schema.decode(each, '')];
    } catch {
      return [];
    }
  });
}

// Changes of a box; each is one transaction of its store.

function laneOf(box: OutboxBox, key: string): Lane {
  const found = box.lanes.find((each) => each.key === key) ?? { key, last: 0 };
  // The lane used last stands last, the first ones are forgotten.
  box.lanes = [...box.lanes.filter((each) => each !== found), found].slice(-LANES_MAX);
  return found;
}

/**
 * Adds an entry under the next number of its lane; the draft that it came from goes in the same moment. A change
 * whose answer came too late is made again: then it is there already.
 */
export function addEntry(box: OutboxBox, made: Omit<OutboxEntry, 'n'>, fromDraft = false): OutboxEntry {
  const there = box.entries.find(({ id }) => id === made.id);
  if (there) return there;
  const its = laneOf(box, made.lane);
  if (fromDraft) delete its.draft;
  const added = { ...made, n: ++its.last };
  box.entries.push(added);
  return added;
}

export function removeEntries(box: OutboxBox, ids: ReadonlySet<string>): void {
  box.entries = box.entries.filter((each) => !ids.has(each.id));
}

export function refuseEntry(box: OutboxBox, id: string, code: ErrorCode, message: string): void {
  box.entries = box.entries.map((each) => (each.id === id ? { ...each, refused: { code, message } } : each));
}

/** A refused entry starts anew, last in its lane and under a command id of its own. */
export function retryEntry(box: OutboxBox, id: string, newCommand: string): void {
  const found = box.entries.find((each) => each.id === id && each.refused);
  if (!found) return;
  removeEntries(box, new Set([id]));
  const { refused, ...kept } = found;
  addEntry(box, { ...kept, id: newCommand });
}

/**
 * Numbers the waiting entries of a lane anew from `first`, in their order and under their command ids: what the
 * server has already is recognised by its id, so that a number only has to be the next.
 */
export function renumber(box: OutboxBox, key: string, first: number): void {
  let n = first;
  box.entries = box.entries.map((each) => (each.lane === key && !each.refused ? { ...each, n: n++ } : each));
  laneOf(box, key).last = n - 1;
}

export function draftOf(box: OutboxBox, key: string): string {
  return box.lanes.find((each) => each.key === key)?.draft ?? '';
}

export function setDraft(box: OutboxBox, key: string, text: string): void {
  const its = laneOf(box, key);
  if (text) its.draft = text.slice(0, MESSAGE_TEXT_MAX_LENGTH * 2);
  else delete its.draft;
}
