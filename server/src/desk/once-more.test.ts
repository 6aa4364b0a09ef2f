import type { Clock } from '@alongside/sdk/shared';
import { expect, test } from 'vitest';
import { OnceMore } from './once-more.ts';

/** Timers that the test fires. */
function stage() {
  const timers = new Set<() => void>();
  const clock = {
    after: (_milliseconds: number, then: () => void) => {
      timers.add(then);
      return () => timers.delete(then);
    },
  } as unknown as Clock;
  const once = new OnceMore(clock);
  let fails = true;
  let tries = 0;
  const work = (): Promise<void> => {
    tries++;
    return fails ? Promise.reject(new Error('the store is away')) : Promise.resolve();
  };
  return {
    ...{ once, work, timers },
    tries: () => tries,
    heal: () => (fails = false),
    async elapse() {
      for (const fire of [...timers]) {
        timers.delete(fire);
        fire();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('[DL15] what the store could not do is done when it is back, without anybody asking', async () => {
  const { once, work, tries, heal, elapse, timers } = stage();
  once.do('desk', work);
  await elapse();
  await elapse();
  heal();
  await elapse();
  await elapse();
  expect([tries(), timers.size]).toEqual([3, 0]);
});

test('asking again takes the place of the try that waits; after the stop there is none', async () => {
  const { once, work, tries, elapse, timers } = stage();
  once.do('desk', work);
  await elapse();
  once.do('desk', work);
  await elapse();
  expect([tries(), timers.size]).toEqual([2, 1]);
  once.stop();
  await elapse();
  expect([tries(), timers.size]).toEqual([2, 0]);
});
