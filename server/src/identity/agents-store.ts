import { type Role, role } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { Kysely, Selectable } from 'kysely';
import type { AgentTable, Database } from '../storage/schema.ts';

/** Somebody who may sign in. `active` false: no longer, but their name stays in what they wrote. */
export interface AgentAccount {
  id: string;
  site: string;
  name: string;
  role: Role;
  active: boolean;
}

/** Agents, supervisors and admins of all sites. */
export class AgentsStore {
  readonly #database: Kysely<Database>;
  readonly #clock: Clock;
  readonly #newId: (prefix: string) => string;

  constructor(options: { database: Kysely<Database>; clock: Clock; newId: (prefix: string) => string }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#newId = options.newId;
  }

  async find(id: string): Promise<AgentAccount | undefined> {
    const row = await this.#database.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
    return row && account(row);
  }

  async findByName(site: string, name: string): Promise<AgentAccount | undefined> {
    const row = await this.#database
      .selectFrom('agents')
      .selectAll()
      .where('site', '=', site)
      .where('name', '=', name)
      .orderBy('created_at')
      .executeTakeFirst();
    return row && account(row);
  }

  async list(site: string): Promise<AgentAccount[]> {
    const rows = await this.#database
      .selectFrom('agents')
      .selectAll()
      .where('site', '=', site)
      .orderBy('name')
      .orderBy('id')
      .execute();
    return rows.map(account);
  }

  /** `within` makes it part of a transaction. */
  async add(
    agent: { site: string; name: string; role: Role },
    within: Kysely<Database> = this.#database,
  ): Promise<AgentAccount> {
    const id = this.#newId('agt');
    await within
      .insertInto('agents')
      .values({ id, ...agent, email: null, active: 1, created_at: this.#clock.now() })
      .execute();
    return { id, ...agent, active: true };
  }

  /** `within` makes it part of a transaction. */
  async change(
    id: string,
    change: { name?: string; role?: Role; active?: boolean },
    within: Kysely<Database> = this.#database,
  ): Promise<void> {
    const { name, role: newRole, active } = change;
    if (name === undefined && newRole === undefined && active === undefined) return;
    await within
      .updateTable('agents')
      .set({
        ...(name !== undefined && { name }),
        ...(newRole && { role: newRole }),
        ...(active !== undefined && { active: active ? 1 : 0 }),
      })
      .where('id', '=', id)
      .execute();
  }
}

function account(row: Selectable<AgentTable>): AgentAccount {
  return {
    id: row.id,
    site: row.site,
    name: row.name,
    role: role.decode(row.role, 'agents.role'),
    active: row.active === 1,
  };
}
