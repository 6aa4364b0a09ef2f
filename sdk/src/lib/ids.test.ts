import { describe, expect, test } from 'vitest';
import { backoff, fraction } from './backoff.ts';
import { newCommandId, newId } from './ids.ts';

describe('ids', () => {
  test('128 bits as 26 characters, the most significant first', () => {
    expect(newId('x', () => new Uint8Array(16))).toBe(`x_${'0'.repeat(26)}`);
    expect(newId('x', () => new Uint8Array(16).fill(255))).toBe(`x_${'z'.repeat(25)}w`);
    const one = new Uint8Array(16);
    one[0] = 8;
    expect(newId('x', () => one)).toBe(`x_1${'0'.repeat(25)}`);
  });

  test('a command id is a UUIDv7 that begins with its time', () => {
    const id = newCommandId(0x0123_4567_89ab, () => new Uint8Array(16).fill(255));
    expect(id).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
  });

  test('ids do not repeat', () => {
    const ids = new Set(Array.from({ length: 1_000 }, () => newCommandId(1)));
    expect(ids.size).toBe(1_000);
  });
});

describe('backoff', () => {
  test('[DL7] the step doubles up to its longest, and jitter takes any part of it', () => {
    const steps = [1, 2, 3, 6, 7, 60].map((tries) => backoff(tries, 250, 8_000, 1));
    expect(steps).toEqual([250, 500, 1_000, 8_000, 8_000, 8_000]);
    expect([backoff(3, 250, 8_000, 0), backoff(3, 250, 8_000, 0.5)]).toEqual([0, 500]);
  });

  test('a fraction is from 0 up to, but without, 1', () => {
    expect(fraction((length) => new Uint8Array(length))).toBe(0);
    const most = fraction((length) => new Uint8Array(length).fill(255));
    expect(most).toBeGreaterThan(0.999);
    expect(most).toBeLessThan(1);
  });
});
