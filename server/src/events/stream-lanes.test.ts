import { describe, expect, test } from 'vitest';
import { StreamLanes } from './stream-lanes.ts';

/** Runs that end when the test says so. */
function lanes(options: { batchMax?: number; runsMax?: number } = {}) {
  const runs: { jobs: readonly string[]; end: () => void }[] = [];
  const made = new StreamLanes<string>({
    batchMax: options.batchMax ?? 10,
    runsMax: options.runsMax ?? 10,
    run: (jobs) =>
      new Promise((resolve) => {
        runs.push({ jobs, end: resolve });
      }),
  });
  return { lanes: made, runs };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('lanes of streams', () => {
  test('jobs of one stream wait for each other and are run together, in order', async () => {
    const { lanes: each, runs } = lanes({ batchMax: 3 });
    each.add('s', 'a');
    await settled();
    for (const job of ['b', 'c', 'd', 'e']) each.add('s', job);
    await settled();
    expect(runs.map(({ jobs }) => jobs)).toEqual([['a']]);
    expect(each.waiting).toBe(4);
    runs[0]?.end();
    await settled();
    runs[1]?.end();
    await settled();
    expect(runs.map(({ jobs }) => jobs)).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  test('streams run side by side, as many as may', async () => {
    const { lanes: each, runs } = lanes({ runsMax: 2 });
    for (const stream of ['s', 't', 'u']) each.add(stream, stream);
    await settled();
    expect(runs.map(({ jobs }) => jobs)).toEqual([['s'], ['t']]);
    runs[1]?.end();
    await settled();
    expect(runs.map(({ jobs }) => jobs)).toEqual([['s'], ['t'], ['u']]);
  });

  test('what runs alone sees no run of its stream, also when it fails', async () => {
    const { lanes: each, runs } = lanes();
    each.add('s', 'a');
    await settled();
    let isInside = false;
    const alone = each.alone('s', () => {
      isInside = true;
      return Promise.reject(new Error('a fault'));
    });
    await settled();
    expect(isInside).toBe(false);
    each.add('t', 'other');
    runs[0]?.end();
    await expect(alone).rejects.toThrow('a fault');
    each.add('s', 'b');
    await settled();
    expect(runs.at(-1)?.jobs).toEqual(['b']);
  });

  test('it is empty when all have left', async () => {
    const { lanes: each, runs } = lanes();
    await each.empty();
    each.add('s', 'a');
    await settled();
    let isEmpty = false;
    const empty = each.empty().then(() => {
      isEmpty = true;
    });
    await settled();
    expect(isEmpty).toBe(false);
    runs[0]?.end();
    await empty;
    expect(isEmpty).toBe(true);
  });
});
