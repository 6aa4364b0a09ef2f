import type { OpenedConversation } from '@alongside/sdk/protocol';
import { expect, test } from 'vitest';
import type { Appended, Log, ReadRange, StoredEvent } from '../events/log.ts';
import { createLogger } from '../lib/logger.ts';
import { Metrics } from '../lib/metrics.ts';
import type { Connection } from './connection.ts';
import { ConversationFeed } from './conversation-feed.ts';
import type { Frame, Transmitter } from './transmitter.ts';

const CONVERSATION = 'cnv_1';

function eventOf(seq: number): StoredEvent {
  const prev = seq - 1;
  return {
    stream: CONVERSATION,
    site: 'shop',
    seq,
    prev: { everyone: prev, agents: prev, staff: prev },
    at: 0,
    author: { kind: 'system' },
    audience: 'everyone',
    type: 'chat.message',
    body: { text: `message ${seq}` },
  };
}

/** A log of messages, a feed on it, and one reader whose frames are kept. */
function stage() {
  let tell: (appended: Appended) => void = () => undefined;
  let head = 0;
  const reads: ReadRange[] = [];
  let readFails = false;
  const log = {
    onAppended: (then: typeof tell) => {
      tell = then;
      return () => undefined;
    },
    read: (_stream: string, range: ReadRange) => {
      reads.push(range);
      if (readFails) return Promise.reject(new Error('planted'));
      const after = range.after ?? 0;
      const seqs = Array.from({ length: Math.min(2, head - after) }, (_, index) => after + index + 1);
      const entries = seqs.map((seq) => ({ seq, prev: seq - 1, erased: true as const }));
      return Promise.resolve({ entries, head, more: after + 2 < head });
    },
  } as unknown as Log;
  const sent: number[] = [];
  const closes: number[] = [];
  const out = {
    send: (_connection: Connection, frame: Frame, flushed?: () => void) => {
      const text = Buffer.isBuffer(frame) ? frame.toString() : JSON.stringify(frame);
      sent.push((JSON.parse(text) as { entry: { seq: number } }).entry.seq);
      flushed?.();
    },
    close: (_connection: Connection, code: number) => void closes.push(code),
  } as unknown as Transmitter;
  const logger = createLogger('silent');
  const feed = new ConversationFeed({ log, out, metrics: new Metrics(), logger });
  const connection = { isOpen: true, ended: false, subscriptions: [], session: undefined, role: 'visitor' };
  return {
    feed,
    sent,
    reads,
    closes,
    connection: connection as unknown as Connection,
    failReads: () => (readFails = true),
    append: (count = 1, told = true) => {
      for (let index = 0; index < count; index++) {
        head += 1;
        if (told) tell({ stream: CONVERSATION, site: 'shop', events: [eventOf(head)] });
      }
    },
    opened: (): OpenedConversation => ({ conversation: CONVERSATION, epoch: 'epo', head, resumed: true }),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const nothing = (): void => undefined;

test('[DL4] what is appended while a conversation is being opened is sent after the answer', async () => {
  const { feed, connection, append, opened, sent } = stage();
  append(3);
  let release: (value: OpenedConversation) => void = nothing;
  const looked = new Promise<OpenedConversation>((resolve) => (release = resolve));
  const before = opened();
  const subscribed = feed.subscribe(
    connection,
    CONVERSATION,
    () => looked,
    () => void sent.push(0),
  );
  append(3);
  release(before);
  await subscribed;
  await settled();
  append();
  expect(sent).toEqual([0, 4, 5, 6, 7]);
});

test('[DL4] an entry whose predecessor was not pushed is held until the missing ones were read', async () => {
  const { feed, connection, append, opened, sent, reads } = stage();
  await feed.subscribe(connection, CONVERSATION, () => Promise.resolve(opened()), nothing);
  append();
  append(5, false);
  append();
  append();
  await settled();
  await settled();
  append();
  expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(reads.map(({ after }) => after)).toEqual([1, 3, 5, 7]);
});

test('an entry that comes twice is sent once', async () => {
  const { feed, connection, append, opened, sent } = stage();
  append(2);
  await feed.subscribe(connection, CONVERSATION, () => Promise.resolve({ ...opened(), head: 2 }), nothing);
  append();
  expect(sent).toEqual([3]);
  expect(feed.headsOf(connection)).toEqual([{ conversation: CONVERSATION, seq: 3 }]);
});

test('missed entries that cannot be read close the connection, which then resumes', async () => {
  const { feed, connection, append, opened, closes, failReads } = stage();
  await feed.subscribe(connection, CONVERSATION, () => Promise.resolve(opened()), nothing);
  failReads();
  append(2, false);
  append();
  await settled();
  expect(closes).toEqual([1011]);
});

test('who has left is sent nothing', async () => {
  const { feed, connection, append, opened, sent } = stage();
  await feed.subscribe(connection, CONVERSATION, () => Promise.resolve(opened()), nothing);
  feed.leave(connection, CONVERSATION);
  append();
  expect(sent).toEqual([]);
  expect(feed.isReading(connection, CONVERSATION)).toBe(false);
});

test('a conversation that could not be opened is not read', async () => {
  const { feed, connection, append, sent } = stage();
  const failing = feed.subscribe(
    connection,
    CONVERSATION,
    () => Promise.reject(new Error('planted')),
    nothing,
  );
  await expect(failing).rejects.toThrow('planted');
  append();
  expect(sent).toEqual([]);
  expect(feed.isReading(connection, CONVERSATION)).toBe(false);
});
