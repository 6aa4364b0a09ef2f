import { digestOf } from '../../../server/src/lib/digest.ts';
import {
  type FoldedConversation,
  conversationStream,
} from '../../../server/src/events/conversation-stream.ts';
import type { Log, LogCommand, NewEvent, StreamKey } from '../../../server/src/events/log.ts';
import { openLog } from '../../../server/src/events/open-log.ts';
import { openStorage } from '../../../server/src/storage/open-storage.ts';
import { newCommandId, newId, systemClock } from '../../../sdk/src/shared.ts';

/** So many messages are asked for at a time; the log commits a few hundred together. */
const TOGETHER = 5_000;
const PROGRESS_EVERY_MS = 15_000;

/** What a store is filled with. */
export interface Growth {
  readonly dataFolder: string;
  readonly conversations: number;
  /** Messages in each of them. */
  readonly messagesEach: number;
  /** An only conversation that is there already; otherwise all are new. */
  readonly conversation?: string;
  readonly say: (line: string) => void;
}

/**
 * Fills the store of a server that does not run, by the log itself: each message is a command of its own, with all
 * that the log keeps of one, as if a visitor had sent it. What the log would have others do (the index of the search,
 * work items) is not there.
 */
export async function fillStore(growth: Growth): Promise<void> {
  const report = (problem: string, details: object): never => {
    throw new Error(`${problem} ${JSON.stringify(details)}`);
  };
  const storage = await openStorage({ dataFolder: growth.dataFolder }, { clock: systemClock, report });
  try {
    // Nobody is acknowledged here, so nothing need be on disk before the end.
    if (storage.dialect === 'sqlite') storage.store.exec('PRAGMA synchronous = NORMAL');
    const log = await openLog(storage, { clock: systemClock, report });
    await fill(log, growth);
    await log.close();
  } finally {
    await storage.close();
  }
}

async function fill(log: Log, growth: Growth): Promise<void> {
  const { conversations, messagesEach, say } = growth;
  const total = conversations * messagesEach;
  let stored = 0;
  let saidAt = performance.now();
  const asked: Promise<void>[] = [];
  for (let count = 0; count < conversations; count++) {
    const stream = conversationStream(growth.conversation ?? newId('cnv'), 'demo');
    for (const message of messagesIn(log, stream, messagesEach)) {
      asked.push(message);
      if (asked.length < TOGETHER) continue;
      stored += (await Promise.all(asked.splice(0))).length;
      if (performance.now() - saidAt < PROGRESS_EVERY_MS) continue;
      saidAt = performance.now();
      say(`${stored.toLocaleString('en')} of ${total.toLocaleString('en')} messages`);
    }
  }
  await Promise.all(asked);
}

function* messagesIn(
  log: Log,
  stream: StreamKey<FoldedConversation>,
  count: number,
): Generator<Promise<void>> {
  const device = newId('dev');
  const author: NewEvent['author'] = { kind: 'visitor', id: newId('vis'), name: 'Visitor' };
  for (let n = 1; n <= count; n++) {
    const body = { text: `Hello, is my order ${n} on its way? I have waited since Tuesday.` };
    const command: LogCommand = { id: newCommandId(Date.now()), device, n, digest: digestOf(body) };
    yield store(log, stream, command, { type: 'chat.message', audience: 'everyone', author, body });
  }
}

async function store(
  log: Log,
  stream: StreamKey<FoldedConversation>,
  command: LogCommand,
  event: NewEvent,
): Promise<void> {
  const answer = await log.transact(stream, command, () => ({ append: [event] }));
  if (!answer.ok) throw new Error(answer.message);
}
