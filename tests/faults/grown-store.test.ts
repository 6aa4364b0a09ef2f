import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { VisitorPeer } from '../performance/harness/relay-peers.ts';
import { fillStore } from './support/grown-store.ts';
import { IS_LONG, report } from './support/report.ts';
import { ServerControl } from './support/server-control.ts';
import { NOTHING_YET } from './support/verdicts.ts';

/** 10 million events; the bounded share is a hundredth of it. */
const CONVERSATIONS = IS_LONG ? 100_000 : 1_000;
const MESSAGES_EACH = IS_LONG ? 99 : 90;
const LONG_CONVERSATION = IS_LONG ? 100_000 : 10_000;
const READY_MAX_MS = 10_000;
/** A server that has just started on an empty store holds 110 to 130 MB; what it reads of a large one is bounded. */
const RESIDENT_MAX_MB = 256;
const MESSAGES = 20;
const MB = 1024 * 1024;
const KB_PER_MB = 1024;
const TEST_MAX_MS = IS_LONG ? 60 * 60_000 : 5 * 60_000;

/** Has the system forget what it holds of a file in memory, so that the start reads the disk; where it can. */
function forgetCached(path: string): boolean {
  try {
    execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The most memory that a process ever had resident, as Linux says; undefined elsewhere. */
function residentPeakMb(pid: number): number | undefined {
  try {
    const kb = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Math.round(Number(kb) / KB_PER_MB);
  } catch {
    return undefined;
  }
}

function relayOf(server: ServerControl): string {
  return `${server.url.replace('http', 'ws')}/v1/relay`;
}

function say(visitor: VisitorPeer): Promise<void> {
  return new Promise((resolve) => visitor.send(resolve));
}

interface Stored {
  readonly events: number;
  readonly conversations: number;
  /** Numbers of the visitor's own conversation from `after` on. */
  readonly seqs: number[];
}

function storedIn(dataFolder: string, conversation: string, after: number): Stored {
  const database = new DatabaseSync(join(dataFolder, 'alongside.db'), { readOnly: true });
  try {
    const { events, conversations } = database
      .prepare(
        `SELECT sum(head) AS events, count(*) AS conversations FROM streams WHERE kind = 'conversation'`,
      )
      .get() as { events: number; conversations: number };
    const rows = database
      .prepare(
        `SELECT seq FROM events JOIN streams ON number = stream
         WHERE id = ? AND seq > ? AND type = 'chat.message' ORDER BY seq`,
      )
      .all(conversation, after) as { seq: number }[];
    return { events, conversations, seqs: rows.map(({ seq }) => seq) };
  } finally {
    database.close();
  }
}

test(
  '[DL4] R27: a server starts on a large store, and opens a long conversation, as fast as on a small one',
  async () => {
    const server = await ServerControl.start();
    const visitor = new VisitorPeer();
    const { dataFolder } = server;
    const tell = (line: string): void => console.log(`R27: ${line}`);
    try {
      await server.terminate();
      await fillStore({ dataFolder, conversations: CONVERSATIONS, messagesEach: MESSAGES_EACH, say: tell });
      await server.startAgain();
      // Late: a visitor's token lasts a few minutes.
      await visitor.connect(relayOf(server));
      const { conversation } = visitor;
      visitor.close();
      await server.terminate();
      await fillStore({
        ...{ dataFolder, conversations: 1, messagesEach: LONG_CONVERSATION, conversation },
        say: tell,
      });
      const file = join(dataFolder, 'alongside.db');
      const isCold = forgetCached(file);
      await server.startAgain();
      const readyMs = server.startMs.at(-1) ?? Number.POSITIVE_INFINITY;
      const begin = performance.now();
      await visitor.connect(relayOf(server));
      const openMs = performance.now() - begin;
      for (let count = 0; count < MESSAGES; count++) await say(visitor);
      const residentMb = residentPeakMb(server.pid);
      visitor.close();
      await server.terminate();
      const { events, conversations, seqs } = storedIn(dataFolder, conversation, LONG_CONVERSATION);
      report({
        row: 'R27',
        fault: `a start on a large store${isCold ? ', nothing of it in memory' : ''}`,
        struck: {
          events,
          conversations,
          'MB on disk': Math.round(statSync(file).size / MB),
          'ms until ready': Math.round(readyMs),
          'ms to open the longest conversation': Math.round(openMs),
          ...(residentMb !== undefined && { 'MB resident at most': residentMb }),
        },
        verdict: {
          ...{ ...NOTHING_YET, invoked: MESSAGES, ok: MESSAGES, stored: seqs.length },
          lost: Array.from({ length: MESSAGES - seqs.length }, () => conversation),
        },
      });
      expect(events).toBeGreaterThanOrEqual(CONVERSATIONS * MESSAGES_EACH + LONG_CONVERSATION);
      expect(conversations).toBe(CONVERSATIONS + 1);
      expect(seqs).toHaveLength(MESSAGES);
      expect(readyMs).toBeLessThan(READY_MAX_MS);
      expect(residentMb ?? 0).toBeLessThan(RESIDENT_MAX_MB);
    } finally {
      visitor.close();
      await server.remove();
    }
  },
  TEST_MAX_MS,
);
