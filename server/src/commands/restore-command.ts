import { newId } from '@alongside/sdk/shared';
import { Command } from 'commander';
import { othersConnected, renewAllEpochs } from '../events/epoch-store.ts';
import { readConfig } from '../lib/config.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandPorts } from './command-line.ts';
import { withStorage } from './with-identity.ts';

/** `restore`: says once that the data was put back from a backup, so that all clients load it anew. */
export function restoreCommand(ports: CommandPorts): Command {
  return new Command('restore')
    .description('After data was put back from a backup: have all clients load their conversations anew.')
    .action(() =>
      withStorage(readConfig(ports.environment), false, async (storage) => {
        await storage.migrate();
        const others = await othersConnected(storage);
        if (others > 0) {
          throw new StartError(
            `A server is connected to this database (${others} connections): stop it first.`,
          );
        }
        const streams = await renewAllEpochs(storage, newId('epo'));
        ports.out(
          `Done: ${streams} logs have a new epoch, and every client that comes back loads its own anew.`,
        );
      }),
    );
}
