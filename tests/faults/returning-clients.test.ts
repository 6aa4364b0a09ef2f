import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../sdk/src/protocol/index.ts';
import { lacks } from '../support/programs.ts';
import { Balancer } from './support/balancer.ts';
import { inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver, VisitorDriver } from './support/clients.ts';
import type { History } from './support/history.ts';
import { RawVisitor } from './support/raw-visitor.ts';
import { IS_LONG, report } from './support/report.ts';
import { NO_RATES } from './support/no-limits.ts';
import { onSeveralProcesses } from './support/several-processes.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');
const RETURNING = IS_LONG ? 5_000 : 500;
const ALL_BACK_MAX_MS = 30_000;
/** What is promised; a short run shares its two cores with other suites, and says only that nobody stands still. */
const P99_MAX_MS = IS_LONG ? 1_000 : 10_000;
const RESTARTS = IS_LONG ? 10 : 4;
const GAP_MEDIAN_MAX_MS = IS_LONG ? 2_000 : 10_000;

/** How long each answer took, of commands that were saved after a moment. */
function answerTimes(history: History, since: number): number[] {
  return [...history.operations.values()]
    .flatMap(({ invokedAt, outcome }) =>
      invokedAt >= since && outcome.state === 'ok' ? [outcome.at - invokedAt] : [],
    )
    .sort((one, other) => one - other);
}

function percentile(sorted: readonly number[], part: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
}

/** Notes how long a client was without a connection, each time. */
function gapsOf(driver: VisitorDriver | AgentDriver): number[] {
  const gaps: number[] = [];
  let since: number | undefined;
  let wasOnline = false;
  driver.client.connection.subscribe(({ state }) => {
    if (state === 'online') {
      if (since !== undefined) gaps.push(performance.now() - since);
      since = undefined;
      wasOnline = true;
    } else if (wasOnline) since ??= performance.now();
  });
  return gaps;
}

test(
  '[DL7] R18: many clients that are cut off at once are all back in time, and others’ messages are answered meanwhile',
  async () => {
    await inCentre(
      'R18',
      async (centre) => {
        const { history, proxy, random } = centre;
        const agent = await centre.agent('Ana', { direct: true, keeps: false });
        const visitor = centre.visitor('writer', false);
        const conversation = await visitor.conversation();
        await visitor.send('first');
        agent.open(conversation);
        const crowd = Array.from({ length: RETURNING }, (_, index) =>
          centre.visitor(`one of many ${index}`, false),
        );
        await Promise.all(crowd.map((each) => each.online()));
        const before = crowd.map(({ connections }) => connections);
        const isBack = (each: VisitorDriver, index: number): boolean =>
          each.connections > (before[index] ?? 0) && each.client.connection.value.state === 'online';
        const begun = performance.now();
        const cut = proxy.cutAll();
        let backMs = 0;
        while (backMs === 0) {
          if (crowd.every(isBack)) backMs = performance.now() - begun;
          await agent.send(conversation, `meanwhile ${Math.round(performance.now())}`);
          await delay(10);
        }
        history.healed();
        const verdict = await centre.judge();
        const times = answerTimes(history, begun);
        const p99 = percentile(times, 0.99);
        report({
          row: 'R18',
          fault: `${RETURNING} clients cut off at once`,
          struck: { cut, 'all back after, ms': Math.round(backMs), messages: times.length, 'p99, ms': p99 },
          verdict,
          seed: random.seed,
        });
        expect(cut).toBeGreaterThanOrEqual(RETURNING);
        expect(backMs).toBeLessThan(ALL_BACK_MAX_MS);
        expect(p99).toBeLessThan(P99_MAX_MS);
        expect(complaints(verdict)).toEqual([]);
      },
      { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
    );
  },
  10 * 60_000,
);

describe.skipIf(lacks('postgres') || lacks('redis'))('a rolling restart', () => {
  test(
    '[DL13] [DL14] R19: two processes are restarted one after the other under load, with clients of other protocol ranges',
    async () => {
      await onSeveralProcesses('R19', async (several) => {
        const { history, members, random } = several;
        const balancer = await Balancer.inFrontOf(members.map(({ server }) => server.port));
        const visitors = Array.from({ length: 6 }, (_, index) =>
          several.visitor(`visitor ${index}`, balancer.url),
        );
        const agent = await several.agent('Ana', balancer.url);
        const conversations = await Promise.all(visitors.map((each) => each.conversation()));
        await agent.online();
        for (const conversation of conversations) agent.open(conversation);
        const gaps = [...visitors, agent].map((each) => gapsOf(each));
        const run = { isOver: false };
        let written = 0;
        const writing = (async () => {
          while (!run.isOver) {
            const index = random.integer(0, visitors.length - 1);
            await visitors[index]?.send(`message ${++written}`);
            await agent.send(conversations[index] ?? '', `answer ${++written}`);
            await delay(random.integer(5, 30));
          }
        })();
        const strangers: { min: number; max: number }[] = [];
        for (let count = 0; count < RESTARTS; count++) {
          const { server } = several.member(count % 2);
          expect(await server.terminate()).toEqual({ code: 0, signal: null });
          await server.startAgain();
          for (const protocol of [
            { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION_MIN },
            { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION + 1 },
          ]) {
            const stranger = new RawVisitor(balancer.url, protocol);
            if (await stranger.welcomed()) strangers.push(protocol);
            stranger.close();
          }
        }
        run.isOver = true;
        await writing;
        history.healed();
        const verdict = await several.judge();
        const all = gaps.flat().sort((one, other) => one - other);
        report({
          row: 'R19',
          fault: 'two processes restarted one after the other, under load',
          struck: {
            ...{ restarts: RESTARTS, 'clients cut off': all.length, 'of other versions': strangers.length },
            ...{ 'median gap, ms': percentile(all, 0.5), 'longest, ms': percentile(all, 1) },
          },
          verdict,
          seed: random.seed,
        });
        await balancer.close();
        expect(strangers).toHaveLength(2 * RESTARTS);
        expect(all.length).toBeGreaterThanOrEqual(RESTARTS);
        expect(percentile(all, 0.5)).toBeLessThan(GAP_MEDIAN_MAX_MS);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ unknown: 0, stored: written });
      });
    },
    10 * 60_000,
  );
});
