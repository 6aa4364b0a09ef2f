import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { metricOf } from '../support/metrics.ts';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver, VisitorDriver } from './support/clients.ts';
import { IS_LONG, report } from './support/report.ts';
import type { Faults } from './support/fault-proxy.ts';
import { NO_RATES } from './support/no-limits.ts';
import { eventually } from './support/until.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');

/** So few that each is written more than the buffers of two systems, the network and the server hold for it. */
const READERS = IS_LONG ? 5 : 2;
const MEGABYTE = 1024 * 1024;
/** What is written for all readers together, in each phase. */
const WRITTEN_BYTES = (IS_LONG ? 50 : 12) * MEGABYTE;
const TEXT = 'x'.repeat(7_900);
const MESSAGES = Math.ceil(WRITTEN_BYTES / TEXT.length);
const SLOW_BYTES_PER_SECOND = 1_000;
const LET_GO = 'alongside_closes_total{reason="slow-consumer"}';
/** What is promised is 2 MB; with only two readers the process's own ups and downs are as much again. */
const PER_SOCKET_MAX_BYTES = (IS_LONG ? 2 : 4) * MEGABYTE;
/** The writers take half of what the server can: what a bystander waits is then its own answer, not a queue. */
const MESSAGES_PER_TICK = 6;
const TICK_MS = 20;
const TICKS_BETWEEN_LOOKS = 50;
/**
 * What is promised is a tenth more, and that is held against the run in full on a quiet machine. Beside other suites a
 * single stall is a whole percent of the samples; what slow readers cost everybody shows in the median as well.
 */
const GROWTH_MAX = IS_LONG ? ({ of: 'p99Ms', times: 1.1 } as const) : ({ of: 'medianMs', times: 3 } as const);

/** Bytes in use in the server's process, without what waits for the garbage collector. */
async function memoryOf({ server }: Centre): Promise<number> {
  const said = (): string[] =>
    [...server.output().matchAll(/memory in use: (\d+)/g)].map(([, bytes = '']) => bytes);
  const before = said().length;
  process.kill(server.pid, 'SIGWINCH');
  await eventually(() => said().length > before, 'the server says its memory');
  return Number(said().at(-1));
}

interface Phase {
  /** The most that was in use in the server's process. */
  readonly peakBytes: number;
  /** Milliseconds from saving to acknowledgement, of all the bystander's messages. */
  readonly waits: readonly number[];
  /** Readers who had not read everything when all was written. */
  readonly behind: number;
  /** Connections that the server ended because so much waited for them. */
  readonly letGo: number;
  /** Readers who connected anew by themselves: at 1 KB/s an answer may come too late. */
  readonly gaveUp: number;
}

interface People {
  readonly agent: AgentDriver;
  readonly bystander: VisitorDriver;
  readonly readers: readonly VisitorDriver[];
}

/** New readers and a new bystander: nobody's copy of a conversation is longer in one phase than in another. */
async function gather(centre: Centre, agent: AgentDriver, when: string): Promise<People> {
  const { history } = centre;
  const bystander = centre.visitor(`bystander ${when}`, false, {}, { direct: true });
  const readers = Array.from({ length: READERS }, (_, place) =>
    centre.visitor(`reader ${place + 1} ${when}`, false),
  );
  for (const each of [bystander, ...readers]) await each.send('first');
  await history.until(() => history.settled, 'the first messages', 60_000);
  return { agent, bystander, readers };
}

/** The agent writes to all readers, in turn and evenly, while a bystander writes in a conversation of their own. */
async function write(
  centre: Centre,
  { agent, bystander, readers }: People,
): Promise<Pick<Phase, 'peakBytes' | 'waits'>> {
  const { history } = centre;
  const conversations = await Promise.all(readers.map((each) => each.conversation()));
  const samples: string[] = [];
  let peakBytes = 0;
  let written = 0;
  for (let tick = 1; written < MESSAGES; tick++) {
    const next = delay(TICK_MS);
    for (let each = 0; each < MESSAGES_PER_TICK; each++) {
      await agent.send(conversations[written++ % READERS] ?? '', `${written} ${TEXT}`);
    }
    samples.push(await bystander.send(`sample ${tick}`));
    await next;
    if (tick % TICKS_BETWEEN_LOOKS !== 0) continue;
    await history.until(() => history.unanswered === 0, 'the writer goes on', 60_000);
    peakBytes = Math.max(peakBytes, await memoryOf(centre));
  }
  await history.until(() => history.unanswered === 0, 'all written', 60_000);
  const waits = samples.flatMap((command) => {
    const operation = history.operations.get(command);
    return operation?.outcome.state === 'ok' ? [operation.outcome.at - operation.invokedAt] : [];
  });
  return { peakBytes, waits };
}

/** One round of writing with readers as quick as `faults` let them be; afterwards they have all read everything. */
async function phase(centre: Centre, agent: AgentDriver, when: string, faults: Faults = {}): Promise<Phase> {
  const { history, proxy } = centre;
  const people = await gather(centre, agent, when);
  const letGoBefore = await metricOf(centre.server, LET_GO);
  const before = people.readers.map((each) => each.connections);
  const ended = async (): Promise<Pick<Phase, 'letGo' | 'gaveUp'>> => ({
    letGo: (await metricOf(centre.server, LET_GO)) - letGoBefore,
    gaveUp: people.readers.filter((each, place) => each.connections > (before[place] ?? 0)).length,
  });
  proxy.set(faults);
  const measured = await write(centre, people);
  const behind = people.readers.filter(
    ({ client }) => client.conversation.value.entries.length < Math.floor(MESSAGES / READERS),
  ).length;
  if (faults.bytesPerSecond !== undefined) {
    // A connection that is to end has a few seconds to answer; on a busy machine readers give up before.
    await eventually(async () => {
      const { letGo, gaveUp } = await ended();
      return letGo + gaveUp > 0;
    }, 'a slow reader is let go, or gives up');
  }
  const ends = await ended();
  proxy.set({});
  // What trickles on the old connections would take minutes.
  proxy.cutAll();
  await history.until(() => history.settled, `everybody has read ${when}`, 120_000);
  return { ...measured, ...ends, behind };
}

/** The `share`th of all waits of some phases, in order. */
function quantile(phases: readonly Phase[], share: number): number {
  const waits = phases.flatMap((each) => each.waits).sort((one, other) => one - other);
  return waits[Math.ceil(waits.length * share) - 1] ?? Infinity;
}

function summary(...phases: readonly Phase[]): { medianMs: number; p99Ms: number } {
  return { medianMs: quantile(phases, 0.5), p99Ms: quantile(phases, 0.99) };
}

test(
  `[DL9] R17: ${READERS} readers at 1 KB/s cost the server at most 2 MB each, and nobody else their answers`,
  async () => {
    await inCentre(
      'R17 slow',
      async (centre) => {
        const { history, proxy, random } = centre;
        const agent = await centre.agent('Ana', { direct: true, keeps: false });
        // The process grows with its first work, whoever reads; and the machine has better and worse minutes, so that
        // what the slow ones are compared with stands half before them and half after.
        await phase(centre, agent, 'first');
        const before = await phase(centre, agent, 'before');
        const beside = await phase(centre, agent, 'slow', { bytesPerSecond: SLOW_BYTES_PER_SECOND });
        const after = await phase(centre, agent, 'after');
        history.healed();
        const verdict = await centre.judge();
        const perSocket = (beside.peakBytes - before.peakBytes) / READERS;
        const [quick, slow] = [summary(before, after), summary(beside)];
        report({
          ...{ row: 'R17', fault: 'readers at 1 KB/s, against the same ones unhindered', verdict },
          struck: {
            readers: READERS,
            'MB written': Math.round(WRITTEN_BYTES / MEGABYTE),
            throttled: proxy.struck.throttled,
            behind: beside.behind,
            'let go': beside.letGo,
            'gave up': beside.gaveUp,
            'KB of memory a slow socket': Math.round(perSocket / 1024),
            "others' p99 unhindered, ms": Number(quick.p99Ms.toFixed(1)),
            "others' p99 beside them, ms": Number(slow.p99Ms.toFixed(1)),
          },
          seed: random.seed,
        });
        expect(proxy.struck.throttled).toBeGreaterThan(READERS);
        expect(beside.letGo + beside.gaveUp).toBeGreaterThan(0);
        expect(beside.behind).toBe(READERS);
        expect(perSocket).toBeLessThan(PER_SOCKET_MAX_BYTES);
        expect(slow[GROWTH_MAX.of]).toBeLessThan(GROWTH_MAX.times * quick[GROWTH_MAX.of]);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict.unknown).toBe(0);
      },
      { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
    );
  },
  10 * 60_000,
);
