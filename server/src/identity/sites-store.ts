import { type Infer, NAME_MAX_LENGTH, integer, list, object, siteKey, string } from '@alongside/sdk/protocol';
import {
  type Clock,
  ORIGINS_MAX,
  type Website,
  type WidgetSettings,
  widgetSettings,
} from '@alongside/sdk/shared';
import type { Kysely } from 'kysely';
import type { Database } from '../storage/schema.ts';

const ORIGIN_MAX_LENGTH = 300;
/** How long a site is believed without being read again: another process may have changed it. */
const BELIEVED_MS = 1_000;

const storedSite = object({
  key: siteKey,
  name: string(NAME_MAX_LENGTH),
  settings: widgetSettings,
  origins: list(string(ORIGIN_MAX_LENGTH), ORIGINS_MAX),
  version: integer(0),
});

/** A tenant: a web site with its agents and conversations. */
export interface Site extends Infer<typeof storedSite> {
  /** The demo's site: pages of this machine may use it from any port. */
  anyLoopbackOrigin: boolean;
}

export interface NewSite {
  key: string;
  name: string;
  settings: WidgetSettings;
  origins: readonly string[];
}

/** The sites. Reading one costs a query at most once a second. */
export class SitesStore {
  readonly #database: Kysely<Database>;
  readonly #clock: Clock;
  readonly #demoSite: string | undefined;
  readonly #known = new Map<string, { site: Site; at: number }>();

  constructor(options: { database: Kysely<Database>; clock: Clock; demoSite?: string | undefined }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#demoSite = options.demoSite;
  }

  async find(key: string): Promise<Site | undefined> {
    const now = this.#clock.monotonic();
    const known = this.#known.get(key);
    if (known && now - known.at < BELIEVED_MS) return known.site;
    const site = await this.read(key);
    if (site) this.#known.set(key, { site, at: now });
    else this.#known.delete(key);
    return site;
  }

  /** A site as the store has it at this moment. */
  async read(key: string, within: Kysely<Database> = this.#database): Promise<Site | undefined> {
    const row = await within.selectFrom('sites').selectAll().where('key', '=', key).executeTakeFirst();
    return row && this.#decoded(row);
  }

  async list(): Promise<Site[]> {
    const rows = await this.#database.selectFrom('sites').selectAll().orderBy('key').execute();
    return rows.map((row) => this.#decoded(row));
  }

  /** Whether there is more than one. */
  async areSeveral(): Promise<boolean> {
    const rows = await this.#database.selectFrom('sites').select('key').limit(2).execute();
    return rows.length > 1;
  }

  /** Adds a site; false where its key is taken. */
  async add(site: NewSite): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('sites')
      .values({
        key: site.key,
        name: site.name,
        settings: JSON.stringify(site.settings),
        origins: JSON.stringify(site.origins),
        created_at: this.#clock.now(),
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Changes a site, whose version is one more then. Others believe the old one for a second. */
  async change(key: string, { name, origins, widget }: Website, within: Kysely<Database>): Promise<void> {
    await within
      .updateTable('sites')
      .set(({ eb }) => ({
        name,
        settings: JSON.stringify(widget),
        origins: JSON.stringify(origins),
        version: eb('version', '+', 1),
      }))
      .where('key', '=', key)
      .execute();
  }

  /** After a change has been stored: the next look reads it. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  #decoded(row: Row): Site {
    const stored = { ...row, settings: parsed(row.settings), origins: parsed(row.origins) };
    const site = storedSite.decode(stored, `sites.${row.key}`);
    return { ...site, anyLoopbackOrigin: site.key === this.#demoSite };
  }
}

interface Row {
  key: string;
  name: string;
  settings: string;
  origins: string;
  version: number;
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
