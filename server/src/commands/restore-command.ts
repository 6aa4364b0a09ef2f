import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@alongside/sdk/shared';
import { Command } from 'commander';
import { othersConnected, renewAllEpochs } from '../events/epoch-store.ts';
import { readConfig } from '../lib/config.ts';
import { StartError } from '../lib/start-error.ts';
import type { Storage } from '../storage/storage.ts';
import type { CommandPorts } from './command-line.ts';
import { withStorage } from './with-identity.ts';

/**
 * Postgres shows the connections of a process that has ended until each backend has noticed it, which a busy
 * machine puts off; a server that runs is still there after this.
 */
const LEAVING_MS = 5_000;
const LOOK_EVERY_MS = 100;

async function expectAlone(storage: Storage): Promise<void> {
  let others = await othersConnected(storage);
  for (let waited = 0; others > 0 && waited < LEAVING_MS; waited += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    others = await othersConnected(storage);
  }
  if (others === 0) return;
  throw new StartError(`A server is connected to this database (${others} connections): stop it first.`);
}

/** `restore`: says once that the data was put back from a backup, so that all clients load it anew. */
export function restoreCommand(ports: CommandPorts): Command {
  return new Command('restore')
    .description('After data was put back from a backup: have all clients load their conversations anew.')
    .action(() =>
      withStorage(readConfig(ports.environment), false, async (storage) => {
        await storage.migrate();
        await expectAlone(storage);
        const streams = await renewAllEpochs(storage, newId('epo'));
        ports.out(
          `Done: ${streams} logs have a new epoch, and every client that comes back loads its own anew.`,
        );
      }),
    );
}
