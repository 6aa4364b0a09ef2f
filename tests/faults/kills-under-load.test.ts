import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inCentre } from './support/centre.ts';
import { complaints, type Verdict } from './support/checker.ts';
import { Load } from './support/load.ts';
import { Progress } from './support/progress.ts';
import { IS_LONG, report } from './support/report.ts';
import { integrityProblems } from './support/stored-log.ts';
import { NO_RATES } from './support/no-limits.ts';
import { NOTHING_YET, together } from './support/verdicts.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');

const KILLS = IS_LONG ? 500 : 4;
/** A round has a store of its own, so that a run that was stopped goes on with the next one. */
const KILLS_PER_ROUND = IS_LONG ? 20 : 4;
const MESSAGES_PER_SECOND = IS_LONG ? 200 : 60;
const VISITORS = 12;
/** A server lives this long under load before it is killed. */
const LIFE_MS = [300, 2_500] as const;

interface Sum {
  readonly kills: number;
  readonly inFlight: number;
  readonly slowestStartMs: number;
  readonly verdict: Verdict;
}

/** Longer than a busy machine needs between two messages of the load. */
const UNDER_WAY_MAX_MS = 30_000;

async function round(): Promise<Sum> {
  let sum: Sum = { kills: 0, inFlight: 0, slowestStartMs: 0, verdict: NOTHING_YET };
  await inCentre(
    'R1 under load',
    async (centre) => {
      const { server, history, random } = centre;
      const load = await Load.between(centre, VISITORS);
      load.start(MESSAGES_PER_SECOND);
      let inFlight = 0;
      for (let kill = 0; kill < KILLS_PER_ROUND; kill++) {
        await delay(random.integer(...LIFE_MS));
        // A kill between two messages proves nothing: it waits for one that is on its way.
        let underWay = 0;
        const isOneUnderWay = (): boolean => (underWay = history.unanswered) > 0;
        await history.until(isOneUnderWay, 'a message on its way', UNDER_WAY_MAX_MS);
        inFlight += underWay;
        await server.kill();
        await centre.comeBack();
      }
      await load.stop();
      history.healed();
      const verdict = await centre.judge();
      expect(integrityProblems(server.dataFolder)).toEqual([]);
      sum = { kills: KILLS_PER_ROUND, inFlight, slowestStartMs: Math.max(...server.startMs), verdict };
    },
    { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
  );
  return sum;
}

test(
  `[DL1] [DL2] [DL3] R1: ${KILLS} kills of the server under ${MESSAGES_PER_SECOND} messages a second lose and double nothing`,
  async () => {
    const progress = new Progress<Sum>('R1', {
      kills: 0,
      inFlight: 0,
      slowestStartMs: 0,
      verdict: NOTHING_YET,
    });
    while (progress.state.kills < KILLS) {
      const { kills, inFlight, slowestStartMs, verdict } = progress.state;
      const added = await round();
      expect(complaints(added.verdict)).toEqual([]);
      const state: Sum = {
        kills: kills + added.kills,
        inFlight: inFlight + added.inFlight,
        slowestStartMs: Math.max(slowestStartMs, added.slowestStartMs),
        verdict: together(verdict, added.verdict),
      };
      progress.step(state, state.kills, KILLS);
    }
    const { verdict, kills, inFlight, slowestStartMs } = progress.state;
    report({
      ...{ row: 'R1', fault: 'kill -9 of the server at random under load', verdict },
      struck: { kills, 'messages in flight': inFlight, 'slowest start, ms': Math.round(slowestStartMs) },
    });
    expect(inFlight).toBeGreaterThan(0);
    expect(verdict.unknown).toBe(0);
    progress.finished();
  },
  IS_LONG ? 4 * 60 * 60_000 : 4 * 60_000,
);
