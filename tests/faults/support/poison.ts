import { DatabaseSync } from 'node:sqlite';
import { eventRow, headsAfter, headsOfRow } from '../../../server/src/events/rows.ts';
import type { EventRow, StreamRow } from '../../../server/src/storage/schema.ts';
import { databaseFile } from './damage.ts';

/** What a later release, or a fault of ours, might have stored: whole as a row, and nothing that can be shown. */
export interface Poison {
  readonly type: string;
  readonly body: object;
}

/** Appends an event to a conversation of a server that does not run, with a good checksum; answers its number. */
export function poison(dataFolder: string, conversation: string, { type, body }: Poison): number {
  const database = new DatabaseSync(databaseFile(dataFolder));
  try {
    const stream = database
      .prepare('SELECT * FROM streams WHERE id = ?')
      .get(conversation) as unknown as StreamRow;
    const before = headsOfRow(stream);
    const seq = before.staff + 1;
    const heads = headsAfter(before, 'everyone', seq);
    const row = eventRow(stream.number, {
      ...{ stream: conversation, site: stream.site, seq, prev: before, at: Date.now() },
      ...{ author: { kind: 'system' }, audience: 'everyone', type, body },
    });
    insert(database, row);
    database
      .prepare('UPDATE streams SET head = ?, head_everyone = ?, head_agents = ? WHERE number = ?')
      .run(heads.staff, heads.everyone, heads.agents, stream.number);
    return seq;
  } finally {
    database.close();
  }
}

function insert(database: DatabaseSync, row: EventRow): void {
  const columns = Object.keys(row);
  const places = columns.map(() => '?').join(', ');
  database
    .prepare(`INSERT INTO events (${columns.join(', ')}) VALUES (${places})`)
    .run(...Object.values(row));
}
