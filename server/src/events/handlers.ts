import type {
  Audience,
  DeskRow,
  ErrorCode,
  OpenedConversation,
  OwnWait,
  Position,
} from '@alongside/sdk/protocol';
import type { AgentSession, Session, VisitorSession } from './session.ts';

/**
 * What a capability registers with the transport, which knows none of them: `app.ts` hands the lists over.
 * Bodies arrive decoded by the wire's schema.
 */
export interface CommandHandler<S extends Session, Body extends { type: string }> {
  readonly type: Body['type'];
  readonly handle: (session: S, command: ReceivedCommand<Body>) => Promise<CommandAnswer>;
}

export interface ReceivedCommand<Body> {
  id: string;
  n?: number;
  /** Checked before: the session may write here. Absent: a command to the desk. */
  conversation?: string;
  body: Body;
}

export type CommandAnswer =
  | { ok: true; seq: number; head: number; conflict?: boolean }
  | {
      ok: false;
      code: ErrorCode;
      message: string;
      expected?: number;
      retryAfter?: number;
      conflict?: boolean;
    };

/** Live signals (a hello's `page` is handed on as a `page` signal too): the answer is what others are shown, undefined where it stops here. */
export interface SignalHandler<S extends Session, Body extends { type: string }> {
  readonly type: Body['type'];
  readonly handle: (session: S, conversation: string, body: Body) => Body | undefined;
  /** Absent: all who read the conversation are shown it. */
  readonly only?: SignalReaders<S>;
}

/** For whom alone a signal is. */
export interface SignalReaders<S extends Session> {
  /** The version of the wire that knows it: older clients are not sent it. */
  readonly since: number;
  /** Ids of agents, asked anew for each signal; no visitor and nobody else is shown it. */
  readonly agents: (session: S, conversation: string) => Promise<readonly string[]>;
}

/** Told when a session's first connection opens and when its last one closes. */
export interface PresenceListener {
  connected(session: Session): void;
  disconnected(session: Session): void;
  /** An agent's or visitor's connection gave a sign of life. */
  seen(session: Session): void;
}

/** Rows that the agents of a site see alike. Immutable; a row that is as it was is the same object. */
export interface SharedDeskRows {
  /** Counts up by one with each that differs. */
  readonly version: number;
  readonly rows: ReadonlyMap<string, DeskRow>;
  /** What differs from the version before. */
  readonly put: readonly DeskRow[];
  readonly removed: readonly string[];
}

/** For whom rows may differ now: the own ones of some agents or all, or those that all agents of a site share. */
export interface DeskChange {
  readonly site: string;
  readonly agents: readonly string[] | 'all';
  readonly shared?: boolean;
}

/**
 * Where the rows of an agent's desk come from; `floor` adds what supervisors see of the site, and nothing for others.
 * `shared` are those that all see alike, for each agent `without` their own.
 */
export interface DeskSource {
  rows(session: AgentSession, include?: { floor?: boolean }): Promise<DeskRow[]>;
  shared?(session: AgentSession): Promise<{ rows: SharedDeskRows; without: string } | undefined>;
  onChanged(then: (change: DeskChange) => void): () => void;
}

/** A look could not be recorded, so what was asked for must not be shown. `isNews`: the first of its conversation. */
export class LookNotRecorded extends Error {
  readonly isNews: boolean;

  constructor(isNews: boolean, cause: unknown) {
    super('who reads it cannot be recorded', { cause });
    this.isNews = isNews;
  }
}

/** T22: resolves once it is known that the agent reads the conversation. @throws LookNotRecorded */
export type RecordLook = (session: AgentSession, conversation: string) => Promise<void>;

/** What all visitors of a site are shown alike. */
export interface SiteAvailability {
  agents: { id: string; name: string }[];
  open: boolean;
  /** Closed: the next opening. */
  opens?: number;
  /** Closed, and nobody is asked to leave a message. */
  saysOnly?: boolean;
  /** Agents in a conversation see what its visitor is writing. */
  drafts?: boolean;
}

/** Who is there for visitors of a site, and how those wait who do. */
export interface AvailabilitySource {
  of(site: string): SiteAvailability;
  /** Undefined: the conversation does not wait. */
  waitOf(site: string, conversation: string): OwnWait | undefined;
  onAvailabilityChanged(then: (site: string) => void): () => void;
  onWaitsChanged(then: (site: string, conversations: ReadonlySet<string>) => void): () => void;
}

export type { AgentSession, Session, VisitorSession };

/** Opens a conversation for a reader whose right to it was checked; whole or resumed (`openedConversation`). */
export type OpenConversation = (
  conversation: { id: string; site: string },
  reader: Audience,
  position: Position | undefined,
) => Promise<OpenedConversation>;
