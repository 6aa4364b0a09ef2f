import { describe, expect, test } from 'vitest';
import { type CentrePlan, HOUR_MS, MINUTE_MS, SHOP, VARIANTS } from '../centre/centre-plan.ts';
import { erlang } from '../centre/erlang.ts';
import { SimulatedDay } from '../centre/simulated-day.ts';

/** Theory is exact for an endless day; a simulated one is off by its chance and by whole milliseconds. */
const ERROR_MAX = 0.06;
const TIMEOUT_MS = 300_000;

/** A centre to which the formulas apply: one chat at a time, answered at once, nobody misses anything. */
function plain(agents: number, patienceMeanMs: number): CentrePlan {
  return {
    ...SHOP,
    dayMs: 1_500 * HOUR_MS,
    agents: Array.from({ length: agents }, (_, index) => ({
      id: `agent-${index}`,
      skills: [],
      memberships: [{ queue: 'chats', tier: 0, delay: 0 }],
      limits: { chat: 1, callback: 0, call: 0, budget: 1 },
      from: 0,
      to: Infinity,
    })),
    arrivalMeanMs: 2 * MINUTE_MS,
    handlingMeanMs: 15 * MINUTE_MS,
    patienceMeanMs,
    answerMeanMs: 0,
    missShare: 0,
    kinds: [{ weight: 1, requirements: [], steps: [] }],
  };
}

function near(measured: number, expected: number): void {
  expect(Math.abs(measured / expected - 1), `${measured} instead of ${expected}`).toBeLessThan(ERROR_MAX);
}

describe('the simulator', { timeout: TIMEOUT_MS }, () => {
  test('the formulas give what tables of them say', () => {
    // 2 agents at a load of 1: a third wait (Erlang C), and 1/3 of an item waits on average.
    const small = { agents: 2, arrivalMeanMs: 1_000, handlingMeanMs: 1_000 };
    expect(erlang(small).waitShare).toBeCloseTo(1 / 3, 12);
    expect(erlang(small).waitingMean).toBeCloseTo(1 / 3, 12);
    expect(erlang(small).occupancy).toBeCloseTo(0.5, 12);
    // Patience like handling: the number of items is that of a centre without limits, so its mean is the load.
    const { waitingMean, occupancy } = erlang({ ...small, patienceMeanMs: 1_000 });
    expect(waitingMean + occupancy * 2).toBeCloseTo(1, 12);
  });

  test('[RT2] [RT4] a patient centre waits as long as Erlang C says', () => {
    const plan = plain(9, Infinity);
    const theory = erlang({
      agents: 9,
      arrivalMeanMs: plan.arrivalMeanMs,
      handlingMeanMs: plan.handlingMeanMs,
    });
    const day = new SimulatedDay(plan, 11).run();
    near(day.waitShare, theory.waitShare);
    near(day.meanWaitMs, theory.waitingMean * plan.arrivalMeanMs);
    near(day.occupancy, theory.occupancy);
    expect([day.bypasses, day.misses]).toEqual([0, 0]);
  });

  test('[RT2] [RT4] of an impatient one as many give up as Erlang A says', () => {
    const plan = plain(7, 5 * MINUTE_MS);
    const { agents, ...rates } = { ...plan, agents: 7 };
    const theory = erlang({ agents, ...rates });
    const day = new SimulatedDay(plan, 12).run();
    near(day.abandoned / day.came, theory.abandonedShare);
    near(day.occupancy, theory.occupancy);
  });

  test('[RT1] the same plan and seed give the same day, another seed another', () => {
    const first = new SimulatedDay(SHOP, 3).run();
    expect(new SimulatedDay(SHOP, 3).run()).toEqual(first);
    expect(new SimulatedDay(SHOP, 4).run()).not.toEqual(first);
  });

  test('[RT5] rules are compared over the same visitors, and tell apart', () => {
    const day = (name: string) => new SimulatedDay(VARIANTS[name] ?? SHOP, 5).run();
    const [designed, stubborn, fewer] = ['as designed', 'no relaxation', 'two chats at once'].map(day);
    expect(stubborn?.came).toBe(designed?.came);
    expect(stubborn?.bypasses).toBeGreaterThan(designed?.bypasses ?? Infinity);
    expect(fewer?.serviceLevel).toBeLessThan(designed?.serviceLevel ?? 0);
    const { came = 0, answered = 0, abandoned = 0, left = 0 } = designed ?? {};
    expect(answered + abandoned + left).toBe(came);
  });
});
