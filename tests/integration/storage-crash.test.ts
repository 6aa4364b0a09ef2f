import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogEntry } from '@alongside/sdk/protocol';
import { ended, endWithUs } from '../support/child.ts';
import { type Opened, Rig, STORES } from './storage-rig.ts';
import { tally } from './storage-rig-parts.ts';

const KILLS = 12;
const STREAMS = 5;

/** The small generator “mulberry32”: a schedule can be run again from its seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Acknowledged {
  stream: string;
  seq: number;
  command: string;
}

/** Runs the appending process, kills it after `acks` acknowledged commands, and answers all that it printed. */
async function runAndKill(rig: Rig, run: number, acks: number): Promise<Acknowledged[]> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'storage-crash-child.ts'),
      ...['--place', JSON.stringify(rig.place), '--run', `${run}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  endWithUs(child);
  const acknowledged: Acknowledged[] = [];
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [stream, seq, command] = line.split(' ');
    if (stream === undefined || seq === undefined || command === undefined) continue;
    acknowledged.push({ stream, seq: Number(seq), command });
    if (acknowledged.length === acks) child.kill('SIGKILL');
  }
  expect((await ended(child)).signal).toBe('SIGKILL');
  return acknowledged;
}

/** A database server may still be at work on what a dead process has asked last. */
async function untilAlone({ storage }: Opened): Promise<void> {
  if (storage.dialect === 'sqlite') return;
  for (;;) {
    const others = await sql`
      select 1 from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name = 'alongside'
        and state <> 'idle'`.execute(storage.kysely);
    if (others.rows.length === 0) return;
  }
}

async function entriesOf({ log }: Opened, stream: string): Promise<LogEntry[]> {
  const page = await log.read(stream, { reader: 'staff', after: 0, limit: 100_000, maxBytes: 1e9 });
  return page.entries;
}

function commandOf(entry: LogEntry | undefined): string | undefined {
  return entry && 'command' in entry ? entry.command : undefined;
}

for (const { store, isMissing } of STORES) {
  describe.skipIf(isMissing)(`kill -9 of a process that appends to ${store}`, () => {
    let rig: Rig;

    beforeEach(async () => {
      rig = await Rig.make(store);
    });

    afterEach(async () => {
      await rig.remove();
    });

    test(`[DL1] [DL2] [DL3] loses nothing acknowledged and leaves no hole, ${KILLS} times`, async () => {
      const seed = Number(process.env['SEED'] ?? 20_260_101);
      console.info(`seed ${seed}`);
      const random = seeded(seed);
      const acknowledged: Acknowledged[] = [];
      const lengths = new Map<string, number>();
      for (let run = 1; run <= KILLS; run++) {
        acknowledged.push(...(await runAndKill(rig, run, 5 + Math.floor(random() * 200))));
        const opened = await rig.open();
        await untilAlone(opened);
        for (let index = 0; index < STREAMS; index++) {
          const stream = `s${index}`;
          const entries = await entriesOf(opened, stream);
          const numbers = entries.map((_, place) => place + 1);
          expect(entries.map(({ seq }) => seq)).toEqual(numbers);
          expect(new Set(entries.map(commandOf)).size).toBe(entries.length);
          const state = await opened.log.look(tally(stream));
          expect(state?.state.texts ?? []).toEqual(numbers.map(String));
          const lost = acknowledged.filter(
            (ack) => ack.stream === stream && commandOf(entries[ack.seq - 1]) !== ack.command,
          );
          expect(lost).toEqual([]);
          // Each run has a device of its own: its counter is what this run has stored.
          const counter = await opened.log.counter(stream, `${run} ${stream}`);
          expect(counter).toBe(entries.length - (lengths.get(stream) ?? 0));
          lengths.set(stream, entries.length);
          const acks = acknowledged.filter((ack) => ack.stream === stream).length;
          expect(entries.length).toBeGreaterThanOrEqual(acks);
        }
        expect(opened.problems).toEqual([]);
        await rig.close(opened);
      }
      expect(acknowledged.length).toBeGreaterThan(KILLS * 5);
    });
  });
}
