import { describe, expect, test } from 'vitest';
import type { DeskRow, QueueRow } from '../protocol/index.ts';
import { DeskReplica } from './desk-replica.ts';

const queue = (key: string, waiting: number): QueueRow => ({ type: 'queue', key, queue: key, waiting });

function setUp() {
  let asked = 0;
  const desk = new DeskReplica(() => asked++);
  const rows = (): Record<string, number> =>
    Object.fromEntries(
      [...desk.rows.value].map(([key, row]: [string, DeskRow]) => [
        key,
        row.type === 'queue' ? row.waiting : -1,
      ]),
    );
  return { desk, rows, asked: () => asked };
}

describe("an agent's desk", () => {
  test('begins whole and goes on by patches', () => {
    const { desk, rows, asked } = setUp();
    desk.open();
    desk.whole({ type: 'desk', version: 7, rows: [queue('a', 1), queue('b', 2)] });
    desk.patch({
      type: 'desk.patch',
      from: 7,
      version: 8,
      put: [queue('a', 5), queue('c', 3)],
      remove: ['b'],
    });
    expect([rows(), asked()]).toEqual([{ a: 5, c: 3 }, 1]);
  });

  test('[DL4] a version that is missing asks for it whole, once', () => {
    const { desk, rows, asked } = setUp();
    desk.open();
    desk.whole({ type: 'desk', version: 1, rows: [] });
    desk.patch({ type: 'desk.patch', from: 2, version: 3, put: [queue('a', 1)], remove: [] });
    desk.patch({ type: 'desk.patch', from: 3, version: 4, put: [queue('a', 2)], remove: [] });
    expect([rows(), asked()]).toEqual([{}, 2]);
    desk.whole({ type: 'desk', version: 4, rows: [queue('a', 2)] });
    expect(rows()).toEqual({ a: 2 });
  });

  test('[DL4] a last patch that was lost is found by the version of a ping', () => {
    const { desk, rows, asked } = setUp();
    desk.open();
    desk.versionIs(1);
    desk.whole({ type: 'desk', version: 1, rows: [] });
    desk.versionIs(1);
    expect(asked()).toBe(1);
    desk.versionIs(2);
    desk.versionIs(2);
    expect(asked()).toBe(2);
    desk.whole({ type: 'desk', version: 3, rows: [queue('a', 1)] });
    expect(rows()).toEqual({ a: 1 });
  });

  test('a patch that the whole desk contains already is left out', () => {
    const { desk, rows, asked } = setUp();
    desk.open();
    desk.patch({ type: 'desk.patch', from: 1, version: 2, put: [queue('a', 1)], remove: [] });
    desk.whole({ type: 'desk', version: 3, rows: [queue('a', 9)] });
    desk.patch({ type: 'desk.patch', from: 2, version: 3, put: [queue('a', 1)], remove: [] });
    expect([rows(), asked()]).toEqual([{ a: 9 }, 1]);
  });

  test('a change is a new map, so that watchers see it', () => {
    const { desk } = setUp();
    desk.whole({ type: 'desk', version: 1, rows: [queue('a', 1)] });
    const before = desk.rows.value;
    desk.patch({ type: 'desk.patch', from: 1, version: 2, put: [queue('b', 1)], remove: [] });
    expect([before.size, desk.rows.value.size]).toEqual([1, 2]);
  });
});
