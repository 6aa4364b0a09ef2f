// Over 300 lines: the one contract of the log, run over every store.
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Audience, LogEntry } from '@alongside/sdk/protocol';
import { AUDIENCES } from '@alongside/sdk/protocol';
import { DamagedError } from '../../server/src/events/damage.ts';
import { checkLog } from '../../server/src/events/log-check-store.ts';
import type { Answer, Appended, Decision, Log } from '../../server/src/events/log.ts';
import { type Opened, Rig, STORES, command, say, textsOf } from './storage-rig.ts';
import { said, tally, tallyFold } from './storage-rig-parts.ts';

const ROOM = { limit: 1_000, maxBytes: 1e8 };

function okay(answer: Answer): Extract<Answer, { ok: true }> {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer;
}

async function pages(log: Log, stream: string, reader: Audience, limit: number): Promise<LogEntry[][]> {
  const found: LogEntry[][] = [];
  let after = 0;
  for (;;) {
    const page = await log.read(stream, { reader, after, limit, maxBytes: 1e8 });
    found.push(page.entries);
    if (!page.more) return found;
    after = page.entries.at(-1)?.seq ?? Infinity;
  }
}

for (const { store, isMissing } of STORES) {
  describe.skipIf(isMissing)(`the log on ${store}`, () => {
    let rig: Rig;
    let opened: Opened;
    let log: Log;

    beforeEach(async () => {
      rig = await Rig.make(store);
      opened = await rig.open();
      ({ log } = opened);
    });

    afterEach(async () => {
      await rig.remove();
    });

    async function restart(): Promise<void> {
      opened = await rig.reopen(opened);
      ({ log } = opened);
    }

    test('[DL1] what was acknowledged is there after a crash', async () => {
      const stream = tally('s');
      const answers = await Promise.all(['a', 'b', 'c'].map((text) => say(log, stream, text)));
      expect(answers.map((answer) => okay(answer).seq)).toEqual([1, 2, 3]);
      const after = await rig.crash();
      expect(await textsOf(after.log, 's')).toEqual(['a', 'b', 'c']);
      expect((await after.log.look(stream))?.state.texts).toEqual(['a', 'b', 'c']);
    });

    test('[DL2] a repeated command gets the first answer', async () => {
      const stream = tally('s');
      const first = command();
      expect(okay(await say(log, stream, 'once', first))).toMatchObject({ seq: 1, conflict: false });
      await say(log, stream, 'other');
      const repeat = okay(await say(log, stream, 'once', first));
      expect(repeat).toMatchObject({ seq: 1, conflict: false, events: [], heads: { everyone: 2 } });
      await restart();
      expect(okay(await say(log, stream, 'once', first))).toMatchObject({ seq: 1, events: [] });
      expect(await textsOf(log, 's')).toEqual(['once', 'other']);
    });

    test('[DL2] a command that is repeated within one batch is stored once', async () => {
      const by = command({ device: 'd', n: 1 });
      const answers = await Promise.all([1, 2, 3].map(() => say(log, tally('s'), 'once', by)));
      expect(answers.map((answer) => okay(answer).seq)).toEqual([1, 1, 1]);
      expect(answers.filter((answer) => answer.ok && answer.events.length > 0)).toHaveLength(1);
      expect(await textsOf(log, 's')).toEqual(['once']);
    });

    test('[DL2] the same id with another body gets the first answer and a conflict', async () => {
      const by = command();
      await say(log, tally('s'), 'first', by);
      const answer = await say(log, tally('s'), 'second', { ...by, digest: 'another' });
      expect(okay(answer)).toMatchObject({ seq: 1, conflict: true });
      expect(await textsOf(log, 's')).toEqual(['first']);
    });

    test('[DL2] a refusal is the answer to its command for ever', async () => {
      const by = command();
      const refuse = (): Decision => ({ refuse: 'invalid', message: 'not now' });
      const refused = { ok: false, code: 'invalid', message: 'not now', conflict: false };
      expect(await log.transact(tally('s'), by, refuse)).toEqual(refused);
      expect(await say(log, tally('s'), 'now', by)).toEqual(refused);
      await restart();
      expect(await say(log, tally('s'), 'now', by)).toEqual(refused);
      expect(await textsOf(log, 's')).toEqual([]);
      expect(await log.look(tally('s'))).toBeUndefined();
    });

    test('[DL2] one id under two counters is one command, and uses up one of them', async () => {
      const stream = tally('s');
      const first = command({ device: 'd', n: 1 });
      await say(log, stream, 'once', first);
      const [again, neighbour, next] = await Promise.all([
        say(log, stream, 'once', { ...first, n: 2 }),
        say(log, tally('t'), 'neighbour', command({ device: 'd', n: 1 })),
        say(log, stream, 'next', command({ device: 'd', n: 2 })),
      ]);
      expect(okay(again)).toMatchObject({ seq: 1, events: [] });
      expect(okay(neighbour)).toMatchObject({ seq: 1 });
      expect(okay(next)).toMatchObject({ seq: 2 });
      expect(await textsOf(log, 's')).toEqual(['once', 'next']);
    });

    test('[DL2] one id in two streams is two commands', async () => {
      const by = command();
      expect(okay(await say(log, tally('one'), 'a', by)).seq).toBe(1);
      expect(okay(await say(log, tally('two'), 'b', by)).seq).toBe(1);
      expect(await textsOf(log, 'two')).toEqual(['b']);
    });

    test('[DL3] numbers are 1, 2, 3 … whoever writes at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 120 }, (_, index) => say(log, tally('s'), `text ${index}`)),
      );
      const numbers = answers.map((answer) => okay(answer).seq).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
      const texts = await textsOf(log, 's');
      expect(new Set(texts).size).toBe(120);
      for (const answer of answers) {
        const { seq, events } = okay(answer);
        expect(texts[seq - 1]).toBe((events[0]?.body as { text: string }).text);
      }
    });

    test('[DL3] a device that jumps is told the counter that is expected', async () => {
      const by = (n: number) => command({ device: 'd', n });
      expect(await say(log, tally('s'), 'two', by(2))).toMatchObject({ code: 'out-of-order', expected: 1 });
      expect(okay(await say(log, tally('s'), 'one', by(1))).seq).toBe(1);
      expect(await say(log, tally('s'), 'three', by(3))).toMatchObject({ code: 'out-of-order', expected: 2 });
      expect(await say(log, tally('s'), 'one again', by(1))).toMatchObject({
        code: 'out-of-order',
        expected: 2,
      });
      expect(okay(await say(log, tally('s'), 'two', by(2))).seq).toBe(2);
      await restart();
      expect(await log.counter('s', 'd')).toBe(2);
      expect(await log.counter('s', 'stranger')).toBe(0);
      expect(await log.counter('stranger', 'd')).toBe(0);
      expect(await textsOf(log, 's')).toEqual(['one', 'two']);
    });

    test('[DL3] the counter of a refused command and of one that was done already is used up', async () => {
      const by = (n: number) => command({ device: 'd', n });
      const refuse = (): Decision => ({ refuse: 'invalid', message: 'no' });
      expect(await log.transact(tally('s'), by(1), refuse)).toMatchObject({ ok: false, code: 'invalid' });
      const second = by(2);
      expect(okay(await log.transact(tally('s'), second, () => ({ already: true }))).seq).toBe(0);
      expect(okay(await say(log, tally('s'), 'three', by(3))).seq).toBe(1);
      expect(okay(await say(log, tally('s'), 'two again', second)).seq).toBe(0);
      expect(await log.counter('s', 'd')).toBe(3);
      expect(await textsOf(log, 's')).toEqual(['three']);
    });

    test('what is already so is answered as done and stores nothing', async () => {
      await say(log, tally('s'), 'a');
      const by = command();
      const already = okay(await log.transact(tally('s'), by, () => ({ already: true })));
      expect(already).toMatchObject({ seq: 1, events: [], conflict: false });
      expect(okay(await say(log, tally('s'), 'b', by)).seq).toBe(2);
    });

    test('[DL3] the epoch is the same at every opening, until a stream is given another', async () => {
      const { epoch } = log;
      await say(log, tally('s'), 'a');
      expect((await log.look(tally('s')))?.epoch).toBe(epoch);
      await restart();
      expect(log.epoch).toBe(epoch);
      const renewed = [await log.renewEpoch(tally('s')), await log.renewEpoch(tally('empty'))];
      expect(new Set([...renewed, epoch]).size).toBe(3);
      await restart();
      expect((await log.look(tally('s')))?.epoch).toBe(renewed[0]);
      expect((await log.look(tally('empty')))?.epoch).toBe(renewed[1]);
      expect(okay(await say(log, tally('empty'), 'first')).seq).toBe(1);
      expect((await log.look(tally('empty')))?.epoch).toBe(renewed[1]);
    });

    test('[DL3] an entry is known by its number and its command', async () => {
      const by = command();
      await say(log, tally('s'), 'a', by);
      await log.transact(tally('s'), undefined, () => ({ append: [said('by nobody')] }));
      expect(await log.hasEntry('s', 1, by.id)).toBe(true);
      expect(await log.hasEntry('s', 1, undefined)).toBe(false);
      expect(await log.hasEntry('s', 1, command().id)).toBe(false);
      expect(await log.hasEntry('s', 2, undefined)).toBe(true);
      expect(await log.hasEntry('s', 3, undefined)).toBe(false);
      expect(await log.hasEntry('s', 0, undefined)).toBe(true);
      expect(await log.hasEntry('stranger', 1, undefined)).toBe(false);
    });

    describe('of a stream with entries for all three audiences', () => {
      const order: Audience[] = [
        'everyone',
        'agents',
        'everyone',
        'staff',
        'staff',
        'agents',
        'everyone',
        'staff',
      ];

      beforeEach(async () => {
        for (const [index, audience] of order.entries()) {
          await log.transact(tally('s'), command(), () => ({ append: [said(`${index + 1}`, audience)] }));
        }
      });

      test.each(AUDIENCES)(
        '[DL4] a reader of level %s gets one run without a gap, and nothing more',
        async (reader) => {
          const visible = order.flatMap((audience, index) =>
            AUDIENCES.indexOf(audience) <= AUDIENCES.indexOf(reader) ? index + 1 : [],
          );
          for (const limit of [1, 2, 3, 100]) {
            const entries = (await pages(log, 's', reader, limit)).flat();
            expect(entries.map(({ seq }) => seq)).toEqual(visible);
            expect(entries.map(({ prev }) => prev)).toEqual([0, ...visible.slice(0, -1)]);
          }
          expect((await log.look(tally('s')))?.heads[reader]).toBe(visible.at(-1));
        },
      );

      test.each(AUDIENCES)('[DL4] a reader of level %s scrolls back over all of it', async (reader) => {
        const forwards = (await pages(log, 's', reader, 100)).flat();
        const backwards: LogEntry[] = [];
        let before = Infinity;
        let more = true;
        while (more) {
          const page = await log.read('s', { reader, before, limit: 2, maxBytes: 1e8 });
          backwards.unshift(...page.entries);
          before = page.entries[0]?.seq ?? 0;
          ({ more } = page);
        }
        expect(backwards).toEqual(forwards);
      });

      test('[DL4] every answer names the heads of each audience', async () => {
        const answer = okay(await say(log, tally('s'), 'last'));
        expect(answer.heads).toEqual({ everyone: 9, agents: 9, staff: 9 });
        const note = await log.transact(tally('s'), command(), () => ({ append: [said('note', 'agents')] }));
        expect(okay(note).heads).toEqual({ everyone: 9, agents: 10, staff: 10 });
      });

      test('a page between two numbers has neither of them', async () => {
        const page = await log.read('s', { reader: 'staff', after: 2, before: 6, ...ROOM });
        expect(page).toMatchObject({ head: 8, more: false });
        expect(page.entries.map(({ seq }) => seq)).toEqual([3, 4, 5]);
      });

      test('a page past the end is empty and names the head', async () => {
        expect(await log.read('s', { reader: 'everyone', after: 7, ...ROOM })).toEqual({
          entries: [],
          head: 7,
          more: false,
        });
        expect(await log.read('stranger', { reader: 'everyone', after: 0, ...ROOM })).toEqual({
          entries: [],
          head: 0,
          more: false,
        });
      });
    });

    test('[DL4] a page ends at its bytes, but never before its first entry', async () => {
      const text = 'ü'.repeat(4_000);
      for (let index = 0; index < 5; index++) await say(log, tally('s'), text);
      const page = await log.read('s', { reader: 'everyone', after: 0, limit: 100, maxBytes: 20_000 });
      expect(page.entries).toHaveLength(2);
      expect(page.more).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(page.entries))).toBeLessThanOrEqual(20_000);
      const tiny = await log.read('s', { reader: 'everyone', before: 5, limit: 100, maxBytes: 1 });
      expect(tiny.entries.map(({ seq }) => seq)).toEqual([4]);
    });

    test('an entry comes back as it was stored, whatever its text', async () => {
      const text = ' „quotes“ \u0007 \\ \' " \u2028 👩‍👩‍👧 ';
      await say(log, tally('s'), text, command({ id: 'c' }));
      await restart();
      const { entries } = await log.read('s', { reader: 'everyone', after: 0, ...ROOM });
      expect(entries).toMatchObject([
        {
          seq: 1,
          prev: 0,
          author: { kind: 'visitor', id: 'vis_1', name: 'Visitor “1”' },
          audience: 'everyone',
          command: 'c',
          body: { type: 'chat.message', text },
        },
      ]);
    });

    test('[DL16] decisions that read the state never build on an old one', async () => {
      const count = (): Promise<Answer> =>
        log.transact(tally('s'), command(), ({ state }) => ({ append: [said(`${state.count}`)] }));
      await Promise.all(Array.from({ length: 60 }, count));
      expect(await textsOf(log, 's')).toEqual(Array.from({ length: 60 }, (_, index) => `${index}`));
    });

    test('[DL18] an acknowledged command is in whatever is read next', async () => {
      for (let index = 1; index <= 5; index++) {
        await say(log, tally('s'), `${index}`);
        expect((await log.look(tally('s')))?.state.count).toBe(index);
        expect((await log.read('s', { reader: 'everyone', after: 0, ...ROOM })).head).toBe(index);
      }
    });

    test('a long stream is loaded from its snapshot, to the same state', async () => {
      for (let index = 0; index < 47; index++) await say(log, tally('s'), `${index}`);
      const before = structuredClone((await log.look(tally('s')))?.state);
      await restart();
      const applied = vi.spyOn(tallyFold, 'apply');
      expect((await log.look(tally('s')))?.state).toEqual(before);
      expect(applied.mock.calls.length).toBeLessThan(20);
    });

    test('a snapshot that is damaged is folded anew from the log, and said', async () => {
      for (let index = 0; index < 25; index++) await say(log, tally('s'), `${index}`);
      const before = structuredClone((await log.look(tally('s')))?.state);
      await sql`update snapshots set state = '{"count":7,"texts":[]}'`.execute(opened.storage.kysely);
      await restart();
      expect((await log.look(tally('s')))?.state).toEqual(before);
      expect(opened.problems.map(({ problem }) => problem)).toEqual(['snapshot-unusable']);
    });

    test('many streams with room for few in memory lose nothing', async () => {
      const small = await rig.reopen(opened).then(async (again) => {
        await rig.close(again);
        return rig.open({ liveStreamsMax: 2 });
      });
      for (let round = 0; round < 3; round++) {
        await Promise.all(
          Array.from({ length: 7 }, (_, index) => say(small.log, tally(`s${index}`), `${round}`)),
        );
      }
      for (let index = 0; index < 7; index++) {
        expect((await small.log.look(tally(`s${index}`)))?.state.texts).toEqual(['0', '1', '2']);
      }
    });

    describe('when a row is damaged', () => {
      const damages = {
        'the text of an entry': sql`update events set body = '{"text":"forged"}' where seq = 2`,
        'who may read an entry': sql`update events set audience = 0 where seq = 3`,
        'the author of an entry': sql`update events set author_kind = 'agent' where seq = 2`,
        'the chain': sql`update events set prev_everyone = 1 where seq = 3`,
      };

      test.each(Object.entries(damages))('%s: it is found, said once and never served', async (_, damage) => {
        await say(log, tally('s'), 'one');
        await say(log, tally('s'), 'two');
        await log.transact(tally('s'), command(), () => ({ append: [said('note', 'agents')] }));
        await say(log, tally('other'), 'fine');
        await damage.execute(opened.storage.kysely);
        await restart();
        for (const reader of ['everyone', 'staff'] as const) {
          // A visitor's page may not hold the damaged row at all; whoever's does gets no page.
          const page = log.read('s', { reader, after: 0, ...ROOM });
          if (reader === 'staff') await expect(page).rejects.toThrow(DamagedError);
          else await page.catch((error: unknown) => expect(error).toBeInstanceOf(DamagedError));
        }
        await expect(log.look(tally('s'))).rejects.toThrow(DamagedError);
        expect(await say(log, tally('s'), 'three')).toMatchObject({ ok: false, code: 'unavailable' });
        expect(await textsOf(log, 'other')).toEqual(['fine']);
        expect(okay(await say(log, tally('other'), 'still')).seq).toBe(2);
        expect(opened.problems.filter(({ problem }) => problem === 'damaged-row')).toHaveLength(1);
        expect(log.healthy).toBe(true);
      });

      test('a check of the whole log names what is damaged, and nothing else', async () => {
        for (let index = 0; index < 30; index++) await say(log, tally(`s${index % 3}`), `${index}`);
        expect(await checkLog(opened.storage)).toEqual([]);
        const { kysely } = opened.storage;
        const numbers = new Map(
          (await kysely.selectFrom('streams').select(['id', 'number']).execute()).map(({ id, number }) => [
            id,
            number,
          ]),
        );
        const [s0, s1, s2] = ['s0', 's1', 's2'].map((id) => numbers.get(id));
        await sql`update events set body = '{}' where stream = ${s0} and seq = 4`.execute(kysely);
        await sql`delete from events where stream = ${s1} and seq = 10`.execute(kysely);
        await sql`update commands set seq = 9 where stream = ${s2} and seq = 3`.execute(kysely);
        expect(await checkLog(opened.storage)).toEqual([
          'Damaged: event 4 of s0 is not what was stored.',
          'Entries 10 to 10 of s1 are missing.',
          expect.stringMatching(/^Damaged: command .* is not what was stored\.$/),
        ]);
      });

      test.each([3, 21])(
        'entries that are missing at the end of a stream of %i are noticed',
        async (length) => {
          for (let index = 0; index < length; index++) await say(log, tally('s'), 'text');
          await sql`delete from events where seq = ${length}`.execute(opened.storage.kysely);
          await restart();
          await expect(log.look(tally('s'))).rejects.toThrow(DamagedError);
          expect(await say(log, tally('s'), 'one more')).toMatchObject({ ok: false, code: 'unavailable' });
        },
      );

      test('a first answer is not made up from a damaged row', async () => {
        const by = command();
        await say(log, tally('s'), 'one', by);
        await sql`update commands set seq = 7`.execute(opened.storage.kysely);
        expect(await say(log, tally('s'), 'one', by)).toMatchObject({ ok: false, code: 'unavailable' });
      });
    });

    test('a decision that throws is answered alone; its batch is stored', async () => {
      const [first, broken, last] = await Promise.all([
        say(log, tally('s'), 'a'),
        log.transact(tally('s'), command({ device: 'd', n: 1 }), () => {
          throw new Error('a fault');
        }),
        say(log, tally('s'), 'b'),
      ]);
      expect(broken).toMatchObject({ ok: false, code: 'internal' });
      expect([okay(first).seq, okay(last).seq]).toEqual([1, 2]);
      expect(await log.counter('s', 'd')).toBe(0);
      expect(opened.problems.map(({ problem }) => problem)).toEqual(['decide-failed']);
    });

    test('a fold that throws on a new event stores nothing and harms no other', async () => {
      await say(log, tally('s'), 'before');
      const poisoned = {
        ...tally('p'),
        fold: {
          ...tallyFold,
          apply: () => {
            throw new Error('poison');
          },
        },
      };
      const [first, broken, last] = await Promise.all([
        say(log, tally('s'), 'a'),
        say(log, poisoned, 'x'),
        say(log, tally('s'), 'b'),
      ]);
      expect(broken).toMatchObject({ ok: false, code: 'internal' });
      expect([okay(first).seq, okay(last).seq]).toEqual([2, 3]);
      expect(await textsOf(log, 's')).toEqual(['before', 'a', 'b']);
      expect((await log.look(tally('s')))?.state.texts).toEqual(['before', 'a', 'b']);
      expect(await textsOf(log, 'p')).toEqual([]);
    });

    test('a stream of another site is not there', async () => {
      await say(log, tally('s', 'demo'), 'a');
      expect(await log.look(tally('s', 'other'))).toBeUndefined();
      expect(await say(log, tally('s', 'other'), 'b')).toMatchObject({ ok: false, code: 'not-found' });
      expect(await textsOf(log, 's')).toEqual(['a']);
    });

    test('listeners hear of appends after the commit, in order, and one that fails harms no other', async () => {
      const heard: Appended[] = [];
      log.onAppended(() => {
        throw new Error('a fault');
      });
      const stop = log.onAppended((appended) => heard.push(appended));
      await Promise.all(['a', 'b', 'c'].map((text) => say(log, tally('s'), text)));
      await log.transact(tally('s'), command(), () => ({ append: [said('d'), said('e', 'staff')] }));
      expect(heard.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual([1, 2, 3, 4, 5]);
      expect(heard.every(({ stream, site }) => stream === 's' && site === 'demo')).toBe(true);
      stop();
      await say(log, tally('s'), 'f');
      expect(heard.flatMap(({ events }) => events)).toHaveLength(5);
    });

    test('closing answers what was asked before and refuses what comes after', async () => {
      const asked = say(log, tally('s'), 'a');
      const closed = log.close();
      expect(okay(await asked).seq).toBe(1);
      await closed;
      expect(await say(log, tally('s'), 'b')).toMatchObject({ ok: false, code: 'unavailable' });
      expect(log.healthy).toBe(false);
    });
  });
}
