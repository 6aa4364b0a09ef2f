import { NAME_MAX_LENGTH, type Schema, role, siteKey, string } from '@alongside/sdk/protocol';
import { Command, Option } from 'commander';
import type { AgentAccount } from '../identity/agents-store.ts';
import type { Identity } from '../identity/open-identity.ts';
import { toOrigin } from '../identity/origins.ts';
import { defaultSiteSettings, siteSettings } from '../identity/site-settings.ts';
import { type Config, ConfigError, readConfig } from '../lib/config.ts';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandPorts } from './command-line.ts';
import { doctorCommand } from './doctor-command.ts';
import { restoreCommand } from './restore-command.ts';
import { withIdentity, withStorage } from './with-identity.ts';

const ROLES = ['agent', 'supervisor', 'admin'];
const ORIGINS_MAX = 100;
const name = string(NAME_MAX_LENGTH, /\S/, 1);

/** Commands that do one thing and end. All but `migrate` and `restore` may run beside a server. */
export function administrationCommands(ports: CommandPorts): Command[] {
  return [
    ...[siteCommand(ports), agentCommand(ports), migrateCommand(ports)],
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
      withIdentity(ports.environment, (identity, config) => addSite(ports, identity, config, key, options)),
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
  { sites }: Identity,
  config: Config,
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
  ports.out(`<script async src="${baseOf(config)}/embed/${key}.js"></script>`);
}

function agentCommand(ports: CommandPorts): Command {
  const add = new Command('add')
    .description('Add somebody who answers visitors; prints a sign-in link.')
    .argument('<site>', 'key of the site')
    .argument('<name>', 'as visitors and colleagues read it')
    .addOption(new Option('--role <role>').choices(ROLES).default('agent'))
    .action((site: string, who: string, options: { role: string }) =>
      withIdentity(ports.environment, async (identity, config) => {
        await mustBeSite(identity, site);
        const known = await identity.accounts.findByName(site, who);
        if (known) throw new StartError(`There is somebody named ${who} already.`);
        const added = await identity.accounts.add({
          site,
          name: checked(name, who, 'name'),
          role: checked(role, options.role, 'role'),
        });
        await printLink(ports, identity, config, added);
      }),
    );
  const link = new Command('link')
    .description('A new one-time sign-in link, good for an hour.')
    .argument('<site>', 'key of the site')
    .argument('<name>', 'whose')
    .action((site: string, who: string) =>
      withIdentity(ports.environment, async (identity, config) => {
        await mustBeSite(identity, site);
        const known = await identity.accounts.findByName(site, who);
        if (!known?.active) throw new StartError(`There is nobody named ${who} at ${site}.`);
        await printLink(ports, identity, config, known);
      }),
    );
  return new Command('agent').description('Who answers visitors.').addCommand(add).addCommand(link);
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

async function mustBeSite({ sites }: Identity, key: string): Promise<void> {
  if (!(await sites.find(key))) throw new StartError(`There is no site ${key}.`);
}

async function printLink(
  { out }: CommandPorts,
  { agents }: Identity,
  config: Config,
  agent: AgentAccount,
): Promise<void> {
  out(`Sign in as ${agent.name}: ${baseOf(config)}/console/#sign-in=${await agents.newLink(agent.id)}`);
}

/** Where the server is reached; a command knows it only from the environment. */
function baseOf({ publicOrigin, host, port }: Config): string {
  return publicOrigin ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function checked<T>(schema: Schema<T>, value: unknown, what: string): T {
  try {
    return schema.decode(value, what);
  } catch (error) {
    throw new ConfigError(`${oneLine(error)}.`);
  }
}
