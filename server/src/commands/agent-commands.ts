import { NAME_MAX_LENGTH, role, string } from '@alongside/sdk/protocol';
import { Command, Option } from 'commander';
import type { AgentAccount } from '../identity/agents-store.ts';
import { StartError } from '../lib/start-error.ts';
import type { CommandPorts } from './command-line.ts';
import { OPERATOR, baseOf, checked, mustBeSite } from './typed-words.ts';
import { type Administered, withSettings } from './with-identity.ts';

const ROLES = ['agent', 'supervisor', 'admin'];
const personName = string(NAME_MAX_LENGTH, /\S/, 1);

/** `agent`: who answers visitors. Each change stands in the site's change log. */
export function agentCommand(ports: CommandPorts): Command {
  const command = new Command('agent').description('Who answers visitors.');
  for (const each of [addCommand(ports), linkCommand(ports), listCommand(ports), changeCommand(ports)]) {
    command.addCommand(each);
  }
  return command;
}

function addCommand(ports: CommandPorts): Command {
  return new Command('add')
    .description('Add somebody who answers visitors; prints a sign-in link.')
    .argument('<site>', 'key of the site')
    .argument('<name>', 'as visitors and colleagues read it')
    .addOption(new Option('--role <role>').choices(ROLES).default('agent'))
    .action((site: string, who: string, options: { role: string }) =>
      withSettings(ports.environment, async (administered) => {
        await mustBeSite(administered.identity, site);
        const name = checked(personName, who, 'name');
        if (await administered.identity.accounts.findByName(site, name)) {
          throw new StartError(`There is somebody named ${who} already.`);
        }
        const wanted = { name, role: checked(role, options.role, 'role') };
        await printLink(ports, administered, await administered.people.add(site, wanted, OPERATOR));
      }),
    );
}

function linkCommand(ports: CommandPorts): Command {
  return new Command('link')
    .description('A new one-time sign-in link, good for an hour.')
    .argument('<site>', 'key of the site')
    .argument('<name>', 'whose')
    .action((site: string, who: string) =>
      withSettings(ports.environment, async (administered) => {
        const known = await find(administered, site, who);
        if (!known.active) throw new StartError(`There is nobody named ${who} at ${site}.`);
        await printLink(ports, administered, known);
      }),
    );
}

function listCommand(ports: CommandPorts): Command {
  return new Command('list')
    .description('Everybody who may sign in, or once might: one line of JSON each.')
    .argument('<site>', 'key of the site')
    .action((site: string) =>
      withSettings(ports.environment, async ({ identity, people }) => {
        await mustBeSite(identity, site);
        for (const { id, name, role: of, active } of await people.list(site)) {
          ports.out(JSON.stringify({ id, name, role: of, active }));
        }
      }),
    );
}

function changeCommand(ports: CommandPorts): Command {
  return new Command('change')
    .description('Change somebody; with a role or the right to sign in their sessions end.')
    .argument('<site>', 'key of the site')
    .argument('<name>', 'whom')
    .option('--name <name>', 'what they are called from now on')
    .addOption(new Option('--role <role>').choices(ROLES))
    .addOption(new Option('--active <word>', 'whether they may sign in').choices(['yes', 'no']))
    .action((site: string, who: string, options: { name?: string; role?: string; active?: string }) =>
      withSettings(ports.environment, async (administered) => {
        const known = await find(administered, site, who);
        const change = {
          ...(options.name !== undefined && { name: checked(personName, options.name, 'name') }),
          ...(options.role !== undefined && { role: checked(role, options.role, 'role') }),
          ...(options.active !== undefined && { active: options.active === 'yes' }),
        };
        const { id, name, role: of, active } = await administered.people.change(known, change, OPERATOR);
        ports.out(JSON.stringify({ id, name, role: of, active }));
      }),
    );
}

async function find({ identity }: Administered, site: string, who: string): Promise<AgentAccount> {
  await mustBeSite(identity, site);
  const known = await identity.accounts.findByName(site, who);
  if (!known) throw new StartError(`There is nobody named ${who} at ${site}.`);
  return known;
}

async function printLink(
  { out }: CommandPorts,
  { people, config }: Administered,
  agent: AgentAccount,
): Promise<void> {
  const code = await people.newLink(agent, OPERATOR);
  out(`Sign in as ${agent.name}: ${baseOf(config)}/console/#sign-in=${code}`);
}
