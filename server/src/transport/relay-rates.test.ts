import { describe, expect, test } from 'vitest';
import type { VisitorSession } from '../events/session.ts';
import { defaultLimits } from '../lib/limits.ts';
import { RelayRates } from './relay-rates.ts';

const session = { kind: 'visitor', visitor: 'vis_1' } as VisitorSession;

describe('what is being written', () => {
  test('[T13] is taken five times a second, and leaves other signals their room', () => {
    const rates = new RelayRates(defaultLimits);
    let taken = 0;
    for (let now = 0; now < 10_000; now += 10) if (rates.takeSignal(session, true, now)) taken++;
    expect(taken).toBeGreaterThanOrEqual(50);
    expect(taken).toBeLessThanOrEqual(50 + defaultLimits.drafts.burst);
    expect(rates.takeSignal(session, false, 10_000)).toBe(true);
  });
});
