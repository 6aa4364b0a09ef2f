import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints, type Verdict } from './support/checker.ts';
import { LASTING_FAULTS, type LastingFault, lastingFault } from './support/lasting-faults.ts';
import { Load } from './support/load.ts';
import { Progress } from './support/progress.ts';
import { IS_LONG, report } from './support/report.ts';
import { NO_RATES } from './support/no-limits.ts';
import { NOTHING_YET, together } from './support/verdicts.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');

/** A soak: rounds of random faults, one after the other. */
const ROUNDS = IS_LONG ? 10 : 1;
const FAULTS_PER_ROUND = IS_LONG ? 40 : 10;
const FAULT_LASTS_MS = [100, IS_LONG ? 3_000 : 600] as const;
const PEACE_LASTS_MS = [50, 500] as const;
const MESSAGES_PER_SECOND = 40;
const VISITORS = 6;
/** They only read, and come back after each fault like everybody else. */
const IDLE_VISITORS = IS_LONG ? 500 : 20;

const MOMENTS = ['cut', 'cut later', 'kill', 'drain', 'stop'] as const;
type Name = LastingFault | (typeof MOMENTS)[number];
const NAMES: readonly [Name, ...Name[]] = [...LASTING_FAULTS, ...MOMENTS];

async function strike(centre: Centre, name: Name): Promise<void> {
  const { proxy, server, random } = centre;
  const lasts = random.integer(...FAULT_LASTS_MS);
  switch (name) {
    case 'cut':
      proxy.cutAll();
      return;
    case 'cut later':
      void proxy.cutAfter(random.pick(['up', 'down']), random.integer(0, 3_000));
      return;
    case 'kill':
      await server.kill();
      return centre.comeBack();
    case 'drain':
      expect(await server.terminate()).toEqual({ code: 0, signal: null });
      return centre.comeBack();
    case 'stop':
      return server.pause(lasts);
    case 'delay':
    case 'skew':
    case 'throttle':
    case 'freeze':
    case 'frames':
    case 'refuse':
      return lastingFault(proxy, name, lasts, random);
  }
}

interface Sum {
  readonly rounds: number;
  readonly struck: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
}

async function round(): Promise<Omit<Sum, 'rounds'>> {
  const struck: Record<string, number> = {};
  let verdict = NOTHING_YET;
  await inCentre(
    'R30 random faults',
    async (centre) => {
      const { random, history, proxy } = centre;
      for (let count = 1; count <= IDLE_VISITORS; count++) centre.visitor(`idle ${count}`, false);
      const load = await Load.between(centre, VISITORS);
      load.start(MESSAGES_PER_SECOND);
      for (let count = 0; count < FAULTS_PER_ROUND; count++) {
        await delay(random.integer(...PEACE_LASTS_MS));
        const name = random.pick(NAMES);
        await strike(centre, name);
        struck[name] = (struck[name] ?? 0) + 1;
      }
      await load.stop();
      proxy.disarm();
      history.healed();
      verdict = await centre.judge();
      for (const [name, times] of Object.entries(proxy.struck)) {
        if (times > 0) struck[`(${name})`] = times;
      }
    },
    { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
  );
  return { struck, verdict };
}

function added(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...one };
  for (const [name, times] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

test(
  '[DL1] [DL2] [DL3] [DL4] R30: random faults of network and server, one after the other, lose and double nothing',
  async () => {
    const progress = new Progress<Sum>('R30', { rounds: 0, struck: {}, verdict: NOTHING_YET });
    while (progress.state.rounds < ROUNDS) {
      const before = progress.state;
      const { struck, verdict } = await round();
      expect(complaints(verdict)).toEqual([]);
      const state: Sum = {
        rounds: before.rounds + 1,
        struck: added(before.struck, struck),
        verdict: together(before.verdict, verdict),
      };
      progress.step(state, state.rounds, ROUNDS);
    }
    const { struck, verdict } = progress.state;
    report({ row: 'R30', fault: 'random faults of network and server under load', struck, verdict });
    expect(Object.keys(struck).length).toBeGreaterThan(4);
    expect(verdict.unknown).toBe(0);
    progress.finished();
  },
  IS_LONG ? 4 * 60 * 60_000 : 4 * 60_000,
);
