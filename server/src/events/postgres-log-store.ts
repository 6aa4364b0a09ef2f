import type { PostgresStore, Session } from '../storage/postgres-store.ts';
import type { CommandRow, EventRow, StreamRow } from '../storage/schema.ts';
import { type PlannedEffect, type StreamWrites, wantsSnapshot } from './batch.ts';
import type { LiveStream } from './live-stream.ts';
import type { StoredSnapshot } from './loading.ts';
import type { StoredEffect } from './outbox-store.ts';
import type { EventRange } from './read-page.ts';
import { eventRow, snapshotChecksum } from './rows.ts';
import type { Place } from './stream-news.ts';

const STREAM_ROW = 'SELECT * FROM streams WHERE id = $1';

/**
 * One statement for all that a batch appends to a stream: each list is a column. A round trip costs more than
 * the rows.
 */
const APPEND = `WITH
  new_events AS (
    INSERT INTO events (stream, seq, prev_everyone, prev_agents, at, author_kind, author_id, author_name, audience,
                        type, body, command, erased, checksum)
    SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
                             $8::text[], $9::int[], $10::text[], $11::text[], $12::text[], $13::int[], $14::bigint[])),
  new_commands AS (
    INSERT INTO commands (id, stream, device, n, digest, seq, refusal, checksum)
    SELECT id, $1, device, n, digest, seq, refusal, checksum
    FROM unnest($15::text[], $16::text[], $17::bigint[], $18::text[], $19::bigint[], $20::text[], $21::bigint[])
      AS command (id, device, n, digest, seq, refusal, checksum)),
  new_counters AS (
    INSERT INTO devices (stream, device, n) SELECT $1, * FROM unnest($22::text[], $23::bigint[])
    ON CONFLICT (stream, device) DO UPDATE SET n = excluded.n),
  new_effects AS (
    INSERT INTO effects (stream, site, seq, kind, payload, run_at, claimed_until)
    SELECT $24, $25, * FROM unnest($26::bigint[], $27::text[], $28::text[], $29::bigint[], $30::bigint[])
    RETURNING id)
  UPDATE streams SET head = $31, head_everyone = $32, head_agents = $33 WHERE number = $1
  RETURNING (SELECT array_agg(id ORDER BY id) FROM new_effects) AS effects`;

/** The log's own statements on Postgres, prepared once a connection. */
export class PostgresLogStore {
  readonly #store: PostgresStore;

  constructor(store: PostgresStore) {
    this.#store = store;
  }

  /** The store's incarnation, made by the process that opens it first. */
  async storeEpoch(fresh: string): Promise<string> {
    await this.#store.query(
      'log-mint-epoch',
      `INSERT INTO meta (key, value) VALUES ('epoch', $1) ON CONFLICT (key) DO NOTHING`,
      [fresh],
    );
    const rows = await this.#store.query<{ value: string }>(
      'log-epoch',
      `SELECT value FROM meta WHERE key = 'epoch'`,
      [],
    );
    return rows[0]?.value ?? fresh;
  }

  async streamRow(id: string, session: Session = this.#store): Promise<StreamRow | undefined> {
    const [row] = await session.query<StreamRow>('log-stream', STREAM_ROW, [id]);
    return row;
  }

  /** The row of a stream, which nobody else can change until the transaction ends (DL16). */
  async lockRow(session: Session, id: string): Promise<StreamRow | undefined> {
    const [row] = await session.query<StreamRow>('log-lock', `${STREAM_ROW} FOR UPDATE`, [id]);
    return row;
  }

  /** Makes the row of a stream where there is none; waits for a transaction that makes it just now. */
  async makeRow(session: Session, live: LiveStream, now: number): Promise<void> {
    await session.query(
      'log-make-stream',
      `INSERT INTO streams (id, kind, site, epoch, head, head_everyone, head_agents, created_at)
       VALUES ($1, $2, $3, $4, 0, 0, 0, $5) ON CONFLICT (id) DO NOTHING`,
      [live.id, live.fold.kind, live.site, live.epoch, now],
    );
  }

  async setEpoch(stream: LiveStream, epoch: string, now: number): Promise<void> {
    await this.#store.query(
      'log-renew-epoch',
      `INSERT INTO streams (id, kind, site, epoch, head, head_everyone, head_agents, created_at)
       VALUES ($1, $2, $3, $4, 0, 0, 0, $5) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch`,
      [stream.id, stream.fold.kind, stream.site, epoch, now],
    );
  }

  /** The snapshot of a stream as its row says it is; another process may have written a newer one since. */
  async snapshot(session: Session, { number, head }: StreamRow): Promise<StoredSnapshot | undefined> {
    const [row] = await session.query<StoredSnapshot & { stream: number }>(
      'log-snapshot',
      'SELECT seq, state, checksum FROM snapshots WHERE stream = $1 AND seq <= $2',
      [number, head],
    );
    return row;
  }

  /** Events after one number up to another, oldest first. */
  eventsBetween(session: Session, stream: number, after: number, upTo: number): Promise<EventRow[]> {
    return session.query<EventRow>(
      'log-events-between',
      'SELECT * FROM events WHERE stream = $1 AND seq > $2 AND seq <= $3 ORDER BY seq',
      [stream, after, upTo],
    );
  }

  eventRows(range: EventRange): Promise<EventRow[]> {
    const direction = range.newestFirst ? 'DESC' : 'ASC';
    return this.#store.query<EventRow>(
      `log-page-${direction}`,
      `SELECT * FROM events WHERE stream = $1 AND seq > $2 AND seq < $3 AND audience <= $4
       ORDER BY seq ${direction} LIMIT $5`,
      [range.stream, range.after, range.before, range.level, range.limit],
    );
  }

  /** Those of `places` whose stream has more by now. */
  newerThan(places: readonly Place[]): Promise<{ stream: string; head: number }[]> {
    return this.#store.query<{ stream: string; head: number }>(
      'log-newer-than',
      `SELECT streams.id AS stream, streams.head
       FROM unnest($1::text[], $2::bigint[]) AS place (stream, seq) JOIN streams ON streams.id = place.stream
       WHERE streams.head > place.seq`,
      columns(places, ['stream', 'seq']),
    );
  }

  async commandOfEntry(stream: string, seq: number): Promise<{ command: string | null } | undefined> {
    const [row] = await this.#store.query<{ command: string | null }>(
      'log-command-of-entry',
      `SELECT events.command FROM events JOIN streams ON events.stream = streams.number
       WHERE streams.id = $1 AND events.seq = $2`,
      [stream, seq],
    );
    return row;
  }

  async counter(stream: string, device: string): Promise<number> {
    const [row] = await this.#store.query<{ n: number }>(
      'log-counter',
      `SELECT devices.n FROM devices JOIN streams ON devices.stream = streams.number
       WHERE streams.id = $1 AND devices.device = $2`,
      [stream, device],
    );
    return row?.n ?? 0;
  }

  /** First answers and counters that a batch needs, in one round trip. */
  async known(
    session: Session,
    stream: number,
    ids: readonly string[],
    devices: readonly string[],
  ): Promise<{ commands: Map<string, CommandRow>; counters: Map<string, number> }> {
    const rows = await session.query<CommandRow & { counter: number | null }>(
      'log-known',
      `SELECT id, stream, device, n, digest, seq, refusal, checksum, NULL::bigint AS counter
         FROM commands WHERE stream = $1 AND id = ANY ($2::text[])
       UNION ALL
       SELECT '', stream, device, NULL, '', NULL, NULL, 0, n
         FROM devices WHERE stream = $1 AND device = ANY ($3::text[])`,
      [stream, ids, devices],
    );
    const commands = new Map<string, CommandRow>();
    const counters = new Map<string, number>();
    for (const { counter, ...row } of rows) {
      if (counter === null) commands.set(row.id, row);
      else if (row.device !== null) counters.set(row.device, counter);
    }
    return { commands, counters };
  }

  /** Writes a batch's part of a stream. Answers its effects with their numbers. */
  async write(session: Session, writes: StreamWrites, now: number, lease: number): Promise<StoredEffect[]> {
    const { live, effects } = writes;
    const [row] = await session.query<{ effects: number[] | string[] | null }>(
      'log-append',
      APPEND,
      appendValues(writes, now, lease),
    );
    if (wantsSnapshot(writes)) await this.#writeSnapshot(session, live);
    const numbers = row?.effects ?? [];
    return effects.map(({ kind, payload, seq, delayMs = 0 }, index) => ({
      id: Number(numbers[index]),
      stream: live.id,
      site: live.site,
      seq,
      kind,
      payload,
      runAt: now + delayMs,
      attempts: 0,
    }));
  }

  async #writeSnapshot(session: Session, live: LiveStream): Promise<void> {
    const state = live.fold.snapshot(live.state);
    const seq = live.heads.staff;
    await session.query(
      'log-write-snapshot',
      `INSERT INTO snapshots (stream, seq, state, checksum) VALUES ($1, $2, $3, $4)
       ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, state = excluded.state, checksum = excluded.checksum`,
      [live.number, seq, state, snapshotChecksum(live.id, seq, state)],
    );
    live.snapshotSeq = seq;
  }
}

function appendValues(writes: StreamWrites, now: number, lease: number): unknown[] {
  const { live, effects, counters } = writes;
  const events = writes.events.map((event) => eventRow(live.number, event));
  const commands = [...writes.commands.values()];
  return [
    live.number,
    ...columns(events, [
      ...(['seq', 'prev_everyone', 'prev_agents', 'at', 'author_kind', 'author_id', 'author_name'] as const),
      ...(['audience', 'type', 'body', 'command', 'erased', 'checksum'] as const),
    ]),
    ...columns(commands, ['id', 'device', 'n', 'digest', 'seq', 'refusal', 'checksum']),
    [...counters.keys()],
    [...counters.values()],
    live.id,
    live.site,
    ...columns(
      effects.map((effect) => effectColumns(effect, now, lease)),
      ['seq', 'kind', 'payload', 'runAt', 'claimedUntil'],
    ),
    live.heads.staff,
    live.heads.everyone,
    live.heads.agents,
  ];
}

function effectColumns({ seq, kind, payload, delayMs = 0 }: PlannedEffect, now: number, lease: number) {
  return {
    seq,
    kind,
    payload: JSON.stringify(payload),
    runAt: now + delayMs,
    claimedUntil: delayMs > 0 ? 0 : now + lease,
  };
}

/** Rows as one list per column. */
function columns<Row>(rows: readonly Row[], names: readonly (keyof Row)[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]));
}
