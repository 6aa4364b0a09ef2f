import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

test('[T13] a burst passes, then one per interval', () => {
  const buckets = new TokenBuckets({ burst: 3, perMinute: 60 });
  expect([0, 0, 0].map(() => buckets.take('a', 0))).toEqual([0, 0, 0]);
  expect(buckets.take('a', 0)).toBe(1_000);
  expect(buckets.take('a', 400)).toBe(600);
  expect(buckets.take('a', 1_000)).toBe(0);
  expect(buckets.take('a', 1_000)).toBe(1_000);
});

test('one key’s haste is not another’s', () => {
  const buckets = new TokenBuckets({ burst: 1, perMinute: 1 });
  expect(buckets.take('a', 0)).toBe(0);
  expect(buckets.take('a', 0)).toBeGreaterThan(0);
  expect(buckets.take('b', 0)).toBe(0);
});

test('a key that is full again is forgotten, one that is not stays', () => {
  const buckets = new TokenBuckets({ burst: 2, perMinute: 60 });
  buckets.take('a', 0);
  buckets.take('b', 900);
  buckets.sweep(1_000);
  expect(buckets.size).toBe(1);
  buckets.sweep(1_900);
  expect(buckets.size).toBe(0);
});

test('[T13] no way of asking gets more than the burst and the rate together', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 600 }),
      (pauses, burst, perMinute) => {
        const buckets = new TokenBuckets({ burst, perMinute });
        let now = 0;
        let passed = 0;
        for (const pause of pauses) {
          now += pause;
          if (buckets.take('a', now) === 0) passed += 1;
          if (pause % 7 === 0) buckets.sweep(now);
        }
        expect(passed).toBeLessThanOrEqual(burst + (now * perMinute) / 60_000 + 1e-6);
      },
    ),
  );
});

test('who waits as long as told passes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6_000 }), (burst, perMinute) => {
      const buckets = new TokenBuckets({ burst, perMinute });
      let now = 0;
      for (let count = 0; count < 50; count++) {
        now += buckets.take('a', now);
      }
      for (let count = 0; count < 5; count++) {
        const wait = buckets.take('a', now);
        if (wait > 0) expect(buckets.take('a', now + wait)).toBe(0);
        now += wait;
      }
    }),
  );
});
