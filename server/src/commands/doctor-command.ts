import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@alongside/sdk/shared';
import { Command } from 'commander';
import { isLoopbackHost, isLoopbackOrigin } from '../identity/origins.ts';
import { isReadByOthers, keysOf } from '../identity/secrets.ts';
import { checkAudit } from '../events/audit-store.ts';
import { checkLog } from '../events/log-check-store.ts';
import { SitesStore } from '../identity/sites-store.ts';
import { type Config, readConfig } from '../lib/config.ts';
import { NODE_MAJOR_MIN } from '../lib/node-version.ts';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import { schemaVersion } from '../storage/migrate.ts';
import type { Storage } from '../storage/storage.ts';
import type { CommandPorts } from './command-line.ts';
import { withStorage } from './with-identity.ts';

/** What one look found: `good` and `bad` as they are, `note` where an operator may have meant it. */
type Finding = { is: 'good' | 'note' | 'bad'; text: string };

const good = (text: string): Finding => ({ is: 'good', text });
const note = (text: string): Finding => ({ is: 'note', text });
const bad = (text: string): Finding => ({ is: 'bad', text });

const WORDS = { good: 'ok  ', note: 'note', bad: 'BAD ' } as const;

/** `doctor`: looks at everything that an operator can have got wrong, and changes nothing. */
export function doctorCommand(ports: CommandPorts): Command {
  return new Command('doctor')
    .description('Look for what is wrong with this installation; changes nothing.')
    .action(async () => {
      const findings = await examine(readConfig(ports.environment));
      for (const { is, text } of findings) ports.out(`${WORDS[is]}  ${text}`);
      const count = findings.filter(({ is }) => is === 'bad').length;
      if (count > 0) throw new StartError(`${count} of ${findings.length} checks found something wrong.`);
    });
}

async function examine(config: Config): Promise<Finding[]> {
  const findings = [good(`Node ${process.version} (at least ${NODE_MAJOR_MIN})`), ...addressFindings(config)];
  if (config.databaseUrl === undefined && !existsSync(join(config.dataFolder, 'alongside.db'))) {
    return [...findings, bad(`no data in ${config.dataFolder}: start the server once, or set DATA_DIR`)];
  }
  findings.push(...secretFindings(config));
  try {
    const stored = await withStorage(config, true, storageFindings);
    return [...findings, ...stored];
  } catch (error) {
    return [...findings, bad(oneLine(error))];
  }
}

function addressFindings({ host, publicOrigin }: Config): Finding[] {
  const isOpen = !isLoopbackHost(host === '::1' ? '[::1]' : host);
  if (publicOrigin === undefined) {
    return [isOpen ? bad('PUBLIC_URL is not set, but HOST is open to others') : good(`only on ${host}`)];
  }
  const isSafe = publicOrigin.startsWith('https:') || isLoopbackOrigin(publicOrigin);
  return [
    isSafe
      ? good(`PUBLIC_URL ${publicOrigin}`)
      : bad('PUBLIC_URL is not https: sessions can be read on the way'),
  ];
}

function secretFindings(config: Config): Finding[] {
  if (config.secrets.length > 0) {
    return [
      good(config.secrets.length === 1 ? 'SECRET is set' : 'SECRET is being rotated: two are accepted'),
    ];
  }
  const path = join(config.dataFolder, 'secret');
  if (!existsSync(path)) return [note('no secret yet: the next start makes one')];
  try {
    if (isReadByOthers(path)) return [bad(`${path} can be read by others: chmod 600`)];
    keysOf(config);
    return [good(`${path} is read by its owner only`)];
  } catch (error) {
    return [bad(oneLine(error))];
  }
}

async function storageFindings(storage: Storage): Promise<Finding[]> {
  const { kysely, dialect } = storage;
  const { stored, known } = await schemaVersion(kysely, dialect);
  if (stored !== known) return [bad(`the tables are at step ${stored} of ${known}: npx alongside migrate`)];
  const problems = [...(await storage.check()), ...(await checkLog(storage)), ...(await checkAudit(kysely))];
  const sites = await new SitesStore({ database: kysely, clock: systemClock }).list();
  return [
    good(`${dialect}, tables at step ${stored}`),
    ...(problems.length === 0 ? [good('the data is whole')] : problems.map(bad)),
    ...(sites.length === 0 ? [note('no site yet: npx alongside site add')] : []),
    ...sites.map(({ key, origins }) =>
      origins.length === 0
        ? note(`site ${key}: no origin, so only the demo’s own pages may use it`)
        : originsFinding(key, origins),
    ),
  ];
}

function originsFinding(key: string, origins: readonly string[]): Finding {
  const open = origins.filter((origin) => origin.startsWith('http:') && !isLoopbackOrigin(origin));
  return open.length === 0
    ? good(`site ${key}: ${origins.join(', ')}`)
    : bad(`site ${key}: ${open.join(', ')} is not https`);
}
