import { Command } from 'commander';
import { readConfig } from '../lib/config.ts';
import type { CommandPorts } from './command-line.ts';
import { agentCommand } from './agent-commands.ts';
import { doctorCommand } from './doctor-command.ts';
import { restoreCommand } from './restore-command.ts';
import { settingsCommand } from './settings-commands.ts';
import { siteCommand } from './site-commands.ts';
import { withStorage } from './with-identity.ts';

/** Commands that do one thing and end. All but `migrate` and `restore` may run beside a server. */
export function administrationCommands(ports: CommandPorts): Command[] {
  return [
    ...[siteCommand(ports), agentCommand(ports), settingsCommand(ports), migrateCommand(ports)],
    ...[restoreCommand(ports), doctorCommand(ports)],
  ];
}

function migrateCommand(ports: CommandPorts): Command {
  return new Command('migrate')
    .description('Bring the tables up to date; every start does it too.')
    .action(() =>
      withStorage(readConfig(ports.environment), false, async (storage) => {
        const steps = await storage.migrate();
        ports.out(steps.length === 0 ? 'The tables are up to date.' : `Done: ${steps.join(', ')}.`);
      }),
    );
}
