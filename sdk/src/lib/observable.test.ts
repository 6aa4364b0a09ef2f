import { expect, test } from 'vitest';
import { Cell } from './observable.ts';

test('a watcher is told of each change, and of nothing that is the same', () => {
  const cell = new Cell(1);
  const seen: number[] = [];
  const stop = cell.subscribe((value) => seen.push(value));
  for (const value of [1, 2, 2, 3]) cell.value = value;
  stop();
  cell.value = 4;
  expect([seen, cell.value]).toEqual([[2, 3], 4]);
});

test('a watcher may stop itself or others while it is told', () => {
  const cell = new Cell(1);
  const seen: string[] = [];
  const stopFirst = cell.subscribe(() => {
    seen.push('first');
    stopFirst();
  });
  cell.subscribe(() => seen.push('second'));
  cell.value = 2;
  cell.value = 3;
  expect(seen).toEqual(['first', 'second', 'second']);
});
