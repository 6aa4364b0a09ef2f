import type { ConversationView } from '../conversation/conversation-view.ts';
import type { Observable } from '../lib/observable.ts';
import type { AgentCard, ChosenPresence, DeskRow, ErrorCode, Role } from '../protocol/index.ts';
import type { ConnectionStatus } from './connection-status.ts';

/** A command that the server did not take: `code` tells why, `message` is a sentence for a log. */
export interface Refusal {
  code: ErrorCode;
  message: string;
}
export type Outcome = { ok: true; seq: number } | { ok: false; refusal: Refusal };

/** An open conversation of an agent. Its view stays live until `close`. */
export interface AgentConversation {
  readonly view: Observable<ConversationView>;
  /** Resolves once saved in this browser's outbox; goes out by itself, also after a reload. */
  send(text: string): Promise<{ id: string }>;
  note(text: string): Promise<{ id: string }>;
  tryAgain(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  markRead(seq: number): void;
  markDelivered(seq: number): void;
  typing(on: boolean): void;
  loadOlder(): Promise<void>;
  readDraft(): Promise<string>;
  writeDraft(text: string): void;
  /** Ends the sitting. */
  finish(): Promise<Outcome>;
  close(): void;
}

/** Everything an agent's side can do and see; made by `connectAgent` of `@alongside/sdk/agent`. */
export interface AgentClient {
  readonly connection: Observable<ConnectionStatus>;
  /** Who is signed in, once welcomed. */
  readonly me: Observable<{ agent: AgentCard; role: Role; site: { key: string; name: string } } | undefined>;
  /** The desk's rows by key, whole and in step with the server (versioned; a gap asks for it whole). */
  readonly desk: Observable<ReadonlyMap<string, DeskRow>>;
  /** Server's wall clock minus this device's, in milliseconds; for countdowns and relative times. */
  readonly clockOffset: Observable<number>;
  /** `memory`: this browser denies storage, so that a reload loses what was not sent (shown as a warning). */
  readonly storage: Observable<'durable' | 'memory' | 'opening'>;
  setPresence(presence: ChosenPresence, reason?: string): Promise<Outcome>;
  accept(item: string, offer: string): Promise<Outcome>;
  decline(item: string, offer: string): Promise<Outcome>;
  /** Opens a conversation; several callers share one. */
  open(conversation: string): AgentConversation;
  hurry(): void;
  stop(): Promise<void>;
}

/** Options of `connectAgent`. */
export interface AgentClientOptions {
  server: string;
  /**
   * Gives a one-time socket ticket (30 s), asked for before each connect. Rejects with a `SignedOutError` when
   * signed out (the client stops); any other rejection counts as a lost network and is tried again.
   */
  ticket: () => Promise<string>;
  storage?: 'browser' | 'memory';
}
