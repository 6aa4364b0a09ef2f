import { readFile } from 'node:fs/promises';
import { type Schema, object, optional, string } from '@alongside/sdk/protocol';
import {
  LISTED_KINDS,
  type ListedKind,
  SETTINGS_KINDS,
  SETTINGS_SCHEMAS,
  SINGLE_KINDS,
  type SettingsKind,
  type SettingsValues,
  type SettingsWarning,
  settingsId,
  settingsKind,
  settingsVersion,
} from '@alongside/sdk/shared';
import { Command } from 'commander';
import { ConfigError } from '../lib/config.ts';
import { oneLine } from '../lib/report.ts';
import { SINGLE_ID } from '../settings/decided-settings.ts';
import { SettingsFault } from '../settings/settings-fault.ts';
import type { CommandPorts } from './command-line.ts';
import { OPERATOR, checked, mustBeSite } from './typed-words.ts';
import { type Administered, withSettings } from './with-identity.ts';

const CHANGES_USUAL = 20;
const CHANGES_MAX = 200;
const ID_MAX_LENGTH = 64;
const STANDARD_INPUT = '-';
const KIND_HELP = `one of ${SETTINGS_KINDS.join(', ')}`;
const ID_HELP = `its id; of assignments an agent's name; none for ${SINGLE_KINDS.join(' and ')}`;

/** `settings`: what an admin does in the console and by REST, with the same checks and in the same log. */
export function settingsCommand(ports: CommandPorts): Command {
  const command = new Command('settings').description('Queues, hours, replies … of a site, as JSON.');
  for (const each of [showCommand(ports), setCommand(ports), removeCommand(ports), changesCommand(ports)]) {
    command.addCommand(each);
  }
  return command;
}

function showCommand(ports: CommandPorts): Command {
  return new Command('show')
    .description('Print settings: all of a kind, or one as `set` takes it.')
    .argument('<site>', 'key of the site')
    .argument('<kind>', KIND_HELP)
    .argument('[id]', ID_HELP)
    .action((site: string, word: string, id: string | undefined) =>
      inSite(ports, site, async (administered) => {
        const kind = checked(settingsKind, word, 'kind');
        const { items, warnings } = await administered.settings.list(kind, site);
        if (id === undefined && !isSingle(kind)) {
          print(ports, items);
          return;
        }
        const wanted = await idOf(administered, kind, site, id);
        const found = items.find((each) => each.id === wanted);
        if (!found) throw new SettingsFault('not-found', `there is none of this name among ${kind}`);
        print(ports, found);
        warn(
          ports,
          warnings.filter((each) => each.id === wanted),
        );
      }),
    );
}

function setCommand(ports: CommandPorts): Command {
  return new Command('set')
    .description('Make or change one from JSON {"value": …}; with "version", only if it is still that one.')
    .argument('<site>', 'key of the site')
    .argument('<kind>', KIND_HELP)
    .argument('[id]', ID_HELP)
    .option('--file <file>', 'where the JSON is; - for standard input', STANDARD_INPUT)
    .action((site: string, word: string, id: string | undefined, options: { file: string }) =>
      inSite(ports, site, async (administered) => {
        const kind = checked(settingsKind, word, 'kind');
        const wanted =
          id === undefined && !isSingle(kind) ? undefined : await idOf(administered, kind, site, id);
        const { item, warnings } = await set(administered, {
          ...{ kind, site, id: wanted },
          ...given(kind, await jsonFrom(ports, options.file)),
        });
        print(ports, item);
        warn(ports, warnings);
      }),
    );
}

interface Wanted {
  kind: SettingsKind;
  site: string;
  id: string | undefined;
  version?: number;
  value: SettingsValues[SettingsKind];
}

/** What is there is changed, else it is made. */
async function set({ settings }: Administered, { kind, site, id, version, value }: Wanted) {
  const { items } = await settings.list(kind, site);
  const found = items.find((each) => each.id === id);
  if (isListed(kind) && !found && version === undefined) {
    const made = { ...(id !== undefined && { id: checked(settingsId, id, 'id') }), value };
    return settings.create<ListedKind>(kind, site, made as never, OPERATOR);
  }
  if (id === undefined) throw new ConfigError('Name the id of what is to be changed.');
  const change = { version: version ?? found?.version ?? 0, value };
  return settings.change(kind, site, id, change, OPERATOR);
}

function removeCommand(ports: CommandPorts): Command {
  return new Command('remove')
    .description('Remove one; of assignments and of what there is one, go back to the default.')
    .argument('<site>', 'key of the site')
    .argument('<kind>', KIND_HELP)
    .argument('[id]', ID_HELP)
    .action((site: string, word: string, id: string | undefined) =>
      inSite(ports, site, async (administered) => {
        const kind = checked(settingsKind, word, 'kind');
        const wanted = await idOf(administered, kind, site, id);
        const { items } = await administered.settings.list(kind, site);
        const version = items.find((each) => each.id === wanted)?.version ?? 0;
        await administered.settings.remove(kind, site, wanted, version, OPERATOR);
      }),
    );
}

function changesCommand(ports: CommandPorts): Command {
  return new Command('changes')
    .description('Who changed what, newest first: one line of JSON each.')
    .argument('<site>', 'key of the site')
    .option('--limit <lines>', `at most ${CHANGES_MAX}`, String(CHANGES_USUAL))
    .action((site: string, options: { limit: string }) =>
      inSite(ports, site, async ({ settings }) => {
        const limit = Number(options.limit);
        if (!Number.isInteger(limit) || limit < 1 || limit > CHANGES_MAX) {
          throw new ConfigError(`--limit is a number from 1 to ${CHANGES_MAX}.`);
        }
        const { changes } = await settings.changes(site, { limit });
        for (const change of changes) ports.out(JSON.stringify(change));
      }),
    );
}

function inSite(
  ports: CommandPorts,
  site: string,
  then: (administered: Administered) => Promise<void>,
): Promise<void> {
  return withSettings(ports.environment, async (administered) => {
    await mustBeSite(administered.identity, site);
    await then(administered);
  });
}

function isSingle(kind: SettingsKind): boolean {
  return SINGLE_KINDS.some((each) => each === kind);
}

function isListed(kind: SettingsKind): kind is ListedKind {
  return LISTED_KINDS.some((each) => each === kind);
}

/** People are known by their names here. */
async function idOf(
  { identity }: Administered,
  kind: SettingsKind,
  site: string,
  word: string | undefined,
): Promise<string> {
  if (isSingle(kind)) return SINGLE_ID;
  if (word === undefined) throw new ConfigError(`Name the id of one of ${kind}.`);
  if (kind !== 'assignments') return word;
  return (await identity.accounts.findByName(site, word))?.id ?? word;
}

/** What `show` prints may be given back as it is. */
function given(kind: SettingsKind, json: unknown): { version?: number; value: SettingsValues[SettingsKind] } {
  const value: Schema<SettingsValues[SettingsKind]> = SETTINGS_SCHEMAS[kind];
  const shape = object({ id: optional(string(ID_MAX_LENGTH)), version: optional(settingsVersion), value });
  const { version, value: decoded } = checked(shape, json, '');
  return { ...(version !== undefined && { version }), value: decoded };
}

async function jsonFrom({ input }: CommandPorts, file: string): Promise<unknown> {
  try {
    const text = file === STANDARD_INPUT ? await input?.() : await readFile(file, 'utf8');
    return JSON.parse(text ?? '') as unknown;
  } catch (error) {
    const place = file === STANDARD_INPUT ? 'Standard input' : file;
    throw new ConfigError(`${place} cannot be read as JSON: ${oneLine(error)}.`);
  }
}

function print({ out }: CommandPorts, value: unknown): void {
  out(JSON.stringify(value, undefined, 2));
}

function warn({ problem }: CommandPorts, warnings: readonly SettingsWarning[]): void {
  for (const { message } of warnings) problem(`Note: ${message}.`);
}
