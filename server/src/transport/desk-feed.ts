import type { DeskRow } from '@alongside/sdk/protocol';
import type { DeskSource, SharedDeskRows } from '../events/handlers.ts';
import type { AgentSession } from '../events/session.ts';
import type { Logger } from '../lib/logger.ts';
import type { Connection } from './connection.ts';
import type { Transmitter } from './transmitter.ts';

/** What one connection was last sent of its agent's desk. */
export interface DeskFeed {
  readonly session: AgentSession;
  version: number;
  /** JSON of each own row, by key. */
  rows: Map<string, string>;
  /** What all agents of the site see alike, as it was last sent here. */
  shared: SharedDeskRows | undefined;
  /** Rows are being read; `again`: own or shared ones may have changed meanwhile; `whole`: send all of them. */
  reading: boolean;
  again: 'own' | 'shared' | undefined;
  whole: boolean;
  /** With the rows of the floor. */
  floor: boolean;
}

/** Keeps agents' desks in step: whole when asked for, afterwards the difference, numbered. */
export class DeskFeeds {
  readonly #source: DeskSource;
  readonly #out: Transmitter;
  readonly #logger: Logger;
  readonly #open = new Set<Connection>();
  readonly stop: () => void;

  constructor(options: { desk: DeskSource; out: Transmitter; logger: Logger }) {
    this.#source = options.desk;
    this.#out = options.out;
    this.#logger = options.logger;
    this.stop = options.desk.onChanged(({ site, agents, shared = false }) => {
      for (const connection of this.#open) {
        const feed = connection.desk;
        if (feed?.session.site !== site) continue;
        // The floor is made of what all share.
        const isOwn = agents === 'all' || agents.includes(feed.session.agent.id) || (shared && feed.floor);
        if (isOwn || shared) this.#refresh(connection, isOwn ? 'own' : 'shared');
      }
    });
  }

  /** Sends the desk whole, and its changes from now on; with the `floor` or without it. */
  open(connection: Connection, session: AgentSession, floor = false): void {
    connection.desk ??= {
      session,
      version: 0,
      rows: new Map(),
      shared: undefined,
      reading: false,
      again: undefined,
      whole: true,
      floor,
    };
    connection.desk.floor = floor;
    connection.desk.whole = true;
    this.#open.add(connection);
    this.#refresh(connection, 'own');
  }

  close(connection: Connection): void {
    this.#open.delete(connection);
    connection.desk = undefined;
  }

  /** Own rows are read with the shared ones, for a desk is of one moment. */
  #refresh(connection: Connection, what: 'own' | 'shared'): void {
    const feed = connection.desk;
    if (!feed) return;
    if (feed.again !== 'own') feed.again = what;
    if (feed.reading) return;
    feed.reading = true;
    this.#readAndSend(connection, feed)
      .catch((error: unknown) => {
        this.#logger.error({ err: error }, 'the desk could not be read');
        this.#out.close(connection, 1011);
      })
      .finally(() => (feed.reading = false));
  }

  async #readAndSend(connection: Connection, feed: DeskFeed): Promise<void> {
    while (feed.again && connection.isOpen) {
      const isOwn = feed.again === 'own';
      feed.again = undefined;
      const own = isOwn ? await this.#source.rows(feed.session, { floor: feed.floor }) : undefined;
      const shared = await this.#source.shared?.(feed.session);
      const message = feed.whole && own ? wholeDesk(feed, own, shared) : patchOf(feed, own, shared);
      if (own) feed.rows = new Map(own.map((row) => [row.key, JSON.stringify(row)]));
      feed.shared = shared?.rows;
      if (message) this.#out.send(connection, message);
    }
  }
}

type Shared = Awaited<ReturnType<NonNullable<DeskSource['shared']>>>;

function wholeDesk(feed: DeskFeed, own: readonly DeskRow[], shared: Shared): object {
  feed.whole = false;
  feed.version += 1;
  const others = shared ? [...shared.rows.rows.values()].filter(({ key }) => key !== shared.without) : [];
  return { type: 'desk', version: feed.version, rows: [...own, ...others] };
}

interface Difference {
  readonly put: readonly DeskRow[];
  readonly remove: readonly string[];
}

/** What changed since the last message; undefined where nothing did. */
function patchOf(feed: DeskFeed, own: readonly DeskRow[] | undefined, shared: Shared): object | undefined {
  const mine = own ? ownDifference(feed, own) : NOTHING;
  const theirs = shared ? sharedDifference(feed.shared, shared.rows) : NOTHING;
  const put = [...mine.put, ...theirs.put.filter(({ key }) => key !== shared?.without)];
  const remove = [...mine.remove, ...theirs.remove.filter((key) => key !== shared?.without)];
  if (put.length === 0 && remove.length === 0) return undefined;
  const from = feed.version;
  feed.version += 1;
  return { type: 'desk.patch', from, version: feed.version, put, remove };
}

const NOTHING: Difference = { put: [], remove: [] };

function ownDifference(feed: DeskFeed, rows: readonly DeskRow[]): Difference {
  const now = new Set(rows.map(({ key }) => key));
  return {
    put: rows.filter((row) => feed.rows.get(row.key) !== JSON.stringify(row)),
    remove: [...feed.rows.keys()].filter((key) => !now.has(key)),
  };
}

/** Costs what has changed for whoever saw the version before; a look at each row for whoever saw an older one. */
function sharedDifference(before: SharedDeskRows | undefined, now: SharedDeskRows): Difference {
  if (before === now) return NOTHING;
  if (before && before.version + 1 === now.version) return { put: now.put, remove: now.removed };
  return {
    put: [...now.rows.values()].filter((row) => before?.rows.get(row.key) !== row),
    remove: before ? [...before.rows.keys()].filter((key) => !now.rows.has(key)) : [],
  };
}
