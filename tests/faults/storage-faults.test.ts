// Over 300 lines: one layer below the store; a describe for each kind of trouble it makes.
import { readFileSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startServer } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver } from './support/clients.ts';
import { databaseFile, flipIn, logFile, sizeOf, tear } from './support/damage.ts';
import { FaultLayer, lacksFaultLayer, type SyncFault } from './support/fault-layer.ts';
import type { Operation } from './support/history.ts';
import { report } from './support/report.ts';
import { lacksSmallDisks, SmallDisk } from './support/small-disk.ts';
import { storedLogs } from './support/stored-log.ts';
import { eventually, until } from './support/until.ts';

const HTTP_OK = 200;
const HTTP_UNAVAILABLE = 503;

/** A centre whose server's files go through the fault layer. */
async function withLayer(
  name: string,
  scene: (centre: Centre, layer: FaultLayer) => Promise<void>,
): Promise<void> {
  const folder = await temporaryFolder('layer');
  const layer = new FaultLayer(folder.path);
  try {
    await inCentre(name, (centre) => scene(centre, layer), { environment: layer.environment });
    expect(layer.seen.syncs).toBeGreaterThan(0);
  } finally {
    layer.close();
    await folder.remove();
  }
}

function lastOperation({ history }: Centre): Operation {
  const last = [...history.operations.values()].at(-1);
  if (!last) throw new Error('nothing was written');
  return last;
}

const isStored = ({ server }: Centre, { command }: Operation): boolean =>
  storedLogs(server.dataFolder).some(({ entries }) => entries.some((entry) => entry.command === command));

const readiness = async ({ server }: Centre): Promise<number> => (await fetch(`${server.url}/readyz`)).status;

const readinessBecomes = (centre: Centre, status: number): Promise<void> =>
  eventually(async () => (await readiness(centre)) === status, `readiness ${status}`);

const DISK_BYTES = 16 * 1024 * 1024;
const KILLS = 3;
const KILLS_MAX = 20;

describe.skipIf(lacksFaultLayer)('a power cut and a crash around an fsync', () => {
  test.each(['kills before and loses', 'kills before'] as const)(
    '[DL1] R2: the server that an fsync %s has acknowledged nothing, and the message is stored once later',
    async (fault) => {
      await withLayer(`R2 ${fault}`, async (centre, layer) => {
        const { server, history, random } = centre;
        const visitor = centre.visitor();
        await visitor.send('before');
        await history.until(() => history.settled, 'the first message', 30_000);
        for (let kill = 1; kill <= KILLS; kill++) {
          layer.failSyncs(fault);
          await visitor.send(`message ${kill}`);
          expect(await server.ended()).toEqual({ code: null, signal: 'SIGKILL' });
          expect(history.unanswered).toBe(1);
          if (fault === 'kills before and loses') expect(isStored(centre, lastOperation(centre))).toBe(false);
          layer.heal();
          await centre.comeBack();
          await history.until(() => history.settled, 'after the kill', 30_000);
        }
        history.healed();
        const verdict = await centre.judge();
        const { syncs: kills, bytesLost } = layer.struck;
        report({
          row: 'R2',
          fault: `an fsync ${fault}`,
          struck: { kills, 'bytes lost': bytesLost },
          verdict,
          seed: random.seed,
        });
        expect(kills).toBe(KILLS);
        expect(bytesLost > 0).toBe(fault === 'kills before and loses');
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ stored: KILLS + 1, unknown: 0 });
      });
    },
  );

  test('[DL2] R2: a kill between fsync and ack leaves the event, and the resend gets its number', async () => {
    await withLayer('R2 kills after', async (centre, layer) => {
      const { server, history, random } = centre;
      const visitor = centre.visitor();
      await visitor.send('before');
      await history.until(() => history.settled, 'the first message', 30_000);
      let storedBefore = 0;
      let kills = 0;
      // A kill may meet another commit than the message's (the outbox, the index): it goes on until one did not.
      while (kills < KILLS || (storedBefore === 0 && kills < KILLS_MAX)) {
        kills++;
        layer.failSyncs('kills after');
        await visitor.send(`message ${kills}`);
        expect(await server.ended()).toEqual({ code: null, signal: 'SIGKILL' });
        expect(history.unanswered).toBe(1);
        if (isStored(centre, lastOperation(centre))) storedBefore++;
        layer.heal();
        await centre.comeBack();
        await history.until(() => history.settled, 'after the kill', 30_000);
      }
      history.healed();
      const verdict = await centre.judge();
      report({
        row: 'R2',
        fault: 'an fsync kills after it',
        struck: { kills: layer.struck.syncs, 'stored before the ack': storedBefore },
        verdict,
        seed: random.seed,
      });
      expect(storedBefore).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: kills + 1, unknown: 0 });
    });
  });
});

/** Whose look is in the audit: somebody else's would have to be stored first, and so shows nothing in trouble (T22). */
async function hasLooked(colleague: AgentDriver, conversation: string): Promise<void> {
  await colleague.online();
  const looked = colleague.client.open(conversation);
  await until(looked.view, ({ entries }) => entries.length > 0, 'the colleague looks');
  looked.close();
}

const SYNC_FAULTS: readonly SyncFault[] = ['fails', 'fails and loses'];
const STORE_FAULTS: readonly [string, (layer: FaultLayer) => void][] = [
  ...SYNC_FAULTS.map((fault): [string, (layer: FaultLayer) => void] => [
    `fsync ${fault}`,
    (layer) => layer.failSyncs(fault),
  ]),
  ['disk full (ENOSPC)', (layer) => layer.failWrites('ENOSPC')],
  ['I/O error (EIO)', (layer) => layer.failWrites('EIO')],
  ['read-only (EROFS)', (layer) => layer.failWrites('EROFS')],
];

describe.skipIf(lacksFaultLayer)('the store in trouble', () => {
  test.each(STORE_FAULTS)(
    '[DL15] [DL16] R4: %s: nothing is acknowledged, reading goes on, and it recovers without a restart',
    async (name, strike) => {
      await withLayer(`R4 ${name}`, async (centre, layer) => {
        const { server, history, random } = centre;
        const { visitor, agent, conversation } = await centre.chat();
        const colleague = await centre.agent('Ben');
        await hasLooked(colleague, conversation);
        strike(layer);
        await visitor.send('into trouble');
        await readinessBecomes(centre, HTTP_UNAVAILABLE);
        await agent.send(conversation, 'answered in trouble');
        const { view } = colleague.open(conversation);
        await until(view, ({ entries }) => entries.length > 0, 'reading goes on');
        // It tries to recover again and again while the trouble lasts.
        await eventually(() => layer.struck.syncs + layer.struck.writes >= 3, 'three strikes');
        expect(history.unanswered).toBe(2);
        layer.heal();
        history.healed();
        await readinessBecomes(centre, HTTP_OK);
        const verdict = await centre.judge();
        const { syncs, writes, bytesLost } = layer.struck;
        report({
          row: 'R4',
          fault: name,
          struck: { syncs, writes, 'bytes lost': bytesLost },
          verdict,
          seed: random.seed,
        });
        expect(syncs + writes).toBeGreaterThan(0);
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ stored: 3, unknown: 0 });
        expect(server.lives).toBe(1);
      });
    },
  );
});

describe.skipIf(lacksSmallDisks)('a disk that is really full', () => {
  test('[DL15] R4: nothing is acknowledged, reading goes on, and space is all that it needs', async () => {
    const disk = new SmallDisk(DISK_BYTES);
    try {
      await inCentre(
        'R4 full tmpfs',
        async (centre) => {
          const { server, history, random } = centre;
          const { visitor, agent, conversation } = await centre.chat();
          const colleague = await centre.agent('Ben');
          await hasLooked(colleague, conversation);
          const filled = disk.fill();
          await visitor.send('x'.repeat(8_000));
          await readinessBecomes(centre, HTTP_UNAVAILABLE);
          await agent.send(conversation, 'answered in trouble');
          const { view } = colleague.open(conversation);
          await until(view, ({ entries }) => entries.length > 0, 'reading goes on');
          expect(history.unanswered).toBe(2);
          disk.free();
          history.healed();
          await readinessBecomes(centre, HTTP_OK);
          const verdict = await centre.judge();
          report({
            row: 'R4',
            fault: 'a full disk (tmpfs)',
            struck: { disks: 1, 'bytes filled': filled },
            verdict,
            seed: random.seed,
          });
          expect(complaints(verdict)).toEqual([]);
          expect(verdict).toMatchObject({ stored: 3, unknown: 0 });
          expect(server.lives).toBe(1);
        },
        { dataFolder: disk.path },
      );
    } finally {
      disk.remove();
    }
  });

  test('[DL15] R4: a server whose disk is read-only at start says so in one line', async () => {
    const disk = new SmallDisk(DISK_BYTES);
    try {
      const server = await startServer({ dataFolder: disk.path });
      await server.stop();
      disk.readOnly();
      const failed = await startServer({ dataFolder: disk.path }).catch((error: unknown) => String(error));
      expect(failed).toMatch(/ended with [1-9]\d* before it was ready:\nCannot .*[.]$/s);
    } finally {
      disk.remove();
    }
  });
});

describe.skipIf(lacksFaultLayer)('a damaged store', () => {
  test('[DL1] R3: a torn tail of the write-ahead log costs nothing that was acknowledged', async () => {
    await withLayer('R3 torn tail', async (centre, layer) => {
      const { server, history, random } = centre;
      const visitor = centre.visitor();
      await visitor.send('before');
      await history.until(() => history.settled, 'the first message', 30_000);
      const struck = { cut: 0, flipped: 0, untouched: 0 };
      for (let kill = 1; kill <= KILLS; kill++) {
        const log = logFile(server.dataFolder);
        const synced = sizeOf(log);
        layer.failSyncs('kills before');
        await visitor.send(`message ${kill}`);
        await server.ended();
        layer.heal();
        if (sizeOf(log) > synced) struck[tear(log, synced, random)]++;
        else struck.untouched++;
        await centre.comeBack();
        await history.until(() => history.settled, 'after the kill', 30_000);
      }
      history.healed();
      const verdict = await centre.judge();
      report({
        row: 'R3',
        fault: 'tail of the write-ahead log torn or flipped',
        struck,
        verdict,
        seed: random.seed,
      });
      expect(struck.cut + struck.flipped).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: KILLS + 1, unknown: 0 });
    });
  });
});

describe('a damaged store', () => {
  test('R3: a flipped byte inside an acknowledged message is found, and never served', async () => {
    await inCentre('R3 flipped', async (centre) => {
      const { server, history } = centre;
      const { visitor, agent, conversation } = await centre.chat();
      await visitor.send('my number is 4711');
      await visitor.send('thank you');
      await history.until(() => history.settled, 'written', 30_000);
      await Promise.all([visitor.stop(), agent.stop()]);
      await server.terminate();
      expect(flipIn(databaseFile(server.dataFolder), '"text":"my number is 4711')).toBeGreaterThan(0);
      await server.startAgain();
      const reader = await centre.agent('Ben');
      await reader.online();
      const { view } = reader.open(conversation);
      await eventually(() => /[Dd]amaged/.test(server.output()), 'the server names the damage');
      expect(JSON.stringify(view.value)).not.toMatch(/my number|is 4711/);
      expect(view.value.entries).toEqual([]);
    });
  });

  test('R3: a flipped byte inside acknowledged data of the write-ahead log is found', async () => {
    await inCentre('R3 flipped log', async (centre) => {
      const { server, history } = centre;
      const visitor = centre.visitor();
      await visitor.send('my number is 4711');
      await history.until(() => history.settled, 'written', 30_000);
      for (const text of ['one', 'two', 'three']) {
        await visitor.send(text);
        await history.until(() => history.settled, 'written', 30_000);
      }
      await visitor.stop();
      await server.kill();
      const log = logFile(server.dataFolder);
      expect(flipIn(log, '"text":"my number is 4711')).toBeGreaterThan(0);
      // SQLite alone would start with an older store, without a word.
      await expect(server.startAgain()).rejects.toThrow(`${log} is damaged: `);
    });
  });

  test('[DL3] R3: where a disk lost an acknowledged end of the log, readers who have it are told and load anew', async () => {
    await inCentre('R3 lying disk', async (centre) => {
      const { server, history, random } = centre;
      const visitor = centre.visitor();
      await visitor.send('good morning');
      await history.until(() => history.settled, 'written', 30_000);
      await visitor.send('the disk never wrote this');
      await history.until(() => history.settled, 'written', 30_000);
      await server.kill();
      const log = logFile(server.dataFolder);
      truncateSync(log, readFileSync(log).indexOf('"text":"the disk never wrote this'));
      history.replaced();
      await centre.comeBack();
      await until(visitor.client.conversation, ({ restored }) => restored, 'the reader is told');
      await visitor.send('once more');
      history.healed();
      const verdict = await centre.judge();
      report({
        row: 'R3',
        fault: 'an acknowledged end of the log that the disk never wrote',
        struck: { 'messages lost by the disk': verdict.lost.length },
        verdict: { ...verdict, lost: [] },
        seed: random.seed,
      });
      expect(verdict.lost.length).toBe(1);
      expect(complaints({ ...verdict, lost: [] })).toEqual([]);
    });
  });
});
