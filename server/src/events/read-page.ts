import type { LogEntry } from '@alongside/sdk/protocol';
import type { EventRow } from '../storage/schema.ts';
import type { ReadPage, ReadRange } from './log.ts';
import { type Heads, audienceLevel, eventOfRow } from './rows.ts';
import { toEntry } from './to-entry.ts';

/** What an entry's JSON has besides its body, name and type, at most: numbers of 16 digits, ids of 40 characters. */
const ENTRY_FRAME_MAX_BYTES = 330;

/** Events between two numbers, from the one end or the other; `after` and `before` are not part of it. */
export interface EventRange {
  /** The stream's number in the store. */
  stream: number;
  after: number;
  before: number;
  level: number;
  limit: number;
  newestFirst: boolean;
}

/** The stream that a page is of. */
export interface StreamOfPage {
  id: string;
  site: string;
  number: number;
  heads: Heads;
}

/** What to ask of the store for a page. Without `after` it is the newest entries before `before`. */
export function eventRange(stream: number, range: ReadRange): EventRange {
  return {
    stream,
    after: range.after ?? 0,
    before: Math.min(range.before ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    level: audienceLevel(range.reader),
    limit: range.limit,
    newestFirst: range.after === undefined,
  };
}

/** Rows in the order of {@link eventRange} as a page, oldest entry first. @throws DamagedError */
export function pageOf(rows: readonly EventRow[], range: ReadRange, stream: StreamOfPage): ReadPage {
  const { reader } = range;
  const head = stream.heads[reader];
  const fitting = withinBytes(rows, range.maxBytes);
  const entries = fitting.flatMap((row) => toEntry(eventOfRow(row, stream), reader) ?? []);
  if (range.after === undefined) entries.reverse();
  const all = fitting.length === rows.length && rows.length < range.limit;
  return { entries, head, more: !all && isMore(entries, range, head) };
}

/** The first rows whose entries stay within `maxBytes`, at least one. */
function withinBytes(rows: readonly EventRow[], maxBytes: number): readonly EventRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += ENTRY_FRAME_MAX_BYTES + Buffer.byteLength(row.body) + row.type.length;
    if (row.author_name !== null) bytes += Buffer.byteLength(JSON.stringify(row.author_name));
    return bytes > maxBytes && index > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

function isMore(entries: readonly LogEntry[], { after, before }: ReadRange, head: number): boolean {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return false;
  if (after === undefined) return first.prev > 0;
  return last.seq < head && (before === undefined || last.seq < before - 1);
}
