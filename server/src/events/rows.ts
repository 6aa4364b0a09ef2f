import { AUDIENCES, type Audience, type Author, type ErrorCode, ERRORS } from '@alongside/sdk/protocol';
import { checksum } from '../lib/checksum.ts';
import type { CommandRow, EventRow, StreamRow } from '../storage/schema.ts';
import { DamagedError } from './damage.ts';
import type { LogCommand, StoredEvent } from './log.ts';

/** Number of the newest entry that each audience may see. */
export type Heads = Readonly<Record<Audience, number>>;

export const NO_HEADS: Heads = { everyone: 0, agents: 0, staff: 0 };

/** How an audience is stored: a reader sees what is not above their own. */
export function audienceLevel(audience: Audience): number {
  return AUDIENCES.indexOf(audience);
}

/** The heads once an event of `audience` has become number `seq`. */
export function headsAfter(heads: Heads, audience: Audience, seq: number): Heads {
  return {
    everyone: audience === 'everyone' ? seq : heads.everyone,
    agents: audience === 'staff' ? heads.agents : seq,
    staff: seq,
  };
}

export function headsOfRow(row: Pick<StreamRow, 'head' | 'head_everyone' | 'head_agents'>): Heads {
  return { everyone: row.head_everyone, agents: row.head_agents, staff: row.head };
}

export function sameHeads(one: Heads, other: Heads): boolean {
  return one.staff === other.staff && one.agents === other.agents && one.everyone === other.everyone;
}

/** `number` is the stream's in the store. */
export function eventRow(number: number, event: StoredEvent): EventRow {
  const row: EventRow = {
    stream: number,
    seq: event.seq,
    prev_everyone: event.prev.everyone,
    prev_agents: event.prev.agents,
    at: event.at,
    author_kind: event.author.kind,
    author_id: event.author.id ?? null,
    author_name: event.author.name ?? null,
    audience: audienceLevel(event.audience),
    type: event.type,
    body: JSON.stringify(event.body),
    command: event.command ?? null,
    erased: event.erased ? 1 : 0,
    checksum: 0,
  };
  row.checksum = eventChecksum(event.stream, row);
  return row;
}

/** A row as an event. @throws DamagedError */
export function eventOfRow(row: EventRow, stream: { id: string; site: string }): StoredEvent {
  const audience = AUDIENCES[row.audience];
  if (audience === undefined || row.checksum !== eventChecksum(stream.id, row)) {
    throw new DamagedError(stream.id, `event ${row.seq}`);
  }
  const author: Author = { kind: row.author_kind };
  if (row.author_id !== null) author.id = row.author_id;
  if (row.author_name !== null) author.name = row.author_name;
  return {
    stream: stream.id,
    site: stream.site,
    seq: row.seq,
    prev: { everyone: row.prev_everyone, agents: row.prev_agents, staff: row.seq - 1 },
    at: row.at,
    author,
    audience,
    type: row.type,
    body: JSON.parse(row.body) as object,
    ...(row.command !== null && { command: row.command }),
    ...(row.erased === 1 && { erased: true }),
  };
}

function eventChecksum(stream: string, row: EventRow): number {
  return checksum(
    stream,
    row.seq,
    row.prev_everyone,
    row.prev_agents,
    row.at,
    row.author_kind,
    row.author_id,
    row.author_name,
    row.audience,
    row.type,
    row.body,
    row.command,
    row.erased,
  );
}

/** A refusal as it is stored. */
export interface Refusal {
  code: ErrorCode;
  message: string;
}

/** The first answer to a command, as it is stored: a number where it was done, else the refusal. */
export function commandRow(number: number, command: LogCommand, outcome: number | Refusal): CommandRow {
  const row: CommandRow = {
    id: command.id,
    stream: number,
    device: command.device ?? null,
    n: command.n ?? null,
    digest: command.digest,
    seq: typeof outcome === 'number' ? outcome : null,
    refusal: typeof outcome === 'number' ? null : JSON.stringify(outcome),
    checksum: 0,
  };
  row.checksum = commandChecksum(row);
  return row;
}

/** What was answered first. @throws DamagedError */
export function outcomeOfRow(stream: string, row: CommandRow): number | Refusal {
  if (row.checksum !== commandChecksum(row)) throw new DamagedError(stream, `command ${row.id}`);
  if (row.seq !== null) return row.seq;
  const { code, message } = JSON.parse(row.refusal ?? '{}') as Partial<Refusal>;
  // A code of another release: the client is told to stop, as for any word that it does not know.
  return { code: code !== undefined && code in ERRORS ? code : 'invalid', message: message ?? '' };
}

/** Without the stream's number, which is not known yet when the first answer in a stream is made. */
function commandChecksum({ id, device, n, digest, seq, refusal }: CommandRow): number {
  return checksum(id, device, n, digest, seq, refusal);
}

export function snapshotChecksum(stream: string, seq: number, state: string): number {
  return checksum(stream, seq, state);
}
