import type { Kysely } from 'kysely';
import type { Database } from '../storage/schema.ts';

/** A signed-in browser. */
export interface AgentSessionRow {
  id: string;
  agent: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
}

/** Sign-in links, sessions and socket tickets; all of them are kept as hashes only. */
export class AgentSessionsStore {
  readonly #database: Kysely<Database>;

  constructor(database: Kysely<Database>) {
    this.#database = database;
  }

  async addLink(link: { hash: string; agent: string; createdAt: number; expiresAt: number }): Promise<void> {
    await this.#database
      .insertInto('sign_in_links')
      .values({
        hash: link.hash,
        agent: link.agent,
        created_at: link.createdAt,
        expires_at: link.expiresAt,
        used_at: null,
      })
      .execute();
  }

  /** Uses a link up; answers whose it was, or undefined where it is unknown, used or too old. */
  async useLink(hash: string, now: number): Promise<string | undefined> {
    const used = await this.#database
      .updateTable('sign_in_links')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (used.numUpdatedRows !== 1n) return undefined;
    const row = await this.#database
      .selectFrom('sign_in_links')
      .select('agent')
      .where('hash', '=', hash)
      .executeTakeFirst();
    return row?.agent;
  }

  async addSession(session: AgentSessionRow & { hash: string }): Promise<void> {
    await this.#database
      .insertInto('agent_sessions')
      .values({
        id: session.id,
        hash: session.hash,
        agent: session.agent,
        created_at: session.createdAt,
        last_seen_at: session.lastSeenAt,
        expires_at: session.expiresAt,
        revoked_at: null,
      })
      .execute();
  }

  /** A session that has neither ended nor been revoked. */
  findByHash(hash: string, now: number): Promise<AgentSessionRow | undefined> {
    return this.#find('hash', hash, now);
  }

  findById(id: string, now: number): Promise<AgentSessionRow | undefined> {
    return this.#find('id', id, now);
  }

  async #find(column: 'hash' | 'id', value: string, now: number): Promise<AgentSessionRow | undefined> {
    const row = await this.#database
      .selectFrom('agent_sessions')
      .selectAll()
      .where(column, '=', value)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      id: row.id,
      agent: row.agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
    };
  }

  async seen(id: string, now: number): Promise<void> {
    await this.#database
      .updateTable('agent_sessions')
      .set({ last_seen_at: now })
      .where('id', '=', id)
      .execute();
  }

  /** Ends the sessions that are still open, of one id or of an agent; answers their ids. */
  async revoke(which: { id: string } | { agent: string }, now: number): Promise<string[]> {
    const [column, value] = 'id' in which ? (['id', which.id] as const) : (['agent', which.agent] as const);
    const rows = await this.#database
      .selectFrom('agent_sessions')
      .select('id')
      .where(column, '=', value)
      .where('revoked_at', 'is', null)
      .execute();
    await this.#database
      .updateTable('agent_sessions')
      .set({ revoked_at: now })
      .where(column, '=', value)
      .where('revoked_at', 'is', null)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Sessions that were revoked after a time. */
  async revokedSince(since: number): Promise<{ id: string; at: number }[]> {
    const rows = await this.#database
      .selectFrom('agent_sessions')
      .select(['id', 'revoked_at'])
      .where('revoked_at', '>', since)
      .execute();
    return rows.map((row) => ({ id: row.id, at: row.revoked_at ?? since }));
  }

  async addTicket(ticket: { hash: string; session: string; expiresAt: number }): Promise<void> {
    await this.#database
      .insertInto('tickets')
      .values({ hash: ticket.hash, session: ticket.session, expires_at: ticket.expiresAt })
      .execute();
  }

  /** Uses a ticket up; answers its session's id. Of two who try at once, one gets it. */
  async useTicket(hash: string, now: number): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('tickets')
      .select(['session', 'expires_at'])
      .where('hash', '=', hash)
      .executeTakeFirst();
    const deleted = await this.#database.deleteFrom('tickets').where('hash', '=', hash).executeTakeFirst();
    if (!row || deleted.numDeletedRows !== 1n || row.expires_at <= now) return undefined;
    return row.session;
  }

  /** Deletes what has ended and can no longer be used by anybody. */
  async sweep(now: number): Promise<void> {
    await this.#database.deleteFrom('tickets').where('expires_at', '<=', now).execute();
    await this.#database.deleteFrom('sign_in_links').where('expires_at', '<=', now).execute();
    await this.#database.deleteFrom('agent_sessions').where('expires_at', '<=', now).execute();
  }
}
