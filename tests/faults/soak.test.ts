import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import { LASTING_FAULTS, lastingFault } from './support/lasting-faults.ts';
import { Load } from './support/load.ts';
import { NO_RATES } from './support/no-limits.ts';
import { IS_LONG, report } from './support/report.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');

const LASTS_MS = IS_LONG ? 10 * 60_000 : 20_000;
const CONNECTIONS = IS_LONG ? 2_000 : 60;
const VISITORS = 12;
const MESSAGES_PER_SECOND = 40;
const FAULT_LASTS_MS = [100, IS_LONG ? 2_000 : 500] as const;
const PEACE_LASTS_MS = [200, IS_LONG ? 4_000 : 800] as const;
const MEGABYTE = 1024 * 1024;
/** The last third may have this much more resident than the second; the first warms up. */
const GROWTH_MAX = IS_LONG ? 1.15 : 1.5;

const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

test.skipIf(process.platform !== 'linux')(
  `[DL4] [DL9] R30: a soak with ${CONNECTIONS} connections on a bad network loses nothing, and memory stays flat`,
  async () => {
    await inCentre(
      'R30 soak',
      async (centre) => {
        const { random, history, proxy, server } = centre;
        for (let count = 1; count <= CONNECTIONS; count++) centre.visitor(`idle ${count}`, false);
        const load = await Load.between(centre, VISITORS);
        load.start(MESSAGES_PER_SECOND);
        const memory: { at: number; bytes: number }[] = [];
        let faults = 0;
        const begin = performance.now();
        const end = begin + LASTS_MS;
        while (performance.now() < end) {
          await delay(random.integer(...PEACE_LASTS_MS));
          memory.push({ at: performance.now() - begin, bytes: residentOf(server.pid) });
          await lastingFault(proxy, random.pick(LASTING_FAULTS), random.integer(...FAULT_LASTS_MS), random);
          faults++;
        }
        await load.stop();
        history.healed();
        const verdict = await centre.judge();
        const third = (number: number): number =>
          median(
            memory.filter(({ at }) => Math.floor((3 * at) / LASTS_MS) === number).map(({ bytes }) => bytes),
          );
        const [second, last] = [third(1), third(2)];
        report({
          row: 'R30',
          fault: 'a soak on a bad network; memory',
          struck: {
            connections: CONNECTIONS,
            seconds: Math.round(LASTS_MS / 1_000),
            faults,
            'MB in the second third': Math.round(second / MEGABYTE),
            'MB in the last third': Math.round(last / MEGABYTE),
          },
          verdict,
          seed: random.seed,
        });
        expect(faults).toBeGreaterThan(5);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict.unknown).toBe(0);
        expect(last).toBeLessThan(second * GROWTH_MAX);
      },
      { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
    );
  },
  LASTS_MS + 6 * 60_000,
);
