import { newId, systemClock } from '@alongside/sdk/shared';
import { InProcessBus } from '../bus/in-process-bus.ts';
import { type Identity, openIdentity } from '../identity/open-identity.ts';
import { keysOf } from '../identity/secrets.ts';
import { type Config, type Environment, readConfig } from '../lib/config.ts';
import type { Report } from '../lib/report.ts';
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

/** Opens the identities for one command, which may run beside a server. */
export async function withIdentity<T>(
  environment: Environment,
  then: (identity: Identity, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment);
  return withStorage(config, true, async (storage) => {
    await storage.migrate();
    const identity = await openIdentity({
      database: storage.kysely,
      clock: systemClock,
      bus: new InProcessBus(),
      newId,
      keys: keysOf(config),
    });
    try {
      return await then(identity, config);
    } finally {
      identity.stop();
    }
  });
}
