import type { DeskRow } from '@alongside/sdk/protocol';
import type { DeskSource } from '../events/handlers.ts';
import type { AgentSession } from '../events/session.ts';
import type { Logger } from '../lib/logger.ts';
import type { Connection } from './connection.ts';
import type { Transmitter } from './transmitter.ts';

/** What one connection was last sent of its agent's desk. */
export interface DeskFeed {
  readonly session: AgentSession;
  version: number;
  /** JSON of each row, by key. */
  rows: Map<string, string>;
  /** Rows are being read; `again`: they may have changed meanwhile; `whole`: send all of them. */
  reading: boolean;
  again: boolean;
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
    this.stop = options.desk.onChanged(({ site, agents }) => {
      for (const connection of this.#open) {
        const session = connection.desk?.session;
        if (session?.site !== site) continue;
        if (agents === 'all' || agents.includes(session.agent.id)) this.#refresh(connection, false);
      }
    });
  }

  /** Sends the desk whole, and its changes from now on; with the `floor` or without it. */
  open(connection: Connection, session: AgentSession, floor = false): void {
    connection.desk ??= {
      session,
      version: 0,
      rows: new Map(),
      reading: false,
      again: false,
      whole: true,
      floor,
    };
    connection.desk.floor = floor;
    this.#open.add(connection);
    this.#refresh(connection, true);
  }

  close(connection: Connection): void {
    this.#open.delete(connection);
    connection.desk = undefined;
  }

  #refresh(connection: Connection, whole: boolean): void {
    const feed = connection.desk;
    if (!feed) return;
    feed.whole ||= whole;
    feed.again = true;
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
      feed.again = false;
      const rows = await this.#source.rows(feed.session, { floor: feed.floor });
      const now = new Map(rows.map((row) => [row.key, JSON.stringify(row)]));
      const message = feed.whole ? wholeDesk(feed, rows) : patchOf(feed, rows, now);
      feed.rows = now;
      if (message) this.#out.send(connection, message);
    }
  }
}

function wholeDesk(feed: DeskFeed, rows: DeskRow[]): object {
  feed.whole = false;
  feed.version += 1;
  return { type: 'desk', version: feed.version, rows };
}

/** What changed since the last message; undefined where nothing did. */
function patchOf(feed: DeskFeed, rows: DeskRow[], now: Map<string, string>): object | undefined {
  const put = rows.filter((row) => feed.rows.get(row.key) !== now.get(row.key));
  const remove = [...feed.rows.keys()].filter((key) => !now.has(key));
  if (put.length === 0 && remove.length === 0) return undefined;
  const from = feed.version;
  feed.version += 1;
  return { type: 'desk.patch', from, version: feed.version, put, remove };
}
