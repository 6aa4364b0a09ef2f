import type { Clock } from '@alongside/sdk/shared';
import type { Bus } from '../bus/bus.ts';
import { AuditStore } from '../events/audit-store.ts';
import type { Identity } from '../identity/open-identity.ts';
import type { Storage } from '../storage/storage.ts';
import { People } from './people.ts';
import { SettingsService } from './settings-service.ts';
import { SettingsStore } from './settings-store.ts';
import { Websites } from './websites.ts';

/** What owners decide, who works for them, and the log of both. */
export interface Settings {
  readonly settings: SettingsService;
  readonly people: People;
  readonly websites: Websites;
  readonly audit: AuditStore;
  readonly settingsStore: SettingsStore;
}

/** Opens the settings of a store whose tables are up to date. */
export function openSettings(ports: {
  storage: Pick<Storage, 'kysely' | 'dialect'>;
  identity: Pick<Identity, 'accounts' | 'agents' | 'sites'>;
  clock: Clock;
  bus: Bus;
}): Settings {
  const { storage, identity, clock, bus } = ports;
  const { accounts, agents } = identity;
  const audit = new AuditStore({ database: storage.kysely, dialect: storage.dialect, clock });
  const settingsStore = new SettingsStore({ database: storage.kysely, audit });
  const settings = new SettingsService({ store: settingsStore, audit, accounts, clock, bus });
  const people = new People({ accounts, agents, settings, audit });
  const websites = new Websites({ sites: identity.sites, settings });
  return { settings, people, websites, audit, settingsStore };
}
