import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DeskRow } from '../../sdk/src/protocol/index.ts';
import { lacks } from '../support/programs.ts';
import { complaints } from './support/checker.ts';
import { IS_LONG, report } from './support/report.ts';
import { CrossTalk } from './support/cross-talk.ts';
import { onSeveralProcesses } from './support/several-processes.ts';
import { until } from './support/until.ts';
import type { AgentDriver } from './support/clients.ts';

const canRun = !lacks('postgres') && !lacks('redis');

/** A lease of 15 s, and a round of those who look. */
const GONE_MAX_MS = 30_000;
/** A process that sleeps: long enough that everybody else takes it for dead. */
const SLEEP_MS = IS_LONG ? 60_000 : 12_000;

/** What Sam's desk says of a colleague. */
function presenceOf(desk: ReadonlyMap<string, DeskRow>, name: string): string | undefined {
  for (const row of desk.values())
    if (row.type === 'colleague' && row.agent.name === name) return row.presence;
  return undefined;
}

async function available(agent: AgentDriver): Promise<void> {
  await agent.online();
  expect(await agent.client.setPresence('available')).toMatchObject({ ok: true });
}

describe.skipIf(!canRun)('one of several processes ends or stands still', () => {
  test('[DL14] an agent with two sockets on two processes is there until both are gone, also by kill -9', async () => {
    await onSeveralProcesses(
      'presence',
      async (several) => {
        const watcher = await several.agent('Sam', 2, 2);
        await watcher.online();
        const [one, other] = [await several.agent('Ana', 0, 0), await several.agent('Ana', 1, 1)];
        await Promise.all([available(one), other.online()]);
        await until(watcher.client.desk, (desk) => presenceOf(desk, 'Ana') === 'available', 'Ana is there');
        await one.stop();
        // A lease and more: whoever went by this process' own sockets alone would have given her up.
        await delay(20_000);
        expect(presenceOf(watcher.client.desk.value, 'Ana')).toBe('available');
        await several.member(1).server.kill();
        await until(
          watcher.client.desk,
          (desk) => presenceOf(desk, 'Ana') !== 'available',
          'Ana is gone',
          GONE_MAX_MS,
        );
      },
      { processes: 3 },
    );
  });

  test('[DL14] [DL16] R13: a process is stopped in the middle of 40 messages, taken for dead, and goes on: one log', async () => {
    await onSeveralProcesses('R13 SIGSTOP', async (several) => {
      const talk = await CrossTalk.between(several, 4);
      await talk.write(20);
      const paused = several.member(0).server.pause(SLEEP_MS);
      await talk.write(20);
      await paused;
      several.history.healed();
      const verdict = await several.judge();
      report({
        row: 'R13',
        fault: 'one of two processes stands still (SIGSTOP), then goes on',
        struck: { stops: 1, ms: SLEEP_MS },
        verdict,
        seed: several.random.seed,
      });
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: talk.written });
    });
  });
});
