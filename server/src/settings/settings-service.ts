import {
  type Clock,
  LISTED_KINDS,
  type ListedKind,
  SETTINGS_MAX,
  type SavedSetting,
  type SettingsChanges,
  type SettingsKind,
  type SettingsList,
  type SettingsValues,
  type SingleKind,
  type StoredSetting,
  must,
} from '@alongside/sdk/shared';
import type { Bus } from '../bus/bus.ts';
import type { AuditActor, AuditStore } from '../events/audit-store.ts';
import type { AgentsStore } from '../identity/agents-store.ts';
import { DecidedSettings, SINGLE_ID } from './decided-settings.ts';
import { check } from './settings-checks.ts';
import { SettingsFault } from './settings-fault.ts';
import { changeEntry, readChanges } from './settings-log.ts';
import { removal } from './settings-removal.ts';
import type { SettingsStore, SettingsWrites } from './settings-store.ts';
import { freeId } from './settings-ids.ts';
import { warningsOf } from './settings-warnings.ts';

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: empty. Settings of a site, or who works for it, have changed. */
    settings: { site: string; head: number };
  }
}

export interface SettingsPorts {
  store: SettingsStore;
  audit: AuditStore;
  accounts: AgentsStore;
  clock: Clock;
  bus: Bus;
}

/** How long settings are believed without being read again, should nobody say that they have changed. */
const BELIEVED_MS = 1_000;

type Decide = Parameters<SettingsStore['change']>[1];

/**
 * Settings of all sites: reads them, and changes them one at a time with a check and a line in the change log. A
 * change resolves once it is stored and holds in this process; others hear of it (SettingsWatch).
 */
export class SettingsService {
  readonly #ports: SettingsPorts;
  readonly #known = new Map<string, { decided: DecidedSettings; until: number }>();
  readonly #listeners = new Set<(site: string, head: number) => Promise<void>>();

  constructor(ports: SettingsPorts) {
    this.#ports = ports;
  }

  /** What holds at a site. */
  async of(site: string): Promise<DecidedSettings> {
    const known = this.#known.get(site);
    if (known && this.#ports.clock.monotonic() < known.until) return known.decided;
    return this.read(site);
  }

  /** What holds at a site, as the store has it at this moment. */
  async read(site: string): Promise<DecidedSettings> {
    const until = this.#ports.clock.monotonic() + BELIEVED_MS;
    const { head, rows } = await this.#ports.store.read(site);
    const known = this.#known.get(site)?.decided;
    // Somebody else may have read something newer meanwhile.
    const decided = known && known.head > head ? known : new DecidedSettings(head, rows);
    this.#known.set(site, { decided, until });
    return decided;
  }

  /** Called after each change that was made here; it takes as long as they do. */
  onChanged(then: (site: string, head: number) => Promise<void>): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  /** All of a kind, with what will hardly be meant. */
  async list<Kind extends SettingsKind>(
    kind: Kind,
    site: string,
  ): Promise<SettingsList<SettingsValues[Kind]>> {
    const decided = await this.read(site);
    const agents = await this.#agents(site);
    const items =
      kind === 'assignments' ? agents.map((agent) => decided.assignmentOf(agent.id)) : decided.list(kind);
    return {
      items: items as StoredSetting<SettingsValues[Kind]>[],
      warnings: warningsOf(kind, decided, [...agents.map(({ id }) => id)]),
    };
  }

  /** The one of a kind of which a site has one. */
  async single<Kind extends SingleKind>(
    kind: Kind,
    site: string,
  ): Promise<StoredSetting<SettingsValues[Kind]>> {
    return must((await this.read(site)).find(kind, SINGLE_ID), `a default of ${kind}`);
  }

  /** Makes a new one. @throws SettingsFault */
  async create<Kind extends ListedKind>(
    kind: Kind,
    site: string,
    made: { id?: string | undefined; value: SettingsValues[Kind] },
    actor: AuditActor,
  ): Promise<SavedSetting<SettingsValues[Kind]>> {
    const agents = await this.#agents(site);
    let id = '';
    await this.#changed(site, (rows) => {
      const decided = new DecidedSettings(0, rows);
      if (decided.list(kind).length >= SETTINGS_MAX) {
        throw new SettingsFault('invalid', `there are ${SETTINGS_MAX} already`);
      }
      if (made.id !== undefined && decided.find(kind, made.id)) {
        throw new SettingsFault('invalid', `the id ${made.id} is taken`, 'id');
      }
      id = made.id ?? freeId(nameOf(made.value), (taken) => decided.find(kind, taken) !== undefined);
      check(kind, made.value, { id, settings: decided, agents: idsOf(agents) });
      return writesOf({ kind, id, name: nameOf(made.value) ?? id, after: made.value, actor });
    });
    return this.#saved(kind, site, id);
  }

  /**
   * Changes one, or decides a default. `version`: the one that its author saw; `stale` where it is another by now.
   * @throws SettingsFault
   */
  async change<Kind extends SettingsKind>(
    kind: Kind,
    site: string,
    id: string,
    change: { version: number; value: SettingsValues[Kind] },
    actor: AuditActor,
  ): Promise<SavedSetting<SettingsValues[Kind]>> {
    const agents = await this.#agents(site);
    await this.#changed(site, (rows) => {
      const decided = new DecidedSettings(0, rows);
      const found = present(kind, decided, id, change.version);
      check(kind, change.value, { id, settings: decided, agents: idsOf(agents) });
      if (found.version > 0 && JSON.stringify(found.value) === JSON.stringify(change.value)) return undefined;
      const name = agents.find((agent) => agent.id === id)?.name ?? nameOf(change.value) ?? kind;
      return writesOf({ kind, id, name, before: found.value, after: change.value, actor });
    });
    return this.#saved(kind, site, id);
  }

  /** Removes one; of a kind with defaults, goes back to these. @throws SettingsFault */
  async remove(
    kind: SettingsKind,
    site: string,
    id: string,
    version: number,
    actor: AuditActor,
  ): Promise<void> {
    const agents = await this.#agents(site);
    const nameOfAgent = (agent: string): string => agents.find((each) => each.id === agent)?.name ?? agent;
    await this.#changed(site, (rows) => {
      const decided = new DecidedSettings(0, rows);
      const found = present(kind, decided, id, version);
      if (found.version === 0) return undefined;
      const name = kind === 'assignments' ? nameOfAgent(id) : (nameOf(found.value) ?? kind);
      return removal({ kind, id, name, value: found.value, decided, actor, nameOfAgent });
    });
  }

  /** The change log, newest first. */
  changes(site: string, page: { before?: number | undefined; limit: number }): Promise<SettingsChanges> {
    return readChanges(this.#ports.audit, site, page);
  }

  /** A change of a site that is not one of its settings, such as who works for it. */
  async record(site: string, decide: Decide): Promise<void> {
    await this.#changed(site, decide);
  }

  async #changed(site: string, decide: Decide): Promise<void> {
    const head = await this.#ports.store.change(site, decide);
    if (head === undefined) return;
    this.#known.delete(site);
    await Promise.all([...this.#listeners].map((listener) => listener(site, head)));
    this.#ports.bus.publish('settings', '', { site, head });
  }

  async #saved<Kind extends SettingsKind>(
    kind: Kind,
    site: string,
    id: string,
  ): Promise<SavedSetting<SettingsValues[Kind]>> {
    const { items, warnings } = await this.list(kind, site);
    const item = items.find((each) => each.id === id);
    if (!item) throw new SettingsFault('stale', 'somebody has removed it at the same moment');
    return { item, warnings: warnings.filter((warning) => warning.id === id) };
  }

  async #agents(site: string): Promise<{ id: string; name: string }[]> {
    return (await this.#ports.accounts.list(site)).filter(({ active }) => active);
  }
}

/** What holds now. @throws SettingsFault where it is gone, or not what the author of a change saw */
function present(
  kind: SettingsKind,
  decided: DecidedSettings,
  id: string,
  version: number,
): StoredSetting<SettingsValues[SettingsKind]> {
  const found = kind === 'assignments' ? decided.assignmentOf(id) : decided.find(kind, id);
  const isListed = LISTED_KINDS.some((each) => each === kind);
  if (!found)
    throw new SettingsFault('not-found', isListed ? 'it is no longer there' : 'there is no such thing');
  if (found.version !== version) {
    throw new SettingsFault('stale', 'somebody has changed it since you saw it; look again');
  }
  return found;
}

function writesOf(
  change: Parameters<typeof changeEntry>[0] & { kind: SettingsKind; after: object },
): SettingsWrites {
  const { kind, id, after } = change;
  return { put: [{ kind, id, value: after }], audit: [changeEntry(change)] };
}

/** What people call a setting. */
function nameOf(value: object): string | undefined {
  const { name, title } = value as { name?: string; title?: string };
  return (name ?? title)?.trim();
}

function idsOf(agents: readonly { id: string }[]): ReadonlySet<string> {
  return new Set(agents.map(({ id }) => id));
}
