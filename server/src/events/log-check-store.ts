import { sql } from 'kysely';
import type { CommandRow, StreamRow } from '../storage/schema.ts';
import type { Storage } from '../storage/storage.ts';
import { DamagedError } from './damage.ts';
import { eventOfRow, outcomeOfRow } from './rows.ts';

/** Rows that are read at once. */
const PAGE_ROWS = 1_000;
/** More of the same kind tell an operator nothing new. */
const PROBLEMS_MAX = 20;

/**
 * Reads the whole log and answers what is not as it was stored, one line each: entries and first answers whose
 * checksum is wrong, gaps, and heads that are not the last entry.
 */
export async function checkLog({ kysely }: Pick<Storage, 'kysely'>): Promise<string[]> {
  const problems: string[] = [];
  let after = 0;
  while (problems.length < PROBLEMS_MAX) {
    const streams = await kysely
      .selectFrom('streams')
      .selectAll()
      .where('number', '>', after)
      .orderBy('number')
      .limit(PAGE_ROWS)
      .execute();
    for (const stream of streams) {
      if (problems.length < PROBLEMS_MAX) await checkStream(kysely, stream, problems);
    }
    const last = streams.at(-1);
    if (!last || streams.length < PAGE_ROWS) break;
    after = last.number;
  }
  await checkCommands(kysely, problems);
  return problems;
}

type Database = Storage['kysely'];

async function checkStream(kysely: Database, stream: StreamRow, problems: string[]): Promise<void> {
  let seq = 0;
  for (;;) {
    const rows = await kysely
      .selectFrom('events')
      .selectAll()
      .where('stream', '=', stream.number)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) {
      if (row.seq !== seq + 1) problems.push(`Entry ${seq + 1} of ${stream.id} is missing.`);
      seq = row.seq;
      noteDamage(() => eventOfRow(row, stream), problems);
      if (problems.length >= PROBLEMS_MAX) return;
    }
    if (rows.length < PAGE_ROWS) break;
  }
  if (seq < stream.head) problems.push(`Entries ${seq + 1} to ${stream.head} of ${stream.id} are missing.`);
  if (seq > stream.head) problems.push(`${stream.id} ends at ${stream.head} and has an entry ${seq}.`);
}

async function checkCommands(kysely: Database, problems: string[]): Promise<void> {
  let last: { id: string; stream: number } = { id: '', stream: 0 };
  while (problems.length < PROBLEMS_MAX) {
    const { rows } = await sql<CommandRow>`
      select * from commands where (id, stream) > (${last.id}, ${last.stream})
      order by id, stream limit ${PAGE_ROWS}`.execute(kysely);
    for (const row of rows) {
      noteDamage(() => outcomeOfRow(`stream ${row.stream}`, row), problems);
      if (problems.length >= PROBLEMS_MAX) return;
    }
    const end = rows.at(-1);
    if (!end || rows.length < PAGE_ROWS) return;
    last = end;
  }
}

function noteDamage(read: () => unknown, problems: string[]): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    problems.push(error.message);
  }
}
