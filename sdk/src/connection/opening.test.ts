import { expect, test } from 'vitest';
import { VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import type { ErrorCode } from '../protocol/index.ts';
import { Opening } from './opening.ts';

const SECOND_MS = 1_000;

test('a conversation that the server cannot show for minutes is asked for less and less, until it is there', async () => {
  const time = new VirtualTime();
  const asked: number[] = [];
  const refused: ErrorCode[] = [];
  let isThere = false;
  const opening = new Opening({
    ask: () => {
      asked.push(time.now);
      const refusal = { type: 'refused', code: 'unavailable', retryAfter: SECOND_MS } as const;
      return Promise.resolve(isThere ? ({ type: 'opened' } as const) : refusal);
    },
    refused: (code) => refused.push(code),
    clock: { after: (milliseconds, then) => time.after(milliseconds, then) },
    // Half of each step, for all that is drawn.
    random: (length) => new Uint8Array(length).fill(128),
  });
  opening.start();
  await time.advance(300 * SECOND_MS);
  const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  // What the server said, and half of a step that doubles from 250 ms to 8 s.
  expect(gaps.slice(0, 6).map((gap) => Math.round(gap / 100))).toEqual([11, 13, 15, 20, 30, 50]);
  expect(asked.length).toBeLessThan(70);
  expect(opening.hindered.value).toBe('unavailable');
  isThere = true;
  await time.advance(10 * SECOND_MS);
  expect(opening.hindered.value).toBeUndefined();
  const { length } = asked;
  await time.advance(300 * SECOND_MS);
  expect(asked).toHaveLength(length);
  expect(refused).toEqual([]);
});

test('one that was closed, or whose connection is gone, is asked for no more', async () => {
  const time = new VirtualTime();
  let asked = 0;
  const opening = new Opening({
    ask: () => {
      asked += 1;
      return Promise.resolve({ type: 'refused', code: 'unavailable' } as const);
    },
    refused: () => undefined,
    clock: { after: (milliseconds, then) => time.after(milliseconds, then) },
    random: (length) => new Uint8Array(length).fill(128),
  });
  opening.start();
  await time.advance(0);
  const before = asked;
  opening.stop();
  await time.advance(60 * SECOND_MS);
  expect(asked).toBe(before);
});
