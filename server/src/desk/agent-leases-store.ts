import { type Kysely, sql } from 'kysely';
import type { Database } from '../storage/schema.ts';

/** An agent of a site. */
export interface SiteAgent {
  site: string;
  agent: string;
}

export interface AgentLease extends SiteAgent {
  process: string;
  until: number;
}

/** The database's clock, because those of the machines differ. */
const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const EXPIRED_MAX = 500;

/** Which agent is connected to which process, in Postgres. A lease that nobody renews runs out. */
export class AgentLeasesStore {
  readonly #kysely: Kysely<Database>;

  constructor(kysely: Kysely<Database>) {
    this.#kysely = kysely;
  }

  /** Each lasts so long from now. */
  async renew(process: string, leases: readonly (SiteAgent & { lastsMs: number })[]): Promise<void> {
    if (leases.length === 0) return;
    await this.#kysely
      .insertInto('agent_leases')
      .values(
        leases.map(({ site, agent, lastsMs }) => ({
          ...{ site, agent, process },
          until: sql<number>`${NOW} + ${Math.round(lastsMs)}::bigint`,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['site', 'agent', 'process'])
          .doUpdateSet({ until: (row) => row.ref('excluded.until') }),
      )
      .execute();
  }

  /** Leases that have run out; whoever acts on them takes them away with {@link remove}. */
  expired(): Promise<AgentLease[]> {
    return this.#kysely
      .selectFrom('agent_leases')
      .selectAll()
      .where('until', '<', NOW)
      .limit(EXPIRED_MAX)
      .execute();
  }

  /** Whether some process has the agent. */
  async isHeld({ site, agent }: SiteAgent): Promise<boolean> {
    const row = await this.#kysely
      .selectFrom('agent_leases')
      .select('process')
      .where('site', '=', site)
      .where('agent', '=', agent)
      .where('until', '>=', NOW)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Takes a lease away, unless it was renewed meanwhile. */
  async remove({ site, agent, process, until }: AgentLease): Promise<void> {
    await this.#kysely
      .deleteFrom('agent_leases')
      .where('site', '=', site)
      .where('agent', '=', agent)
      .where('process', '=', process)
      .where('until', '=', until)
      .execute();
  }

  /** Gives those agents whom no process has ever held one lease, in which they may come. */
  async expectBack(agents: readonly SiteAgent[], lastsMs: number): Promise<void> {
    for (const { site, agent } of agents) {
      await sql`
        INSERT INTO agent_leases (site, agent, process, until)
        SELECT ${site}, ${agent}, '', ${NOW} + ${lastsMs}::bigint
        WHERE NOT EXISTS (SELECT 1 FROM agent_leases WHERE site = ${site} AND agent = ${agent})
        ON CONFLICT DO NOTHING`.execute(this.#kysely);
    }
  }
}
