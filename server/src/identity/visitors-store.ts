import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database } from '../storage/schema.ts';

/** One identity of a browser on one site, and the one conversation that is its own. */
export interface Visitor {
  id: string;
  site: string;
  conversation: string;
  name: string;
}

/** A family of refresh tokens: what grew out of one welcome by rotation. */
export interface TokenFamily {
  id: string;
  visitor: string;
  hash: string;
  previousHash: string | null;
  expiresAt: number;
  revokedAt: number | null;
}

const CONVERSATIONS_REMEMBERED = 50_000;

/** Visitors and their refresh tokens. */
export class VisitorsStore {
  readonly #database: Kysely<Database>;
  /** Which site a conversation belongs to never changes. */
  readonly #siteOf = new LRUCache<string, string>({ max: CONVERSATIONS_REMEMBERED });

  constructor(database: Kysely<Database>) {
    this.#database = database;
  }

  async add(visitor: Visitor, now: number): Promise<void> {
    await this.#database
      .insertInto('visitors')
      .values({ ...visitor, created_at: now })
      .execute();
    this.#siteOf.set(visitor.conversation, visitor.site);
  }

  find(id: string): Promise<Visitor | undefined> {
    return this.#database
      .selectFrom('visitors')
      .select(['id', 'site', 'conversation', 'name'])
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** The site of a conversation, at once where it is remembered; undefined where there is no such conversation. */
  siteOfConversation(conversation: string): string | undefined | Promise<string | undefined> {
    return this.#siteOf.get(conversation) ?? this.#readSite(conversation);
  }

  async #readSite(conversation: string): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('visitors')
      .select('site')
      .where('conversation', '=', conversation)
      .executeTakeFirst();
    if (row) this.#siteOf.set(conversation, row.site);
    return row?.site;
  }

  async addFamily(
    family: { id: string; visitor: string; hash: string; expiresAt: number },
    now: number,
  ): Promise<void> {
    await this.#database
      .insertInto('visitor_tokens')
      .values({
        family: family.id,
        visitor: family.visitor,
        hash: family.hash,
        previous_hash: null,
        created_at: now,
        last_used_at: now,
        expires_at: family.expiresAt,
        revoked_at: null,
      })
      .execute();
  }

  async findFamily(id: string): Promise<TokenFamily | undefined> {
    const row = await this.#database
      .selectFrom('visitor_tokens')
      .selectAll()
      .where('family', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      id: row.family,
      visitor: row.visitor,
      hash: row.hash,
      previousHash: row.previous_hash,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    };
  }

  /** Puts the next token in place of `from`; false where somebody was quicker. */
  async rotate(
    family: string,
    change: { from: string; previous: string; to: string; expiresAt: number },
    now: number,
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('visitor_tokens')
      .set({
        hash: change.to,
        previous_hash: change.previous,
        last_used_at: now,
        expires_at: change.expiresAt,
      })
      .where('family', '=', family)
      .where('hash', '=', change.from)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async revokeFamily(id: string, now: number): Promise<void> {
    await this.#database
      .updateTable('visitor_tokens')
      .set({ revoked_at: now })
      .where('family', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** Families that were revoked after `since`, whose access tokens may not have ended yet. */
  async revokedSince(since: number): Promise<{ id: string; at: number }[]> {
    const rows = await this.#database
      .selectFrom('visitor_tokens')
      .select(['family', 'revoked_at'])
      .where('revoked_at', '>', since)
      .execute();
    return rows.map((row) => ({ id: row.family, at: row.revoked_at ?? since }));
  }
}
