import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DRAFT_EVERY_MS } from '@alongside/sdk/protocol';
import { DraftSender } from './draft-sender.ts';

let told: string[] = [];
let sender: DraftSender;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  sender = new DraftSender((text) => told.push(text));
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an unsent text', () => {
  test('is told to nobody before it was said that it is seen', () => {
    sender.typed('early');
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
  });

  test('that stood there before is not told: only a key does that', () => {
    sender.mayShow('written while waiting');
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([]);
    sender.typed('written while waiting!');
    expect(told).toEqual(['written while waiting!']);
  });

  test('is told at most five times a second, and the newest wins', () => {
    sender.mayShow('');
    for (let count = 1; count <= 100; count++) {
      sender.typed('x'.repeat(count));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(DRAFT_EVERY_MS);
    expect(told.length).toBeLessThanOrEqual(1 + 1_000 / DRAFT_EVERY_MS);
    expect(told.at(-1)).toBe('x'.repeat(100));
  });

  test('leaves the browser with its numbers hidden', () => {
    sender.mayShow('');
    sender.typed('4111 1111 1111 1111 is my card');
    expect(told).toEqual(['•••••• is my card']);
  });

  test('is taken back when it was sent, and at once when it may be seen no longer', () => {
    sender.mayShow('');
    sender.typed('Hello');
    vi.advanceTimersByTime(DRAFT_EVERY_MS);
    sender.mayShow('');
    expect(told).toEqual(['Hello', '']);
    sender.typed('Again');
    vi.advanceTimersByTime(DRAFT_EVERY_MS);
    sender.typed('Again, and');
    sender.typed('Again, and more');
    sender.hide();
    vi.advanceTimersByTime(1_000);
    expect(told.slice(-2)).not.toContain('Again, and more');
    expect(told.at(-1)).toBe('');
    sender.typed('hidden');
    expect(told.at(-1)).toBe('');
  });
});
