// Over 300 lines: one replica and the entries it is given; a describe for each way in which they come.
import { describe, expect, test } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import type { LogEntry, OpenedConversation } from '../protocol/index.ts';
import { ConversationReplica, type FetchAnswer } from './conversation-replica.ts';
import { emptyConversation, reduceConversation } from './conversation-state.ts';

const CONVERSATION = `cnv_${'0'.repeat(26)}`;
const EPOCH = `epo_${'1'.repeat(26)}`;

/** The visitor's log: entry `seq` after `prev`; numbers between them are notes that this reader never sees. */
function entry(seq: number, prev = seq - 1): LogEntry {
  const command = `019b76da-b665-7149-9c08-${String(seq).padStart(12, '0')}`;
  const author = { kind: 'agent' as const };
  const body = { type: 'chat.message' as const, text: `text ${seq}` };
  return { seq, prev, at: seq, author, audience: 'everyone', command, body };
}

const run = (from: number, to: number): LogEntry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));

function whole(entries: LogEntry[], more: Partial<OpenedConversation> = {}): OpenedConversation {
  const state = entries.reduce(reduceConversation, { ...emptyConversation(), seq: entries[0]?.prev ?? 0 });
  const older = (entries[0]?.prev ?? 0) > 0;
  return {
    conversation: CONVERSATION,
    epoch: EPOCH,
    head: state.seq,
    resumed: false,
    state,
    entries,
    older,
    ...more,
  };
}

const resumed = (head: number): OpenedConversation => ({
  conversation: CONVERSATION,
  epoch: EPOCH,
  head,
  resumed: true,
});

function setUp() {
  const time = new VirtualTime();
  const fetches: { range: object; answer: (answer: FetchAnswer) => Promise<void> }[] = [];
  const applied: number[] = [];
  const replica = new ConversationReplica({
    clock: new MachineClock(time),
    fetch: (range) =>
      new Promise((resolve) => {
        fetches.push({
          range,
          answer: async (answer) => {
            resolve(answer);
            await time.advance(0);
          },
        });
      }),
    applied: (entries) => applied.push(...entries.map(({ seq }) => seq)),
  });
  const seqs = (): number[] => replica.entries.map(({ seq }) => seq);
  const page = (entries: LogEntry[], head: number, more = false): Promise<void> => {
    const asked = fetches.shift();
    if (!asked) throw new Error('nothing was asked for');
    return asked.answer({ type: 'page', entries, head, more });
  };
  return { time, fetches, applied, replica, seqs, page };
}

describe('[DL4] one gapless run', () => {
  test('begins with what the server folded, and goes on with each entry whose prev is the last', () => {
    const { replica, seqs, applied } = setUp();
    replica.opened(whole(run(5, 6)));
    expect([seqs(), replica.older, replica.header.seq]).toEqual([[5, 6], true, 6]);
    replica.entry(entry(7));
    replica.entry(entry(10, 7));
    expect([seqs(), applied, replica.header.seq]).toEqual([[5, 6, 7, 10], [7, 10], 10]);
  });

  test('an entry that was applied is not applied again', () => {
    const { replica, seqs, applied } = setUp();
    replica.opened(whole(run(1, 2)));
    for (const each of [entry(2), entry(3), entry(3), entry(1)]) replica.entry(each);
    expect([seqs(), applied]).toEqual([[1, 2, 3], [3]]);
  });

  test('after a gap the missing ones are fetched first, and what came meanwhile follows them', async () => {
    const { replica, seqs, fetches, page } = setUp();
    replica.opened(whole(run(1, 2)));
    replica.entry(entry(5));
    expect([seqs(), replica.catchingUp]).toEqual([[1, 2], true]);
    expect(fetches.map(({ range }) => range)).toEqual([{ after: 2, limit: 300 }]);
    replica.entry(entry(6));
    await page(run(3, 4), 5);
    expect([seqs(), replica.catchingUp]).toEqual([[1, 2, 3, 4, 5, 6], false]);
  });

  test('the next page is asked for only once this one is applied', async () => {
    const { replica, seqs, fetches, page } = setUp();
    replica.opened(whole([]));
    replica.entry(entry(7));
    for (const [from, to] of [
      [1, 3],
      [4, 6],
    ] as const) {
      expect(fetches).toHaveLength(1);
      await page(run(from, to), 7, true);
    }
    expect([seqs(), fetches]).toEqual([[1, 2, 3, 4, 5, 6, 7], []]);
  });

  test('swapped entries are put in order without a fetch that anybody waits for', async () => {
    const { replica, seqs, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry(entry(3));
    replica.entry(entry(2));
    expect(seqs()).toEqual([1, 2, 3]);
    await page(run(2, 3), 3);
    expect([seqs(), replica.catchingUp]).toEqual([[1, 2, 3], false]);
  });

  test('a page that begins with what came meanwhile is taken from there on', async () => {
    const { replica, seqs, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry(entry(5));
    for (const each of [entry(2), entry(3)]) replica.entry(each);
    await page(run(2, 4), 5);
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  test('a page with a hole is applied up to the hole only', async () => {
    const { replica, seqs, time, fetches, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry(entry(5));
    await page([entry(2), entry(4)], 5);
    expect(seqs()).toEqual([1, 2]);
    await page([entry(4)], 5);
    expect([seqs(), fetches]).toEqual([[1, 2], []]);
    await time.advance(1_000);
    expect(fetches).toHaveLength(1);
  });

  test('more than it can hold is dropped and fetched instead', async () => {
    const { replica, seqs, fetches, page } = setUp();
    replica.opened(whole([]));
    for (const each of run(2, 400)) replica.entry(each);
    while (fetches.length > 0) await page(run(replica.header.seq + 1, replica.header.seq + 100), 400);
    expect(seqs()).toEqual(run(1, 400).map(({ seq }) => seq));
  });

  test('an erased entry keeps the chain', () => {
    const { replica, seqs } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry({ seq: 2, prev: 1, erased: true });
    replica.entry(entry(3));
    expect(seqs()).toEqual([1, 2, 3]);
  });

  test('before it is opened nothing is applied', () => {
    const { replica, seqs } = setUp();
    replica.entry(entry(1));
    replica.opened(whole(run(1, 1)));
    replica.lost();
    replica.entry(entry(2));
    expect(seqs()).toEqual([1]);
  });
});

describe('[DL4] a lost last entry', () => {
  test('is found by a head, after a moment in which it may still come', async () => {
    const { replica, time, fetches, seqs, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.headIs(2);
    await time.advance(999);
    expect(fetches).toEqual([]);
    await time.advance(1);
    await page(run(2, 2), 2);
    expect(seqs()).toEqual([1, 2]);
  });

  test('that came is not fetched', async () => {
    const { replica, time, fetches } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.headIs(2);
    replica.entry(entry(2));
    await time.advance(5_000);
    expect(fetches).toEqual([]);
  });

  test('a head that nothing bears out is let go', async () => {
    const { replica, time, fetches, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.headIs(9);
    await time.advance(1_000);
    await page([], 1);
    await time.advance(60_000);
    expect([fetches, replica.catchingUp]).toEqual([[], false]);
  });
});

describe('[DL4] coming back', () => {
  test('the position names the last entry and its command', () => {
    const { replica } = setUp();
    expect(replica.position).toBeUndefined();
    replica.opened(whole(run(1, 3)));
    const { conversation, epoch } = whole([]);
    const command = '019b76da-b665-7149-9c08-000000000003';
    expect(replica.position).toEqual({ conversation, epoch, seq: 3, command });
  });

  test('resumed without a gap asks for nothing', () => {
    const { replica, fetches, seqs } = setUp();
    replica.opened(whole(run(1, 3)));
    replica.lost();
    replica.opened(resumed(3));
    expect([seqs(), fetches, replica.catchingUp]).toEqual([[1, 2, 3], [], false]);
  });

  test('resumed behind the head fetches from there', async () => {
    const { replica, seqs, page } = setUp();
    replica.opened(whole(run(1, 3)));
    replica.lost();
    replica.opened(resumed(5));
    expect(replica.catchingUp).toBe(true);
    await page(run(4, 5), 5);
    expect([seqs(), replica.restored]).toEqual([[1, 2, 3, 4, 5], false]);
  });

  test('an answer to the connection before changes nothing', async () => {
    const { replica, seqs, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry(entry(3));
    replica.lost();
    replica.opened(resumed(1));
    await page(run(2, 3), 3);
    expect([seqs(), replica.catchingUp]).toEqual([[1], false]);
  });

  test('a fetch that finds no answer is asked again on the next connection', async () => {
    const { replica, fetches, seqs, page } = setUp();
    replica.opened(whole(run(1, 1)));
    replica.entry(entry(3));
    replica.lost();
    await fetches.shift()?.answer(undefined);
    replica.opened(resumed(3));
    await page(run(2, 3), 3);
    expect(seqs()).toEqual([1, 2, 3]);
  });

  test('a refusal for now is waited for, one for good ends it', async () => {
    const { replica, fetches, time } = setUp();
    replica.opened(whole([]));
    replica.entry(entry(2));
    await fetches.shift()?.answer({ type: 'refused', code: 'rate-limited', retryAfter: 3_000 });
    await time.advance(2_999);
    expect(fetches).toEqual([]);
    await time.advance(1_000);
    await fetches.shift()?.answer({ type: 'refused', code: 'forbidden' });
    await time.advance(60_000);
    expect([fetches, replica.catchingUp, replica.refused]).toEqual([[], false, 'forbidden']);
  });
});

describe('[DL3] another incarnation of the log', () => {
  test('discards what was shown, and says so', () => {
    const { replica, seqs } = setUp();
    replica.opened(whole(run(1, 9)));
    replica.lost();
    replica.opened(whole(run(1, 2), { epoch: `epo_${'2'.repeat(26)}` }));
    expect([seqs(), replica.restored, replica.header.seq]).toEqual([[1, 2], true, 2]);
  });

  test('another conversation is no restore', () => {
    const { replica, seqs } = setUp();
    replica.opened(whole(run(1, 2)));
    replica.opened(whole([], { conversation: `cnv_${'3'.repeat(26)}`, epoch: `epo_${'2'.repeat(26)}` }));
    expect([seqs(), replica.restored]).toEqual([[], false]);
  });
});

describe('older entries', () => {
  test('are put before the run, page by page, to the beginning', async () => {
    const { replica, seqs, fetches, page } = setUp();
    replica.opened(whole(run(5, 6)));
    const loaded = replica.loadOlder();
    void replica.loadOlder();
    expect(fetches.map(({ range }) => range)).toEqual([{ before: 5, limit: 60 }]);
    await page(run(3, 4), 6, true);
    await loaded;
    expect([seqs(), replica.older]).toEqual([[3, 4, 5, 6], true]);
    void replica.loadOlder();
    await page(run(1, 2), 6);
    expect([seqs(), replica.older]).toEqual([[1, 2, 3, 4, 5, 6], false]);
    await replica.loadOlder();
    expect(fetches).toEqual([]);
  });

  test('only what chains up to the run is taken', async () => {
    const { replica, seqs, page } = setUp();
    replica.opened(whole(run(5, 6)));
    void replica.loadOlder();
    await page([entry(1), entry(3), entry(4)], 6);
    expect([seqs(), replica.older]).toEqual([[3, 4, 5, 6], true]);
  });

  test('a lost connection ends the wait, and it can be asked again', async () => {
    const { replica, fetches, page, seqs } = setUp();
    replica.opened(whole(run(2, 2)));
    const loaded = replica.loadOlder();
    replica.lost();
    await fetches.shift()?.answer(undefined);
    await loaded;
    replica.opened(resumed(2));
    void replica.loadOlder();
    await page(run(1, 1), 2);
    expect(seqs()).toEqual([1, 2]);
  });
});
