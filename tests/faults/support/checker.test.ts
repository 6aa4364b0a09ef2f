import { describe, expect, test } from 'vitest';
import { check, complaints } from './checker.ts';
import { type Entry, History, type StoredLog } from './history.ts';

const CONVERSATION = 'cnv_1';
const EPOCH = 'epo_1';

type Stored = StoredLog['entries'][number];

interface Scene {
  history: History;
  entries: Stored[];
  log: () => StoredLog[];
  clock: { now: number };
}

/** Three messages of one device, one note in between, all acknowledged; a visitor and an agent have read them. */
function goodRun(): Scene {
  const clock = { now: 0 };
  const history = new History(() => clock.now);
  const entries: Stored[] = [
    { seq: 1, prev: 0, type: 'sitting.opened', audience: 'everyone', command: 'a' },
    { seq: 2, prev: 1, type: 'chat.message', audience: 'everyone', command: 'a', text: 'one' },
    { seq: 3, prev: 2, type: 'chat.noted', audience: 'agents', command: 'note', text: 'hush' },
    { seq: 4, prev: 2, type: 'chat.message', audience: 'everyone', command: 'b', text: 'two' },
    { seq: 5, prev: 4, type: 'chat.message', audience: 'everyone', command: 'c', text: 'three' },
  ];
  const write = (client: string, command: string, text: string): void => {
    history.invoked({
      client,
      device: `dev of ${client}`,
      conversation: CONVERSATION,
      command,
      audience: client === 'agent' ? 'agents' : 'everyone',
      text,
    });
  };
  write('visitor', 'a', 'one');
  write('visitor', 'b', 'two');
  write('visitor', 'c', 'three');
  write('agent', 'note', 'hush');
  history.acknowledged('a', 2);
  history.acknowledged('note', 3);
  history.acknowledged('b', 4);
  history.acknowledged('c', 5);
  clock.now = 1_000;
  history.healed();
  clock.now = 1_250;
  see(history, 'visitor', entries);
  see(history, 'agent', entries);
  return { history, entries, clock, log: () => [{ conversation: CONVERSATION, epoch: EPOCH, entries }] };
}

function see(history: History, name: 'visitor' | 'agent', entries: readonly Stored[], epoch = EPOCH): void {
  const audience = name === 'visitor' ? 'everyone' : 'agents';
  let prev = 0;
  const seen: Entry[] = entries
    .filter((entry) => audience === 'agents' || entry.audience === 'everyone')
    .map((entry) => {
      const mine = { ...entry, prev };
      prev = entry.seq;
      return mine;
    });
  history.shown(name, { audience, conversation: CONVERSATION, epoch, entries: seen });
}

describe('the checker of fault runs', () => {
  test('finds nothing in a good run, and counts', () => {
    const { history, log } = goodRun();
    const verdict = check(history, log());
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({
      invoked: 4,
      ok: 4,
      failed: 0,
      unknown: 0,
      stored: 4,
      convergenceMs: 250,
    });
  });

  test('[DL1] an acknowledged message that is not in the log is lost', () => {
    const { history, entries, log } = goodRun();
    entries.pop();
    expect(check(history, log()).lost).toEqual(['c of visitor, acknowledged as 5']);
  });

  test('[DL2] a command that became two messages is a duplicate', () => {
    const { history, entries, log } = goodRun();
    entries.push({ seq: 6, prev: 5, type: 'chat.message', audience: 'everyone', command: 'b', text: 'two' });
    expect(check(history, log()).duplicate).toEqual(['b is 4 of cnv_1 and 6 of cnv_1']);
  });

  test('a message that nobody wrote is a phantom, one in a foreign conversation too', () => {
    const { history, entries, log } = goodRun();
    entries.push({ seq: 6, prev: 5, type: 'chat.message', audience: 'everyone', command: 'x', text: 'boo' });
    expect(check(history, log()).phantom).toEqual(['6 of cnv_1 by x']);
    const elsewhere = {
      conversation: 'cnv_2',
      epoch: EPOCH,
      entries: [{ ...entries[1], seq: 1, prev: 0 } as Stored],
    };
    expect(check(history, [elsewhere]).phantom).toEqual(['1 of cnv_2 by a']);
  });

  test('[DL3] a missing number is a hole', () => {
    const { history, entries, log } = goodRun();
    entries.splice(2, 1);
    expect(check(history, log()).holes).toEqual(['cnv_1 goes from 2 to 4']);
  });

  test('[DL3] two messages of a device in the wrong order are disorder', () => {
    const { history, entries, log } = goodRun();
    Object.assign(entries[3] ?? {}, { command: 'c', text: 'three' });
    Object.assign(entries[4] ?? {}, { command: 'b', audience: 'everyone', text: 'two' });
    expect(check(history, log()).disorder).toEqual(['dev of visitor: number 3 is 4, number 2 is 5']);
  });

  test('[DL1] an acknowledgement with another number than the log is wrong', () => {
    const { history, log } = goodRun();
    const before = check(history, log());
    expect(before.wrongSeq).toEqual([]);
    history.invoked({
      client: 'v',
      device: 'd',
      conversation: CONVERSATION,
      command: 'b2',
      audience: 'everyone',
      text: 'two',
    });
    history.acknowledged('b', 7);
    expect(check(history, log()).wrongSeq).toEqual(['b was ok as 4, then ok as 7']);
  });

  test('[DL1] the first acknowledgement counts against the log', () => {
    const { history, entries, log } = goodRun();
    Object.assign(entries[4] ?? {}, { seq: 6 });
    expect(check(history, log()).wrongSeq).toEqual(['c was acknowledged as 5 and is 6']);
  });

  test('[DL2] a refusal after an acknowledgement, and a stored message that was refused, are found', () => {
    const { history, log } = goodRun();
    history.refused('b', 'invalid');
    expect(check(history, log()).wrongSeq).toEqual(['b was ok as 4, then invalid']);
    const other = goodRun();
    const again = new History();
    for (const { outcome, ...made } of other.history.operations.values()) {
      again.invoked(made);
      if (made.command === 'b') again.refused('b', 'invalid');
      else if (outcome.state === 'ok') again.acknowledged(made.command, outcome.seq);
    }
    expect(check(again, other.log()).refusedButStored).toEqual(['4 of cnv_1 by b']);
  });

  test('a stored text that is not what was written is altered', () => {
    const { history, entries, log } = goodRun();
    Object.assign(entries[3] ?? {}, { text: 'too' });
    expect(check(history, log()).altered).toEqual(['4 of cnv_1 by b']);
  });

  test('[DL4] a reader whose chain breaks, who ends early or who sees a note is found', () => {
    const { history, entries, log } = goodRun();
    entries.push({
      seq: 6,
      prev: 5,
      type: 'chat.message',
      audience: 'everyone',
      command: 'd',

      text: 'four',
    });
    history.invoked({
      client: 'v',
      device: 'e',
      conversation: CONVERSATION,
      command: 'd',
      audience: 'everyone',
      text: 'four',
    });
    see(history, 'agent', entries);
    const verdict = check(history, log());
    expect(verdict.broken).toEqual(['visitor in cnv_1: ends at 5, the log at 6']);
    expect(verdict.convergenceMs).toBe(Infinity);
  });

  test('[DL4] a reader that skipped an entry is found', () => {
    const { history, entries, log } = goodRun();
    const skipped = new History();
    for (const made of history.operations.values()) skipped.invoked(made);
    const seen = entries.filter(({ seq }) => seq !== 4);
    skipped.shown('agent', { audience: 'agents', conversation: CONVERSATION, epoch: EPOCH, entries: seen });
    expect(check(skipped, log()).broken).toEqual(['agent in cnv_1: 5 names 4 and follows 3']);
  });

  test('a visitor who was shown a note is found', () => {
    const { history, entries, log } = goodRun();
    history.shown('other visitor', {
      audience: 'everyone',
      conversation: CONVERSATION,
      epoch: EPOCH,
      entries,
    });
    expect(check(history, log()).broken).toContain(
      'other visitor in cnv_1: 3 is not for this reader, or not in the log',
    );
  });

  test('[DL3] a whole copy of another epoch begins a new run, and the old one is judged no more', () => {
    const { history, entries, log } = goodRun();
    const restored: StoredLog = { conversation: CONVERSATION, epoch: 'epo_2', entries: entries.slice(0, 2) };
    see(history, 'visitor', restored.entries, 'epo_2');
    see(history, 'agent', restored.entries, 'epo_2');
    expect(check(history, [restored]).broken).toEqual([]);
    expect(check(history, log()).broken).toEqual([
      'visitor in cnv_1: has a copy of another epoch',
      'agent in cnv_1: has a copy of another epoch',
    ]);
    expect([...history.readers.values()].map(({ runs }) => runs.length)).toEqual([2, 2]);
  });

  test('a copy that grows is recorded once, with the time of each entry', () => {
    const clock = { now: 0 };
    const history = new History(() => clock.now);
    const entry = (seq: number): Stored => ({
      seq,
      prev: seq - 1,
      type: 'chat.message',
      audience: 'everyone',
    });
    see(history, 'visitor', [entry(1)]);
    clock.now = 7;
    see(history, 'visitor', [entry(1), entry(2)]);
    see(history, 'visitor', [entry(1), entry(2)]);
    const [reader] = history.readers.values();
    expect(reader?.runs.map(({ entries }) => entries.map(({ seq, at }) => [seq, at]))).toEqual([
      [
        [1, 0],
        [2, 7],
      ],
    ]);
  });
});
