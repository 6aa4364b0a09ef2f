import { describe, expect, test } from 'vitest';
import { CLOSE_CODES } from './close-codes.ts';
import { dutyAfterClose, dutyOf, nameOfClose, retryAfterOf } from './duties.ts';
import { ERRORS } from './errors.ts';

describe('close codes', () => {
  test('each names what the client does', () => {
    for (const [code, { duty, name }] of Object.entries(CLOSE_CODES)) {
      expect(dutyAfterClose(Number(code))).toBe(duty);
      expect(nameOfClose(Number(code))).toBe(duty === 'reconnect' ? undefined : name);
    }
  });

  test.for([1000, 1005, 1006, 1012, 4999, 0])('%i, which is not ours, is a lost connection', (code) => {
    expect(dutyAfterClose(code)).toBe('reconnect');
  });

  test('names are unique, since they label a metric', () => {
    const names = Object.values(CLOSE_CODES).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.for([
    ['retry-after=0', 0],
    ['retry-after=2500', 2_500],
    ['', undefined],
    ['retry-after=', undefined],
    ['retry-after=-1', undefined],
    ['retry-after=1e9', undefined],
    ['retry-after=99999999', undefined],
    ['soon; retry-after=5', undefined],
  ] as const)('%j asks for a wait of %s ms', ([reason, wait]) => {
    expect(retryAfterOf(reason)).toBe(wait);
  });
});

test('[DL11] every error names what the client does', () => {
  for (const code of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) {
    expect(['retry', 'resend', 're-authenticate', 'stop']).toContain(dutyOf(code));
  }
});
