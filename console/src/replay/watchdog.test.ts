import { expect, test } from 'vitest';
import { Watchdog } from './watchdog.ts';

test('[T5] a view that is silent for three seconds is stuck; one that speaks is not', () => {
  let now = 0;
  let timers: { readonly id: number; readonly at: number; readonly then: () => void }[] = [];
  const clock = {
    setTimeout(then: () => void, milliseconds: number) {
      const id = timers.length + 1;
      timers.push({ id, at: now + milliseconds, then });
      return id;
    },
    clearTimeout(timer: number) {
      timers = timers.filter(({ id }) => id !== timer);
    },
  };
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { then } of due) then();
  };
  let stuck = 0;
  const watchdog = new Watchdog(clock, () => stuck++);
  pass(10_000);
  for (let second = 0; second < 10; second++) {
    watchdog.alive();
    pass(1_000);
  }
  expect(stuck).toBe(0);
  pass(2_000);
  expect(stuck).toBe(1);
  watchdog.alive();
  watchdog.stop();
  pass(10_000);
  expect(stuck).toBe(1);
});
