import type { Generated, Insertable, Selectable } from 'kysely';

/**
 * The tables of both stores. What SQLite and Postgres would give back differently is kept in the plainest form that
 * both share: truth values are 0 and 1, JSON is text, times are milliseconds since 1970.
 */
export interface Database {
  streams: StreamTable;
  snapshots: SnapshotTable;
  events: EventTable;
  commands: CommandTable;
  devices: DeviceTable;
  effects: EffectTable;
  sites: SiteTable;
  agents: AgentTable;
  sign_in_links: SignInLinkTable;
  agent_sessions: AgentSessionTable;
  tickets: TicketTable;
  visitors: VisitorTable;
  visitor_tokens: VisitorTokenTable;
  audit: AuditTable;
  settings: SettingsTable;
  settings_heads: SettingsHeadTable;
  search_messages: SearchMessageTable;
  agent_leases: AgentLeaseTable;
  meta: MetaTable;
  migrations: MigrationTable;
}

// The log

export interface StreamTable {
  /**
   * What the other tables call the stream by: a dense number keeps the rows of one commit on few pages, which
   * made appending to SQLite 4 × as fast as the text did.
   */
  number: Generated<number>;
  id: string;
  kind: string;
  site: string;
  epoch: string;
  /** Number of the newest event. */
  head: number;
  head_everyone: number;
  head_agents: number;
  created_at: number;
}

/** The folded state at `seq`, so that loading costs the same for 10 and 10⁵ events; may be dropped at any time. */
export interface SnapshotTable {
  stream: number;
  seq: number;
  state: string;
  checksum: number;
}

export interface EventTable {
  stream: number;
  seq: number;
  prev_everyone: number;
  prev_agents: number;
  at: number;
  author_kind: 'visitor' | 'agent' | 'system';
  author_id: string | null;
  author_name: string | null;
  /** Position in AUDIENCES: a reader sees what is not above their own. */
  audience: number;
  type: string;
  body: string;
  command: string | null;
  /** 1: contents were erased; the numbers and the command stay, so that the chain and resuming stay whole. */
  erased: Generated<number>;
  checksum: number;
}

/** First answers of commands. */
export interface CommandTable {
  /** First in the key, since ids grow with time: new ones lie together at the end. */
  id: string;
  stream: number;
  device: string | null;
  n: number | null;
  digest: string;
  /** Null where it was refused. */
  seq: number | null;
  /** JSON of code and message. */
  refusal: string | null;
  checksum: number;
}

/** Last stored counter of each device. */
export interface DeviceTable {
  stream: number;
  device: string;
  n: number;
}

/** The outbox: what is still to be done after a commit. */
export interface EffectTable {
  id: Generated<number>;
  stream: string;
  site: string;
  seq: number;
  kind: string;
  payload: string;
  /** Null where it was given up. */
  run_at: number | null;
  attempts: Generated<number>;
  /** Until then a process has it in hand. */
  claimed_until: number;
}

// Identity

export interface SiteTable {
  key: string;
  name: string;
  /** JSON. */
  settings: string;
  /** JSON list. */
  origins: string;
  created_at: number;
  /** Counts the changes of this row. */
  version: Generated<number>;
}

export interface AgentTable {
  id: string;
  site: string;
  name: string;
  email: string | null;
  role: 'agent' | 'supervisor' | 'admin';
  active: number;
  created_at: number;
}

export interface SignInLinkTable {
  hash: string;
  agent: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface AgentSessionTable {
  id: string;
  hash: string;
  agent: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  revoked_at: number | null;
}

/** One-time tickets with which a socket proves its session. */
export interface TicketTable {
  hash: string;
  /** Id of the agent's session. */
  session: string;
  expires_at: number;
}

export interface VisitorTable {
  id: string;
  site: string;
  conversation: string;
  name: string;
  created_at: number;
}

/** One row per family of refresh tokens: rotating changes `hash` and keeps the one before it. */
export interface VisitorTokenTable {
  family: string;
  visitor: string;
  hash: string;
  previous_hash: string | null;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  revoked_at: number | null;
}

/** Append-only; each row's hash covers the one before it. */
export interface AuditTable {
  id: Generated<number>;
  at: number;
  site: string;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  target: string | null;
  /** JSON. */
  details: string;
  previous_hash: string | null;
  hash: string | null;
}

/** What an owner decided; how it looks is said by the schemas of the sdk. */
export interface SettingsTable {
  site: string;
  kind: string;
  id: string;
  /** The change of the site that made it so. */
  version: number;
  /** JSON. */
  value: string;
}

/** Number of a site's newest change: of its settings, or of who works for it. */
export interface SettingsHeadTable {
  site: string;
  version: number;
}

// The rest

/** What can be searched. SQLite keeps the words in the FTS5 table `message_search`, Postgres in the column `words`. */
export interface SearchMessageTable {
  id: Generated<number>;
  conversation: string;
  seq: number;
  site: string;
  at: number;
  /** JSON of the author. */
  author: string;
  text: string;
}

/** That an agent has a connection on a process; Postgres only, where several processes share the table. */
export interface AgentLeaseTable {
  site: string;
  agent: string;
  /** Empty: nobody's, for an agent who is expected back after a start. */
  process: string;
  /** By the database's clock, in milliseconds. */
  until: number;
}

export interface MetaTable {
  key: string;
  value: string;
}

export interface MigrationTable {
  number: number;
  name: string;
  at: number;
}

export type EventRow = Selectable<EventTable>;
export type StreamRow = Selectable<StreamTable>;
export type CommandRow = Selectable<CommandTable>;
export type EffectRow = Selectable<EffectTable>;
export type NewEffectRow = Insertable<EffectTable>;
