import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIENCES, type Audience } from '@alongside/sdk/protocol';
import type { Answer, Decision, Log, LogCommand } from '../../server/src/events/log.ts';
import { type Opened, Rig, STORES } from '../integration/storage-rig.ts';
import { said, tally } from '../integration/storage-rig-parts.ts';

/**
 * Random commands of several devices to several streams, in turns of one or many at once, with repeats, wrong
 * counters, conflicts, refusals, restarts and crashes, against a model of a few lines.
 */
const SEED = Number(process.env['SEED'] ?? 4_711);
const RUNS = { sqlite: 120, postgres: 12 };

type Choice = 'say' | 'note' | 'two' | 'refuse' | 'already';

interface Ask {
  kind: 'ask';
  stream: number;
  /** Undefined: the command has no place in a device's order. */
  device: number | undefined;
  /** Added to the right counter. */
  off: number;
  choice: Choice;
}

interface Repeat {
  kind: 'repeat';
  which: number;
  otherBody: boolean;
}

type Step = { kind: 'turn'; asks: (Ask | Repeat)[] } | { kind: 'restart' } | { kind: 'crash' };

const ask: fc.Arbitrary<Ask> = fc.record({
  kind: fc.constant('ask'),
  stream: fc.nat(2),
  device: fc.option(fc.nat(2), { nil: undefined }),
  off: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) },
  ),
  choice: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Choice>('say') },
    { weight: 2, arbitrary: fc.constantFrom<Choice>('note', 'two', 'refuse', 'already') },
  ),
});
const repeat: fc.Arbitrary<Repeat> = fc.record({
  kind: fc.constant('repeat'),
  which: fc.nat(1_000),
  otherBody: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      asks: fc.array(fc.oneof({ weight: 4, arbitrary: ask }, { weight: 1, arbitrary: repeat }), {
        minLength: 1,
        maxLength: 12,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'restart' }, { kind: 'crash' }) },
);

interface Stored {
  audience: Audience;
  command: string;
}

interface ModelStream {
  entries: Stored[];
  answers: Map<string, { digest: string; answer: ModelAnswer }>;
  counters: Map<string, number>;
}

type ModelAnswer = { ok: true; seq: number } | { ok: false; code: string; expected?: number };

const AUDIENCES_OF: Record<Choice, Audience[]> = {
  say: ['everyone'],
  note: ['agents'],
  two: ['everyone', 'staff'],
  refuse: [],
  already: [],
};

function modelAnswer(
  model: ModelStream,
  command: LogCommand,
  choice: Choice,
): ModelAnswer & { conflict: boolean } {
  const first = model.answers.get(command.id);
  if (first) return { ...first.answer, conflict: first.digest !== command.digest };
  const { device, n } = command;
  const isOrdered = device !== undefined && n !== undefined;
  const expected = (model.counters.get(device ?? '') ?? 0) + 1;
  if (isOrdered && n !== expected) return { ok: false, code: 'out-of-order', expected, conflict: false };
  for (const audience of AUDIENCES_OF[choice]) model.entries.push({ audience, command: command.id });
  const answer: ModelAnswer =
    choice === 'refuse' ? { ok: false, code: 'invalid' } : { ok: true, seq: model.entries.length };
  if (choice !== 'already' || isOrdered) model.answers.set(command.id, { digest: command.digest, answer });
  if (isOrdered) model.counters.set(device, n);
  return { ...answer, conflict: false };
}

function decisionOf(choice: Choice): Decision {
  if (choice === 'refuse') return { refuse: 'invalid', message: 'no' };
  if (choice === 'already') return { already: true };
  return { append: AUDIENCES_OF[choice].map((audience) => said(choice, audience)) };
}

function seenOf(answer: Answer): object {
  const { ok, conflict } = answer;
  if (ok) return { ok, seq: answer.seq, conflict };
  return {
    ok,
    code: answer.code,
    conflict,
    ...(answer.expected !== undefined && { expected: answer.expected }),
  };
}

class Run {
  readonly #streams = new Map<number, ModelStream>();
  readonly #asked: { stream: number; command: LogCommand; choice: Choice }[] = [];
  readonly work = { stored: 0, repeats: 0, disorder: 0, crashes: 0 };

  /** Asks all of a turn at once and compares each answer. */
  async turn(log: Log, asks: readonly (Ask | Repeat)[]): Promise<void> {
    const waiting = asks.flatMap((each) => {
      const asked = this.#commandOf(each);
      if (!asked) return [];
      const { stream, command, choice } = asked;
      const expected = modelAnswer(this.#stream(stream), command, choice);
      const answer = log.transact(tally(`s${stream}`), command, () => decisionOf(choice));
      return [{ expected, answer }];
    });
    for (const { expected, answer } of waiting) {
      expect(seenOf(await answer)).toEqual(expected);
      if (expected.ok) this.work.stored++;
      else if (expected.code === 'out-of-order') this.work.disorder++;
    }
  }

  /** Compares the whole of every stream, as each audience reads it. */
  async compare(log: Log): Promise<void> {
    for (const [number, { entries, counters }] of this.#streams) {
      const id = `s${number}`;
      for (const reader of AUDIENCES) {
        const visible = entries.flatMap(({ audience, command }, index) =>
          AUDIENCES.indexOf(audience) <= AUDIENCES.indexOf(reader)
            ? [{ seq: index + 1, audience, command }]
            : [],
        );
        const page = await log.read(id, { reader, after: 0, limit: 10_000, maxBytes: 1e9 });
        const expected = visible.map((each, index) => ({ ...each, prev: visible[index - 1]?.seq ?? 0 }));
        expect(page.entries).toMatchObject(expected);
        expect(page.entries).toHaveLength(expected.length);
        expect(page.head).toBe(visible.at(-1)?.seq ?? 0);
      }
      expect((await log.look(tally(id)))?.state.count ?? 0).toBe(entries.length);
      for (const [device, n] of counters) expect(await log.counter(id, device)).toBe(n);
    }
  }

  #commandOf(each: Ask | Repeat): { stream: number; command: LogCommand; choice: Choice } | undefined {
    if (each.kind === 'repeat') {
      const earlier = this.#asked[each.which % Math.max(this.#asked.length, 1)];
      if (!earlier) return undefined;
      this.work.repeats++;
      const digest = each.otherBody ? 'other' : earlier.command.digest;
      return { ...earlier, command: { ...earlier.command, digest } };
    }
    const { stream, choice } = each;
    const command: LogCommand = { id: `command ${this.#asked.length}`, digest: 'body' };
    if (each.device !== undefined) {
      command.device = `d${each.device}`;
      command.n = (this.#stream(stream).counters.get(command.device) ?? 0) + 1 + each.off;
    }
    const asked = { stream, command, choice };
    this.#asked.push(asked);
    return asked;
  }

  #stream(number: number): ModelStream {
    let stream = this.#streams.get(number);
    if (!stream) {
      stream = { entries: [], answers: new Map(), counters: new Map() };
      this.#streams.set(number, stream);
    }
    return stream;
  }
}

for (const { store, isMissing } of STORES) {
  describe.skipIf(isMissing)(`any schedule on ${store}`, () => {
    test('[DL1] [DL2] [DL3] [DL4] the log is what a model of it says', async () => {
      console.info(`seed ${SEED}`);
      const work = { stored: 0, repeats: 0, disorder: 0, crashes: 0 };
      const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const rig = await Rig.make(store);
        const run = new Run();
        try {
          let opened: Opened = await rig.open({ liveStreamsMax: 2 });
          for (const each of steps) {
            if (each.kind === 'turn') {
              await run.turn(opened.log, each.asks);
            } else {
              opened = each.kind === 'crash' ? await rig.crash() : await rig.reopen(opened);
              if (each.kind === 'crash') run.work.crashes++;
              await run.compare(opened.log);
            }
          }
          await run.compare(opened.log);
        } finally {
          await rig.remove();
        }
        for (const key of Object.keys(work) as (keyof typeof work)[]) work[key] += run.work[key];
      });
      await fc.assert(property, { seed: SEED, numRuns: RUNS[store], endOnFailure: false });
      // A schedule in which nothing happens proves nothing.
      expect(work.stored).toBeGreaterThan(RUNS[store] * 10);
      for (const times of [work.repeats, work.disorder, work.crashes])
        expect(times).toBeGreaterThan(RUNS[store] / 4);
    });
  });
}
