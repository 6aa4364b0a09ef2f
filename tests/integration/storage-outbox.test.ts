// Over 300 lines: one contract of the outbox, run over every store.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '@alongside/sdk/shared';
import { EffectNotDue } from '../../server/src/events/effects.ts';
import type { NewEffect } from '../../server/src/events/log.ts';
import type { EffectSink } from '../../server/src/events/log-options.ts';
import { Outbox } from '../../server/src/events/outbox.ts';
import { type Opened, Rig, STORES, command } from './storage-rig.ts';
import { said, tally } from './storage-rig-parts.ts';

/** Something that a test waits for. */
class Signal {
  readonly seen: Promise<void>;
  set!: () => void;
  constructor() {
    this.seen = new Promise((resolve) => {
      this.set = resolve;
    });
  }
}

for (const { store, isMissing } of STORES) {
  describe.skipIf(isMissing)(`the outbox on ${store}`, () => {
    let rig: Rig;
    const outboxes: Outbox[] = [];

    beforeEach(async () => {
      rig = await Rig.make(store);
    });

    afterEach(async () => {
      for (const outbox of outboxes.splice(0)) await outbox.drain();
      await rig.remove();
    });

    /** A log whose effects go to an outbox that was not started yet. */
    async function open(
      opening: (options: { effects: EffectSink }) => Promise<Opened>,
      clock = systemClock,
    ): Promise<Opened & { outbox: Outbox }> {
      const to: EffectSink[] = [];
      const opened = await opening({
        effects: {
          committed: (effects) => {
            for (const sink of to) sink.committed(effects);
          },
          takeDone: (max) => to[0]?.takeDone?.(max) ?? [],
          tookOut: (effects, isStored) => to[0]?.tookOut?.(effects, isStored),
        },
      });
      const report = (problem: string, details: Readonly<Record<string, unknown>>): void => {
        opened.problems.push({ problem, details });
      };
      const outbox = new Outbox(opened.storage, { clock, report });
      to.push(outbox);
      outboxes.push(outbox);
      return Object.assign(opened, { outbox });
    }

    const openFirst = (): Promise<Opened & { outbox: Outbox }> => open((options) => rig.open(options));

    function ask({ log }: Opened, stream: string, effects: NewEffect[]): Promise<unknown> {
      return log.transact(tally(stream), command(), () => ({ append: [said('x')], effects }));
    }

    /** Asks for one effect and lets it be done; it is still in the store. */
    async function oneDone(opened: Opened & { outbox: Outbox }): Promise<void> {
      const over = new Signal();
      opened.outbox.register({
        kind: 'mail',
        handle: () => {
          over.set();
          return Promise.resolve();
        },
      });
      await opened.outbox.start();
      await ask(opened, 's', [{ kind: 'mail', payload: { n: 1 } }]);
      await over.seen;
      await new Promise((resolve) => setImmediate(resolve));
    }

    test('effects of a stream and kind are carried out in the order of the log', async () => {
      const opened = await openFirst();
      const done: string[] = [];
      opened.outbox.register({
        kind: 'mail',
        handle: async (payload, { stream, seq, site }) => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
          done.push(`${site} ${stream} ${seq} ${(payload as { n: number }).n}`);
        },
      });
      await opened.outbox.start();
      await Promise.all(
        Array.from({ length: 12 }, (_, n) => ask(opened, `s${n % 2}`, [{ kind: 'mail', payload: { n } }])),
      );
      await opened.outbox.quiet();
      for (const stream of [0, 1]) {
        const expected = Array.from({ length: 6 }, (_, n) => `demo s${stream} ${n + 1} ${2 * n + stream}`);
        expect(done.filter((text) => text.includes(`s${stream} `))).toEqual(expected);
      }
      expect(await opened.outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('an effect that fails is tried again and holds up only its own line', async () => {
      const opened = await openFirst();
      const { outbox } = opened;
      const done: string[] = [];
      const over = new Signal();
      let failures = 2;
      outbox.register({
        kind: 'mail',
        handle: (payload) => {
          const { n } = payload as { n: number };
          if (n === 1 && failures-- > 0) return Promise.reject(new Error('the server is away'));
          done.push(`mail ${n}`);
          if (n === 2) over.set();
          return Promise.resolve();
        },
      });
      outbox.register({
        kind: 'ring',
        handle: () => {
          done.push('ring');
          return Promise.resolve();
        },
      });
      await outbox.start();
      await ask(opened, 's', [
        { kind: 'mail', payload: { n: 1 } },
        { kind: 'mail', payload: { n: 2 } },
        { kind: 'ring', payload: {} },
      ]);
      await over.seen;
      expect(done).toEqual(['ring', 'mail 1', 'mail 2']);
      const failed = opened.problems.filter(({ problem }) => problem === 'effect-failed');
      expect(failed.map(({ details }) => details['attempts'])).toEqual([1, 2]);
    });

    test('of a kind that needs no order a few are at work together, and only those that failed again', async () => {
      const opened = await openFirst();
      const { outbox } = opened;
      const atWork: number[] = [];
      const seen: number[] = [];
      const all = new Signal();
      outbox.register({
        kind: 'index',
        atOnce: 3,
        handle: async (payload) => {
          const { n } = payload as { n: number };
          seen.push(n);
          const isFirst = seen.filter((each) => each === n).length === 1;
          atWork.push(n);
          await new Promise((resolve) => setImmediate(resolve));
          expect(atWork.length).toBeLessThanOrEqual(3);
          atWork.splice(atWork.indexOf(n), 1);
          if (n === 2 && isFirst) throw new Error('the index is away');
          if (seen.length === 6) all.set();
        },
      });
      await outbox.start();
      await ask(
        opened,
        's',
        Array.from({ length: 5 }, (_, n) => ({ kind: 'index', payload: { n: n + 1 } })),
      );
      await all.seen;
      await outbox.quiet();
      expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
      expect(seen.slice(3)).toEqual([2, 4, 5]);
      expect(await outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('an effect that is not due yet is no failure, and waits in the store', async () => {
      const opened = await openFirst();
      const { outbox } = opened;
      const over = new Signal();
      let looks = 0;
      outbox.register({
        kind: 'look',
        handle: () => {
          looks += 1;
          if (looks <= 25) return Promise.reject(new EffectNotDue(1));
          over.set();
          return Promise.resolve();
        },
      });
      await outbox.start();
      await ask(opened, 's', [{ kind: 'look', payload: {} }]);
      // More often than an effect that fails is tried.
      await over.seen;
      await outbox.quiet();
      expect(opened.problems).toEqual([]);
      expect(await outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('[DL1] effects that a crash cut off are carried out after the next start', async () => {
      const opened = await openFirst();
      opened.outbox.register({ kind: 'mail', handle: () => new Promise(() => undefined) });
      await opened.outbox.start();
      await ask(opened, 's', [
        { kind: 'mail', payload: { n: 1 } },
        { kind: 'mail', payload: { n: 2 } },
      ]);
      outboxes.pop();
      const after = await open(() => rig.crash());
      if (store === 'postgres') {
        // On a shared store the dead process's lease must end first.
        await after.storage.kysely.updateTable('effects').set({ claimed_until: 0 }).execute();
      }
      const done: unknown[] = [];
      after.outbox.register({
        kind: 'mail',
        handle: (payload) => {
          done.push(payload);
          return Promise.resolve();
        },
      });
      await after.outbox.start();
      await after.outbox.quiet();
      expect(done).toEqual([{ n: 1 }, { n: 2 }]);
      expect(await after.outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('effects that were stored before the start are carried out once', async () => {
      const opened = await openFirst();
      const done: unknown[] = [];
      opened.outbox.register({
        kind: 'mail',
        handle: (payload) => {
          done.push(payload);
          return Promise.resolve();
        },
      });
      await ask(opened, 's', [{ kind: 'mail', payload: { n: 1 } }]);
      await opened.outbox.start();
      await opened.outbox.quiet();
      await ask(opened, 's', [{ kind: 'mail', payload: { n: 2 } }]);
      await opened.outbox.quiet();
      expect(done).toEqual([{ n: 1 }, { n: 2 }]);
    });

    test.runIf(store === 'sqlite')('what is done leaves the store with the next commit', async () => {
      const stopped = { ...systemClock, after: () => () => undefined };
      const opened = await open((options) => rig.open(options), stopped);
      const { outbox } = opened;
      await oneDone(opened);
      expect(await outbox.counts()).toEqual({ waiting: 1, givenUp: 0 });
      await ask(opened, 's', []);
      expect(await outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('what a failed commit was to take out is taken out later', async () => {
      const opened = await openFirst();
      const { outbox } = opened;
      await oneDone(opened);
      const done = outbox.takeDone(10);
      expect(done).toHaveLength(1);
      outbox.tookOut(done, false);
      await outbox.quiet();
      expect(await outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('a delayed effect waits for its time', async () => {
      const opened = await openFirst();
      const over = new Signal();
      const asked = systemClock.monotonic();
      opened.outbox.register({
        kind: 'later',
        handle: () => {
          over.set();
          return Promise.resolve();
        },
      });
      await opened.outbox.start();
      await ask(opened, 's', [{ kind: 'later', payload: {}, delayMs: 150 }]);
      await opened.outbox.quiet();
      expect(await opened.outbox.counts()).toEqual({ waiting: 1, givenUp: 0 });
      await over.seen;
      expect(systemClock.monotonic() - asked).toBeGreaterThanOrEqual(145);
    });

    test('a refused command asks for nothing', async () => {
      const opened = await openFirst();
      await opened.outbox.start();
      await opened.log.transact(tally('s'), command(), () => ({ refuse: 'invalid', message: 'no' }));
      expect(await opened.outbox.counts()).toEqual({ waiting: 0, givenUp: 0 });
    });

    test('[DL13] drain waits for what is at work and leaves the rest to the next start', async () => {
      const opened = await openFirst();
      const { outbox } = opened;
      const begun = new Signal();
      const finish = new Signal();
      const done: unknown[] = [];
      outbox.register({
        kind: 'mail',
        handle: async (payload) => {
          begun.set();
          await finish.seen;
          done.push(payload);
        },
      });
      await outbox.start();
      await ask(opened, 's', [
        { kind: 'mail', payload: { n: 1 } },
        { kind: 'mail', payload: { n: 2 } },
      ]);
      await begun.seen;
      const drained = outbox.drain();
      finish.set();
      await drained;
      expect(done).toEqual([{ n: 1 }]);
      expect(await outbox.counts()).toEqual({ waiting: 1, givenUp: 0 });
      const next = await open(() => rig.reopen(opened));
      next.outbox.register({
        kind: 'mail',
        handle: (payload) => {
          done.push(payload);
          return Promise.resolve();
        },
      });
      await next.outbox.start();
      await next.outbox.quiet();
      expect(done).toEqual([{ n: 1 }, { n: 2 }]);
    });

    test('an effect that nobody carries out is said and kept', async () => {
      const opened = await openFirst();
      await opened.outbox.start();
      await ask(opened, 's', [{ kind: 'unknown', payload: {} }]);
      await opened.outbox.quiet();
      expect(opened.problems).toMatchObject([{ problem: 'effect-failed', details: { kind: 'unknown' } }]);
      expect(await opened.outbox.counts()).toEqual({ waiting: 1, givenUp: 0 });
    });

    if (store === 'postgres') {
      test('[DL14] of two processes only one carries out an effect', async () => {
        const opened = await openFirst();
        await Promise.all(
          Array.from({ length: 40 }, (_, n) => ask(opened, `s${n}`, [{ kind: 'mail', payload: { n } }])),
        );
        await opened.storage.kysely.updateTable('effects').set({ claimed_until: 0 }).execute();
        const others = await Promise.all([open(() => rig.open()), open(() => rig.open())]);
        const done: number[] = [];
        const bothStarted = new Signal();
        for (const { outbox } of others) {
          outbox.register({
            kind: 'mail',
            handle: async (payload) => {
              await bothStarted.seen;
              done.push((payload as { n: number }).n);
            },
          });
          await outbox.start();
        }
        bothStarted.set();
        for (const { outbox } of others) await outbox.quiet();
        expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      });
    }
  });
}
