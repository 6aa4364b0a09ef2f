import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '@alongside/sdk/shared';
import { StoreHealth } from './health.ts';
import { Turns } from './turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('turns', () => {
  test('come one after the other, in the order of asking', async () => {
    const turns = new Turns(systemClock);
    const order: string[] = [];
    expect(turns.tryTake()).toBe(true);
    expect(turns.tryTake()).toBe(false);
    const both = ['a', 'b'].map(async (name) => {
      await turns.take();
      order.push(name);
      turns.give();
    });
    expect(order).toEqual([]);
    turns.give();
    await Promise.all(both);
    expect(order).toEqual(['a', 'b']);
    expect(turns.tryTake()).toBe(true);
  });

  test('that never come end with an error, and the next one is not lost with it', async () => {
    const turns = new Turns(systemClock);
    turns.tryTake();
    const late = expect(turns.take()).rejects.toThrow('inside its own transaction');
    await vi.advanceTimersByTimeAsync(14_000);
    const next = turns.take();
    await vi.advanceTimersByTimeAsync(1_000);
    await late;
    turns.give();
    await next;
  });
});

describe('the health of a store', () => {
  test('[DL15] it is tried again ever more rarely, and is said when it changes', async () => {
    const said: string[] = [];
    let attempts = 0;
    const health = new StoreHealth({
      clock: systemClock,
      report: (problem) => said.push(problem),
      recover: () => (++attempts < 8 ? Promise.reject(new Error('still away')) : Promise.resolve()),
    });
    health.onChanged((healthy) => said.push(healthy ? 'healthy' : 'ill'));
    health.failed(new Error('disk I/O error'));
    health.failed(new Error('once is enough'));
    expect(health.healthy).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attempts).toBe(3);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toBe(8);
    expect(health.healthy).toBe(true);
    expect(said).toEqual(['store-trouble', 'ill', 'store-recovered', 'healthy']);
  });

  test('a closed store is not tried again', async () => {
    let attempts = 0;
    const health = new StoreHealth({
      clock: systemClock,
      report: () => undefined,
      recover: () => Promise.reject(new Error(`away ${attempts++}`)),
    });
    health.failed(new Error('disk I/O error'));
    health.close();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toBe(0);
  });
});
