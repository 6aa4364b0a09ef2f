import { newId, systemClock } from '@alongside/sdk/shared';
import { InProcessBus } from '../bus/in-process-bus.ts';
import { type Identity, openIdentity } from '../identity/open-identity.ts';
import { keysOf } from '../identity/secrets.ts';
import { type Config, type Environment, readConfig } from '../lib/config.ts';
import type { Report } from '../lib/report.ts';
import { type Settings, openSettings } from '../settings/open-settings.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';

/** A command fails by what it throws; there is nobody to report to beside its user. */
const noReport: Report = () => undefined;

/** Where the data is, as the environment says. */
export function placeOf(config: Config): { databaseUrl: string } | { dataFolder: string } {
  const { databaseUrl, dataFolder } = config;
  return databaseUrl === undefined ? { dataFolder } : { databaseUrl };
}

/** Opens the store for one command; `beside`: a server may be running on it. */
export async function withStorage<T>(
  config: Config,
  beside: boolean,
  then: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openStorage(placeOf(config), { clock: systemClock, report: noReport, beside });
  try {
    return await then(storage);
  } finally {
    await storage.close();
  }
}

/** What a command sees of an installation. */
export interface Administered extends Settings {
  readonly identity: Identity;
  readonly config: Config;
}

/** Opens identities and settings for one command, which may run beside a server: it takes changes up by itself. */
export async function withSettings<T>(
  environment: Environment,
  then: (administered: Administered) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment);
  return withStorage(config, true, async (storage) => {
    await storage.migrate();
    const common = { clock: systemClock, bus: new InProcessBus() };
    const identity = await openIdentity({
      ...common,
      database: storage.kysely,
      newId,
      keys: keysOf(config),
    });
    try {
      return await then({ ...openSettings({ ...common, storage, identity }), identity, config });
    } finally {
      identity.stop();
    }
  });
}
