import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AUDIENCES } from '../../../sdk/src/protocol/index.ts';
import type { StoredLog } from './history.ts';

interface Row {
  seq: number;
  prev_agents: number;
  audience: number;
  type: string;
  body: string;
  command: string | null;
}

/** Opens the file of a server that may run or not; nothing is ever written to it. */
function openReadOnly(dataFolder: string): DatabaseSync {
  return new DatabaseSync(join(dataFolder, 'alongside.db'), { readOnly: true, timeout: 5_000 });
}

/** All conversations' logs as they stand in the SQLite file, past the server and its caches. */
export function storedLogs(dataFolder: string): StoredLog[] {
  const database = openReadOnly(dataFolder);
  try {
    const streams = database
      .prepare(`SELECT number, id, epoch FROM streams WHERE kind = 'conversation' ORDER BY id`)
      .all() as { number: number; id: string; epoch: string }[];
    const events = database.prepare('SELECT * FROM events WHERE stream = ? ORDER BY seq');
    return streams.map(({ number, id, epoch }) => ({
      conversation: id,
      epoch,
      entries: (events.all(number) as unknown as Row[]).map(entryOfRow),
    }));
  } finally {
    database.close();
  }
}

function entryOfRow({ seq, prev_agents, audience, type, body, command }: Row): StoredLog['entries'][number] {
  const { text } = JSON.parse(body) as { text?: string };
  return {
    seq,
    prev: prev_agents,
    type,
    audience: AUDIENCES[audience] ?? 'staff',
    ...(command !== null && { command }),
    ...(text !== undefined && { text }),
  };
}

/** What SQLite itself says about the file; nothing where all is well. */
export function integrityProblems(dataFolder: string): string[] {
  const database = openReadOnly(dataFolder);
  try {
    const rows = database.prepare('PRAGMA integrity_check(20)').all();
    return rows.flatMap((row) => Object.values(row).map(String)).filter((text) => text !== 'ok');
  } finally {
    database.close();
  }
}
