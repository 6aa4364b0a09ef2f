import { type Kysely, type RawBuilder, type Transaction, sql } from 'kysely';
import { type Author, author as authorSchema } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { Database } from '../storage/schema.ts';
import type { SqliteStore } from '../storage/sqlite-store.ts';
import type { Storage } from '../storage/storage.ts';
import { type SearchTerm, type SnippetPart, snippetOf, termsOf, wordsOf } from './search-words.ts';

/** A message as search knows it. */
export interface SearchableMessage {
  conversation: string;
  site: string;
  seq: number;
  at: number;
  author: Author;
  text: string;
}

export interface MessageHit {
  conversation: string;
  seq: number;
  at: number;
  author: Author;
  /** The text around the words, those marked. */
  snippet: SnippetPart[];
}

interface Waiting {
  message: SearchableMessage;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Messages of one commit. */
const BATCH_MAX = 200;
/** So many that wait are stored without waiting for more. */
const BATCH_ENOUGH = 40;

const INSERT_MESSAGE = `INSERT INTO search_messages (conversation, seq, site, at, author, text)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, seq) DO NOTHING`;
const INSERT_WORDS = 'INSERT INTO message_search (rowid, words) VALUES (?, ?)';

/** How long a message may wait for others, so that a commit serves many; absent: until the next turn. */
export interface Gathering {
  readonly clock: Clock;
  readonly milliseconds: number;
}

interface HitRow {
  conversation: string;
  seq: number;
  at: number;
  author: string;
  text: string;
}

/**
 * Finds messages by their words. Words are taken apart here and not by the store, so that SQLite and Postgres
 * find the same: without case and accents, and in scripts without spaces too.
 */
export class SearchStore {
  readonly #storage: Storage;
  readonly #kysely: Kysely<Database>;
  readonly #dialect: Storage['dialect'];
  readonly #gathering: Gathering | undefined;
  #waiting: Waiting[] = [];
  #cancelGathering: (() => void) | undefined;
  #isScheduled = false;

  constructor(storage: Storage, gathering?: Gathering) {
    this.#storage = storage;
    this.#kysely = storage.kysely;
    this.#dialect = storage.dialect;
    this.#gathering = gathering;
  }

  /** Makes a message findable; doing it again changes nothing. Messages of one moment share a commit. */
  indexMessage(message: SearchableMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      if (!this.#gathering || this.#waiting.length >= BATCH_ENOUGH) this.#schedule();
      else if (!this.#isScheduled) {
        const { clock, milliseconds } = this.#gathering;
        this.#cancelGathering ??= clock.after(milliseconds, () => this.#schedule());
      }
    });
  }

  /** Takes a message out again, where it is in. */
  async forgetMessage(conversation: string, seq: number): Promise<void> {
    await this.#kysely.transaction().execute(async (transaction) => {
      const gone = await transaction
        .deleteFrom('search_messages')
        .where('conversation', '=', conversation)
        .where('seq', '=', seq)
        .returning('id')
        .execute();
      if (this.#dialect === 'postgres') return;
      for (const { id } of gone) {
        await sql`delete from message_search where rowid = ${id}`.execute(transaction);
      }
    });
  }

  /** Messages of a site that have all the words of `query`, newest first. Any text is a safe query. */
  async searchMessages(site: string, query: string, limit: number): Promise<MessageHit[]> {
    const terms = termsOf(query);
    if (terms.length === 0) return [];
    const { rows } = await this.#find(site, terms, limit).execute(this.#kysely);
    return rows.map(({ conversation, seq, at, author, text }) => ({
      conversation,
      seq,
      at,
      author: authorSchema.decode(JSON.parse(author), 'author'),
      snippet: snippetOf(text, terms),
    }));
  }

  #find(site: string, terms: readonly SearchTerm[], limit: number): RawBuilder<HitRow> {
    const columns = sql.raw('m.conversation, m.seq, m.at, m.author, m.text');
    if (this.#dialect === 'postgres') {
      return sql<HitRow>`
        select ${columns} from search_messages m
        where m.words @@ ${postgresQuery(terms)}::tsquery and m.site = ${site}
        order by m.id desc limit ${limit}`;
    }
    return sql<HitRow>`
      select ${columns} from message_search f join search_messages m on m.id = f.rowid
      where f.words match ${sqliteQuery(terms)} and m.site = ${site}
      order by f.rowid desc limit ${limit}`;
  }

  #schedule(): void {
    this.#cancelGathering?.();
    this.#cancelGathering = undefined;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => void this.#indexWaiting());
  }

  async #indexWaiting(): Promise<void> {
    const batch = this.#waiting.splice(0, BATCH_MAX);
    try {
      await this.#insertAll(batch.map(({ message }) => message));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#isScheduled = this.#waiting.length > 0;
    if (this.#isScheduled) setImmediate(() => void this.#indexWaiting());
  }

  async #insertAll(messages: readonly SearchableMessage[]): Promise<void> {
    const { dialect, store } = this.#storage;
    if (dialect === 'postgres') {
      await this.#kysely.transaction().execute(async (transaction) => {
        for (const message of messages) await insertIntoPostgres(transaction, message);
      });
      return;
    }
    await store.turns.take();
    try {
      store.transaction(() => {
        for (const message of messages) insertIntoSqlite(store, message);
      });
    } finally {
      store.turns.give();
    }
  }
}

async function insertIntoPostgres(
  transaction: Transaction<Database>,
  { conversation, seq, site, at, author, text }: SearchableMessage,
): Promise<void> {
  await sql`
    insert into search_messages (conversation, seq, site, at, author, text, words)
    values (${conversation}, ${seq}, ${site}, ${at}, ${JSON.stringify(author)}, ${text},
      ${postgresWords(wordsOf(text))}::tsvector)
    on conflict (conversation, seq) do nothing`.execute(transaction);
}

/** By prepared statements, as the log writes: through Kysely it cost more than all else of a message. */
function insertIntoSqlite(
  store: SqliteStore,
  { conversation, seq, site, at, author, text }: SearchableMessage,
): void {
  const row = [conversation, seq, site, at, JSON.stringify(author), text];
  const { changes, lastInsertRowid } = store.run(INSERT_MESSAGE, ...row);
  if (changes > 0) store.run(INSERT_WORDS, lastInsertRowid, wordsOf(text).join(' '));
}

// Words have letters and digits only, so quotes cannot be in them.

function sqliteQuery(terms: readonly SearchTerm[]): string {
  return terms.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? '*' : ''}`).join(' AND ');
}

function postgresQuery(terms: readonly SearchTerm[]): string {
  return terms
    .map(({ words, isPrefix }) => {
      const phrase = words.map(
        (word, index) => `'${word}'${isPrefix && index === words.length - 1 ? ':*' : ''}`,
      );
      return `(${phrase.join(' <-> ')})`;
    })
    .join(' & ');
}

function postgresWords(words: readonly string[]): string {
  return words.map((word, index) => `'${word}':${index + 1}`).join(' ');
}
