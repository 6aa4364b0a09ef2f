import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver, VisitorDriver } from './support/clients.ts';
import { IS_LONG, report } from './support/report.ts';
import { NO_RATES } from './support/no-limits.ts';
import { eventually } from './support/until.ts';

const ENTRY = resolve(import.meta.dirname, 'support/fault-server.ts');

const READERS = IS_LONG ? 20 : 8;
/** What is written for all readers together, in each phase. */
const WRITTEN_BYTES = (IS_LONG ? 50 : 12) * 1024 * 1024;
const TEXT = 'x'.repeat(7_900);
const MESSAGES_EACH = Math.ceil(WRITTEN_BYTES / READERS / TEXT.length);
const SLOW_BYTES_PER_SECOND = 1_000;
const MEGABYTE = 1024 * 1024;
const PER_SOCKET_MAX_BYTES = 2 * MEGABYTE;
/** What is promised is a tenth more; on two shared cores two equal runs differ by more than that. */
const P99_GROWTH_MAX = 3;
/** The agent goes on when so many of its messages wait for their acknowledgement. */
const WINDOW = 50;

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
  /** Milliseconds from saving to acknowledgement of the bystander's slowest but one in a hundred. */
  readonly p99Ms: number;
}

interface People {
  readonly agent: AgentDriver;
  readonly bystander: VisitorDriver;
  readonly conversations: readonly string[];
}

/** The agent writes to all readers while a bystander writes in a conversation of their own. */
async function phase(centre: Centre, { agent, bystander, conversations }: People): Promise<Phase> {
  const { history } = centre;
  const samples: string[] = [];
  let peakBytes = 0;
  let written = 0;
  for (let number = 1; number <= MESSAGES_EACH; number++) {
    for (const conversation of conversations) {
      await agent.send(conversation, `${number} ${TEXT}`);
      if (++written % WINDOW !== 0) continue;
      samples.push(await bystander.send(`sample ${written}`));
      await history.until(() => history.unanswered < WINDOW, 'the writer goes on', 60_000);
      if (written % (2 * WINDOW) === 0) peakBytes = Math.max(peakBytes, await memoryOf(centre));
    }
  }
  await history.until(() => history.unanswered === 0, 'all written', 60_000);
  const waits = samples.flatMap((command) => {
    const operation = history.operations.get(command);
    return operation?.outcome.state === 'ok' ? [operation.outcome.at - operation.invokedAt] : [];
  });
  waits.sort((one, other) => one - other);
  return { peakBytes, p99Ms: waits[Math.ceil(waits.length * 0.99) - 1] ?? Infinity };
}

async function gather(centre: Centre): Promise<People & { readers: readonly VisitorDriver[] }> {
  const agent = await centre.agent('Ana', { direct: true, keeps: false });
  const bystander = centre.visitor('bystander', false, {}, { direct: true });
  const readers = Array.from({ length: READERS }, (_, place) => centre.visitor(`reader ${place + 1}`, false));
  for (const each of [bystander, ...readers]) await each.send('first');
  const conversations = await Promise.all(readers.map((each) => each.conversation()));
  await centre.history.until(() => centre.history.settled, 'the first messages', 60_000);
  return { agent, bystander, readers, conversations };
}

test(
  `[DL9] R17: ${READERS} readers at 1 KB/s cost the server at most 2 MB each, and nobody else their answers`,
  async () => {
    await inCentre(
      'R17 slow',
      async (centre) => {
        const { history, proxy, random } = centre;
        const people = await gather(centre);
        const { readers } = people;
        // The process grows with its first work, whoever reads; what is compared is the second time and the third.
        await phase(centre, people);
        const quick = await phase(centre, people);
        await history.until(() => history.settled, 'the quick readers have read', 120_000);
        const connections = readers.map((each) => each.connections);
        proxy.set({ bytesPerSecond: SLOW_BYTES_PER_SECOND });
        const slow = await phase(centre, people);
        // Their network gets better: what trickles on the old connections would take minutes.
        proxy.set({});
        proxy.cutAll();
        history.healed();
        const verdict = await centre.judge();
        const letGo = readers.filter((each, place) => each.connections > (connections[place] ?? 0)).length;
        const perSocket = (slow.peakBytes - quick.peakBytes) / READERS;
        report({
          ...{ row: 'R17', fault: 'readers at 1 KB/s, against the same ones unhindered', verdict },
          struck: {
            readers: READERS,
            'MB written': Math.round(WRITTEN_BYTES / MEGABYTE),
            throttled: proxy.struck.throttled,
            'let go': letGo,
            'KB of memory a slow socket': Math.round(perSocket / 1024),
            "others' p99 unhindered, ms": Math.round(quick.p99Ms),
            "others' p99 beside them, ms": Math.round(slow.p99Ms),
          },
          seed: random.seed,
        });
        expect(proxy.struck.throttled).toBeGreaterThan(READERS);
        expect(letGo).toBeGreaterThan(0);
        expect(perSocket).toBeLessThan(PER_SOCKET_MAX_BYTES);
        expect(slow.p99Ms).toBeLessThan(P99_GROWTH_MAX * quick.p99Ms);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict.unknown).toBe(0);
      },
      { entry: ENTRY, environment: { FAULT_LIMITS: NO_RATES } },
    );
  },
  10 * 60_000,
);
