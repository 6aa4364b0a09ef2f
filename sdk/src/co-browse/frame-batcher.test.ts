import { expect, test } from 'vitest';
import { FrameBatcher } from './frame-batcher.ts';

test('[CO12] the first event goes at once, the rest of its frame together', () => {
  const frames: (() => void)[] = [];
  const sent: (readonly number[])[] = [];
  const timer = {
    nextFrame(then: () => void) {
      frames.push(then);
      return () => undefined;
    },
  };
  const batcher = new FrameBatcher<number>(timer, (items) => sent.push(items));
  for (const item of [1, 2, 3]) batcher.add(item);
  expect(sent).toEqual([[1]]);
  frames.shift()?.();
  expect(sent).toEqual([[1], [2, 3]]);
  batcher.add(4);
  expect(sent.at(-1)).toEqual([4]);
  batcher.add(5);
  batcher.stop();
  batcher.flush();
  expect(sent.flat()).toEqual([1, 2, 3, 4]);
});
