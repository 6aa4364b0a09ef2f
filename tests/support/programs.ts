import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that tests drive and that npm does not bring. */
export type ProgramName = 'chromium' | 'postgres' | 'redis';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: the next place.
    return false;
  }
}

function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser: `CHROMIUM_PATH`, else the system's Chromium, else an installed Chrome. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return isExecutable(named) ? named : undefined;
  return CHROMIUM_PLACES.find(isExecutable) ?? onPath('chromium', 'chromium-browser', 'google-chrome');
}

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** The folder of Postgres' programs: the newest of Debian's, which are not on PATH, else PATH's. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  const debian = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_POSTGRES, version, 'bin'))
    .find((folder) => isExecutable(join(folder, 'initdb')));
  return debian ?? onPath('initdb')?.replace(/[\\/]initdb$/, '');
}

/** The `redis-server` program. */
export function findRedis(): string | undefined {
  return onPath('redis-server', 'valkey-server') ?? ['/usr/bin/redis-server'].find(isExecutable);
}

const FINDERS: Record<ProgramName, () => string | undefined> = {
  chromium: findChromium,
  postgres: findPostgres,
  redis: findRedis,
};

/** All programs that this machine lacks. */
export function missingPrograms(): ProgramName[] {
  return (Object.keys(FINDERS) as ProgramName[]).filter((name) => FINDERS[name]() === undefined);
}

/**
 * For `describe.skipIf(lacks('postgres'))`. On CI it answers false, so that the suite runs and fails: a check that
 * is skipped there would never be missed.
 */
export function lacks(program: ProgramName): boolean {
  return process.env['CI'] !== 'true' && FINDERS[program]() === undefined;
}

/** The path of a program, or an error that says what to install. */
export function mustFind(program: ProgramName): string {
  const path = FINDERS[program]();
  if (path !== undefined) return path;
  throw new Error(
    `no ${program} on this machine: install it (Debian: apt-get install ${DEBIAN_PACKAGE[program]})`,
  );
}

/** What Debian calls them. */
export const DEBIAN_PACKAGE: Record<ProgramName, string> = {
  chromium: 'chromium',
  postgres: 'postgresql',
  redis: 'redis-server',
};
