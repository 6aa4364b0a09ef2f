import { NAME_MAX_LENGTH, siteKey, string } from '@alongside/sdk/protocol';
import { Command, Option } from 'commander';
import { toOrigin } from '../identity/origins.ts';
import { defaultSiteSettings, siteSettings } from '../identity/site-settings.ts';
import { ConfigError, readConfig } from '../lib/config.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandPorts } from './command-line.ts';
import { agentCommand } from './agent-commands.ts';
import { doctorCommand } from './doctor-command.ts';
import { restoreCommand } from './restore-command.ts';
import { settingsCommand } from './settings-commands.ts';
import { baseOf, checked } from './typed-words.ts';
import { type Administered, withSettings, withStorage } from './with-identity.ts';

const ORIGINS_MAX = 100;
const name = string(NAME_MAX_LENGTH, /\S/, 1);

/** Commands that do one thing and end. All but `migrate` and `restore` may run beside a server. */
export function administrationCommands(ports: CommandPorts): Command[] {
  return [
    ...[siteCommand(ports), agentCommand(ports), settingsCommand(ports), migrateCommand(ports)],
    ...[restoreCommand(ports), doctorCommand(ports)],
  ];
}

function siteCommand(ports: CommandPorts): Command {
  const add = new Command('add')
    .description('Add a web site; prints its snippet.')
    .argument('<key>', 'its key in addresses: small letters, digits and -')
    .requiredOption('--origin <origin...>', 'where its pages are, such as https://www.example.com')
    .option('--name <name>', 'what agents call it')
    .option('--label <text>', 'what visitors read on the launcher', defaultSiteSettings.name)
    .option('--accent <colour>', 'such as #0a7d5a')
    .addOption(new Option('--corner <corner>').choices(['end', 'start']).default('end'))
    .option('--greeting <text>', 'what the panel says first')
    .action((key: string, options: SiteOptions) =>
      withSettings(ports.environment, (administered) => addSite(ports, administered, key, options)),
    );
  return new Command('site').description('Web sites.').addCommand(add);
}

interface SiteOptions {
  origin: string[];
  name?: string;
  label: string;
  accent?: string;
  corner: string;
  greeting?: string;
}

async function addSite(
  ports: CommandPorts,
  { identity: { sites }, settings: changes, config }: Administered,
  keyWord: string,
  options: SiteOptions,
): Promise<void> {
  const key = checked(siteKey, keyWord, 'key');
  const origins = options.origin.map((text) => {
    const origin = toOrigin(text);
    if (origin === undefined) throw new ConfigError(`--origin ${text} is not one http(s) origin.`);
    return origin;
  });
  if (origins.length > ORIGINS_MAX) throw new ConfigError(`--origin may be given ${ORIGINS_MAX} times.`);
  const { label, accent, corner, greeting } = options;
  const settings = checked(siteSettings, { name: label, accent, corner, greeting }, 'settings');
  const added = await sites.add({ key, name: checked(name, options.name ?? key, 'name'), settings, origins });
  if (!added) throw new StartError(`There is a site ${key} already.`);
  // A server that runs finds the site by its first change.
  await changes.record(key, () => ({ audit: [] }));
  ports.out(`<script async src="${baseOf(config)}/embed/${key}.js"></script>`);
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
