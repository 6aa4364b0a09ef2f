import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { resumePostgresServer, stopPostgresServer } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { complaints } from './support/checker.ts';
import { CrossTalk } from './support/cross-talk.ts';
import { IS_LONG, report } from './support/report.ts';
import { onSeveralProcesses } from './support/several-processes.ts';
import { eventually } from './support/until.ts';

const canRun = !lacks('postgres') && !lacks('redis');

const POSTGRES_AWAY_MS = IS_LONG ? 20_000 : 2_000;
/** Longer than a process waits for an answer of Postgres (8 s). */
const PARTED_MS = IS_LONG ? 60_000 : 11_000;
/** Longer than a statement waits for a lock (5 s). */
const LOCKED_MS = 6_500;
const COMMITS_CUT = IS_LONG ? 200 : 20;

describe.skipIf(!canRun)('two processes whose Postgres fails', () => {
  test('[DL15] [DL16] R15: Postgres killed under load and started again: nothing that was acknowledged is lost', async () => {
    await onSeveralProcesses(
      'R15 killed',
      async (several) => {
        const talk = await CrossTalk.between(several, 4);
        await talk.write(10);
        const fault = async (): Promise<void> => {
          await stopPostgresServer(several.postgres, { mode: 'immediate', keep: true });
          await eventually(
            async () => !(await several.readiness(0)).ok,
            'the process says that it is not ready',
          );
          await delay(POSTGRES_AWAY_MS);
          await resumePostgresServer(several.postgres);
        };
        await talk.writeUntil(fault());
        await Promise.all([several.readyAs(0, undefined), several.readyAs(1, undefined)]);
        several.history.healed();
        await talk.write(10);
        const verdict = await several.judge();
        report({
          row: 'R15',
          fault: 'Postgres killed (immediate) under load of two processes, started again',
          struck: { kills: 1, 'away, ms': POSTGRES_AWAY_MS },
          verdict,
          seed: several.random.seed,
        });
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ unknown: 0, stored: talk.written });
      },
      { ownPostgres: true },
    );
  });

  test('[DL16] R15: connections cut at the commit, before and after it happened: each message stands once', async () => {
    await onSeveralProcesses('R15 commits', async (several) => {
      const talk = await CrossTalk.between(several, 4);
      for (let count = 0; count < COMMITS_CUT; count++) {
        const { commits } = several.member(count % 2);
        await talk.writeUntil(commits.cutNext(several.random.chance(0.5) ? 'before' : 'after'));
      }
      several.history.healed();
      const verdict = await several.judge();
      const struck = { before: 0, after: 0 };
      for (const { commits } of several.members) {
        struck.before += commits.struck.before;
        struck.after += commits.struck.after;
      }
      report({
        row: 'R15',
        fault: 'connection to Postgres cut at the commit: its outcome is unknown to the process',
        struck: { 'before it': struck.before, 'after it': struck.after },
        verdict,
        seed: several.random.seed,
      });
      expect(struck.before + struck.after).toBe(COMMITS_CUT);
      expect(Math.min(struck.before, struck.after)).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: talk.written });
    });
  });

  test('[DL15] R15: all connections of the pools wait for a lock that somebody else holds', async () => {
    await onSeveralProcesses('R15 drained', async (several) => {
      const talk = await CrossTalk.between(several, 6);
      const client = await several.client();
      let waiting = 0;
      const fault = async (): Promise<void> => {
        await client.query('BEGIN');
        await client.query('LOCK TABLE streams IN ACCESS EXCLUSIVE MODE');
        await delay(LOCKED_MS);
        const { rows } = await client.query<{ count: string }>(
          `SELECT count(*) FROM pg_locks WHERE NOT granted AND database =
             (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        waiting = Number(rows[0]?.count);
        await client.query('ROLLBACK');
        await client.end();
      };
      await talk.writeUntil(fault());
      several.history.healed();
      const verdict = await several.judge();
      report({
        row: 'R15',
        fault: 'the pools of two processes drained by a lock',
        struck: { locks: 1, 'connections that waited': waiting },
        verdict,
        seed: several.random.seed,
      });
      expect(waiting).toBeGreaterThan(4);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: talk.written });
    });
  });

  test('[DL14] [DL16] R13: one process is parted from Postgres, the other goes on: one log', async () => {
    await onSeveralProcesses('R13 parted', async (several) => {
      const talk = await CrossTalk.between(several, 4);
      await talk.write(10);
      const { database } = several.member(0);
      database.set({ blackHole: 'both' });
      await talk.writeUntil(delay(PARTED_MS));
      database.set({});
      several.history.healed();
      await talk.write(5);
      const verdict = await several.judge();
      report({
        row: 'R13',
        fault: 'one of two processes parted from Postgres by a black hole',
        struck: { swallowed: database.struck.swallowed, ms: PARTED_MS },
        verdict,
        seed: several.random.seed,
      });
      expect(database.struck.swallowed).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: talk.written });
    });
  });
});
