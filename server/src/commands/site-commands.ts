import { siteKey } from '@alongside/sdk/protocol';
import {
  DEFAULT_WIDGET_SETTINGS,
  type SettingsWarning,
  type Website,
  type WidgetSettings,
  website,
} from '@alongside/sdk/shared';
import { Command, Option } from 'commander';
import { StartError } from '../lib/start-error.ts';
import { checked as meant } from '../settings/websites.ts';
import type { CommandPorts } from './command-line.ts';
import { OPERATOR, baseOf, checked } from './typed-words.ts';
import { type Administered, withSettings } from './with-identity.ts';

const CORNERS = ['end', 'start'];
const THEMES = ['auto', 'light', 'dark'];

interface SiteOptions {
  origin?: string[];
  name?: string;
  label?: string;
  accent?: string;
  corner?: WidgetSettings['corner'];
  greeting?: string;
  locale?: string;
  theme?: NonNullable<WidgetSettings['theme']>;
}

/** `site`: web sites, whose pages may use them, and how their widget looks. */
export function siteCommand(ports: CommandPorts): Command {
  const command = new Command('site').description('Web sites.');
  for (const each of [addCommand(ports), listCommand(ports), showCommand(ports), changeCommand(ports)]) {
    command.addCommand(each);
  }
  return command;
}

/** What a site has beside its key. */
function withLook(command: Command): Command {
  return command
    .option('--name <name>', 'what agents call it')
    .option('--label <text>', 'what visitors read on the launcher')
    .option('--accent <colour>', 'such as #0a7d5a')
    .addOption(new Option('--corner <corner>', 'where the launcher stands').choices(CORNERS))
    .option('--greeting <text>', 'what the panel says first')
    .option('--locale <language>', 'such as de; else the page’s')
    .addOption(new Option('--theme <theme>').choices(THEMES));
}

function addCommand(ports: CommandPorts): Command {
  const command = new Command('add')
    .description('Add a web site; prints its snippet.')
    .argument('<key>', 'its key in addresses: small letters, digits and -')
    .requiredOption('--origin <origin...>', 'where its pages are, such as https://www.example.com');
  return withLook(command).action((word: string, options: SiteOptions) =>
    withSettings(ports.environment, async ({ identity: { sites }, settings, config }) => {
      const key = checked(siteKey, word, 'key');
      const begin: Website = { name: key, origins: [], widget: DEFAULT_WIDGET_SETTINGS };
      const { name, origins, widget } = meant(checked(website, changedBy(begin, options), 'site'));
      if (!(await sites.add({ key, name, origins, settings: widget }))) {
        throw new StartError(`There is a site ${key} already.`);
      }
      // A server that runs finds the site by its first change.
      await settings.record(key, () => ({ audit: [] }));
      ports.out(`<script async src="${baseOf(config)}/embed/${key}.js"></script>`);
    }),
  );
}

function listCommand(ports: CommandPorts): Command {
  return new Command('list').description('All sites, with their origins.').action(() =>
    withSettings(ports.environment, async ({ identity: { sites } }) => {
      for (const { key, name, origins } of await sites.list()) {
        ports.out([key, name, origins.join(' ')].join('\t'));
      }
    }),
  );
}

function showCommand(ports: CommandPorts): Command {
  return new Command('show')
    .description('Print a site as JSON, with notes on what is hardly meant.')
    .argument('<key>', 'its key')
    .action((word: string) =>
      withSettings(ports.environment, async (administered) => {
        const { item, warnings } = await found(administered, word);
        ports.out(JSON.stringify(item, undefined, 2));
        notes(ports, warnings);
      }),
    );
}

function changeCommand(ports: CommandPorts): Command {
  const command = new Command('change')
    .description('Change what is given; in force without a restart. An empty text takes a look’s value away.')
    .argument('<key>', 'its key')
    .option('--origin <origin...>', 'all origins of its pages, in place of those that are there');
  return withLook(command).action((word: string, options: SiteOptions) =>
    withSettings(ports.environment, async (administered) => {
      const { item } = await found(administered, word);
      const value = checked(website, changedBy(item.value, options), 'site');
      const saved = await administered.websites.change(item.id, { version: item.version, value }, OPERATOR);
      ports.out(JSON.stringify(saved.item, undefined, 2));
      notes(ports, saved.warnings);
    }),
  );
}

async function found({ websites, identity }: Administered, word: string) {
  const key = checked(siteKey, word, 'key');
  if (!(await identity.sites.find(key))) throw new StartError(`There is no site ${key}.`);
  return websites.read(key);
}

/** What was not said stays; an empty text is nothing. */
function changedBy(before: Website, options: SiteOptions): Website {
  const { origin, name, label, ...look } = options;
  const widget = { ...before.widget, ...look, ...(label !== undefined && { name: label }) };
  const said = Object.entries(widget).filter(([field, text]) => text !== '' || field === 'name');
  return {
    name: name ?? before.name,
    origins: origin ?? before.origins,
    widget: Object.fromEntries(said) as unknown as WidgetSettings,
  };
}

function notes({ problem }: CommandPorts, warnings: readonly SettingsWarning[]): void {
  for (const { message } of warnings) problem(`Note: ${message}.`);
}
