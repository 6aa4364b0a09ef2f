import type { Role } from '@alongside/sdk/protocol';
import type { AuditActor, AuditStore } from '../events/audit-store.ts';
import type { AgentIdentity } from '../identity/agent-identity.ts';
import type { AgentAccount, AgentsStore } from '../identity/agents-store.ts';
import { SettingsFault } from './settings-fault.ts';
import { changeEntry, linkEntry } from './settings-log.ts';
import type { SettingsService } from './settings-service.ts';

export interface PeoplePorts {
  accounts: AgentsStore;
  agents: AgentIdentity;
  settings: SettingsService;
  audit: AuditStore;
}

export interface PersonChange {
  name?: string;
  role?: Role;
  active?: boolean;
}

/** Who works for a site: each change stands in the change log, and holds at once. */
export class People {
  readonly #ports: PeoplePorts;

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
  }

  list(site: string): Promise<AgentAccount[]> {
    return this.#ports.accounts.list(site);
  }

  /** Somebody of the site, active or not. */
  async find(site: string, id: string): Promise<AgentAccount | undefined> {
    const found = await this.#ports.accounts.find(id);
    return found?.site === site ? found : undefined;
  }

  /** @throws SettingsFault where the name is taken by somebody who may sign in */
  async add(site: string, person: { name: string; role: Role }, actor: AuditActor): Promise<AgentAccount> {
    const name = person.name.trim();
    await this.#refuseTaken(site, name, undefined);
    let added: AgentAccount | undefined;
    await this.#ports.settings.record(site, async (_rows, transaction) => {
      added = await this.#ports.accounts.add({ site, name, role: person.role }, transaction);
      const { id, role } = added;
      return {
        audit: [changeEntry({ actor, kind: 'agents', id, name, after: { name, role, active: true } })],
      };
    });
    if (!added) throw new SettingsFault('stale', 'nobody was added');
    return added;
  }

  /**
   * Changes somebody. Their sessions end at once where their role or right to sign in changes.
   * @throws SettingsFault for a name that is taken, and where no admin would be left
   */
  async change(person: AgentAccount, change: PersonChange, actor: AuditActor): Promise<AgentAccount> {
    const { id, site } = person;
    const name = change.name?.trim() ?? person.name;
    const { role = person.role, active = person.active } = change;
    if (name !== person.name || (active && !person.active)) await this.#refuseTaken(site, name, id);
    const people = await this.list(site);
    await this.#ports.settings.record(site, async (_rows, transaction) => {
      const isAdmin = (each: { role: Role; active: boolean }): boolean =>
        each.active && each.role === 'admin';
      const others = people.filter((each) => each.id !== id);
      if (isAdmin(person) && !isAdmin({ role, active }) && !others.some(isAdmin)) {
        throw new SettingsFault('invalid', 'somebody must stay who may change settings');
      }
      if (name === person.name && role === person.role && active === person.active) return undefined;
      await this.#ports.accounts.change(id, { name, role, active }, transaction);
      const before = { name: person.name, role: person.role, active: person.active };
      return {
        audit: [changeEntry({ actor, kind: 'agents', id, name, before, after: { name, role, active } })],
      };
    });
    if (role !== person.role || active !== person.active) {
      await this.#ports.agents.signOutEverywhere(id, 'changed');
    }
    return { ...person, name, role, active };
  }

  /** The code of a one-time link, and a line that says who asked for it. */
  async newLink(person: AgentAccount, actor: AuditActor): Promise<string> {
    if (!person.active) throw new SettingsFault('invalid', 'who may not sign in gets no link');
    const code = await this.#ports.agents.newLink(person.id);
    await this.#ports.audit.append({ ...linkEntry(actor, person), site: person.site });
    return code;
  }

  /** The command line knows people by their names. */
  async #refuseTaken(site: string, name: string, except: string | undefined): Promise<void> {
    const same = (await this.list(site)).some(
      (each) => each.active && each.id !== except && each.name.toLowerCase() === name.toLowerCase(),
    );
    if (same) throw new SettingsFault('invalid', `there is somebody named ${name} already`, 'name');
  }
}
